// Owns the contract of admission plugins: what stands between a write that is well formed and the store. A plugin is a
// small file beside this one; `chain.ts` runs them in the order of its list.
import { type Draft, type KubeObject, type Notices, qualifiedName, type Resource, type UserInfo } from '@berth/objects';

export interface AdmissionRequest {
  readonly user: UserInfo;
  /** CONNECT opens a stream, such as an exec. */
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly resource: Resource;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly dryRun: boolean;
  /** What would be written; undefined for a delete. Of a connect too. */
  readonly draft: Draft<KubeObject> | undefined;
  /** What is there; undefined for a create. */
  readonly old: KubeObject | undefined;
  /** The request as its client knows it, for those outside the server; left out: it is about the draft itself. */
  readonly sent?: SentForm;
  /** Such as a CreateOptions. */
  options?(): object;
  /** Where warnings and annotations of the audit go. */
  readonly notices?: Notices;
  /**
   * Applies a JSON patch to what was sent, and reads the draft again; whether that changed anything. Throws StatusError.
   * Left out: nothing can be changed.
   */
  patch?(operations: readonly unknown[]): boolean;
  /** Called once it is known whether the object was written; false also for a dry run. */
  onSettled(settle: (written: boolean) => void): void;
  readonly reinvocation: Reinvocation;
}

/** A Scale, a Binding, an Eviction: what goes over the wire under a subresource. */
export interface SentForm {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  object(): unknown;
  old(): unknown;
}

/** Plugins may see what those after them have changed, once. */
interface Reinvocation {
  /** 1: all plugins are called again. */
  readonly round: 0 | 1;
  /** Asks for the second round. */
  require(): void;
}

/** All three throw StatusError to refuse. They run in this order, each for all plugins before the next. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Changes the draft, before it is validated: defaults that depend on other objects. May be called a second time. */
  admit?(request: AdmissionRequest): void | Promise<void>;
  /** Looks at a draft that is valid, or at a delete. */
  validate?(request: AdmissionRequest): void | Promise<void>;
  /** Puts into a valid draft what exists only once in the cluster, and takes it back if the write fails. */
  allocate?(request: AdmissionRequest): void | Promise<void>;
}

/** The draft and the old object, if the request writes an object of this resource itself. */
export function writeOf<T extends KubeObject>(
  request: AdmissionRequest,
  resource: Resource<T>,
): { readonly draft: Draft<T>; readonly old: T | undefined } | undefined {
  if (!request.draft || request.subresource || !concerns(request, resource)) return undefined;
  return { draft: request.draft as Draft<T>, old: request.old as T | undefined };
}

export function concerns(request: AdmissionRequest, resource: Resource<KubeObject>): boolean {
  return qualifiedName(request.resource) === qualifiedName(resource);
}

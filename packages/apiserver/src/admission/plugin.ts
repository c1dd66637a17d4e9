// Owns the contract of admission plugins: what stands between a write that is well formed and the store. A plugin is a
// small file beside this one; `chain.ts` runs them in the order of its list.
import { type Draft, type KubeObject, type Notices, qualifiedName, type Resource, type UserInfo } from '@berth/objects';

export interface AdmissionRequest {
  readonly user: UserInfo;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly resource: Resource;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly dryRun: boolean;
  /** What would be written; undefined for a delete. */
  readonly draft: Draft<KubeObject> | undefined;
  /** What is there; undefined for a create. */
  readonly old: KubeObject | undefined;
  /** Where warnings and annotations of the audit go. */
  readonly notices?: Notices;
  /** Called once it is known whether the object was written; false also for a dry run. */
  onSettled(settle: (written: boolean) => void): void;
}

/** All three throw StatusError to refuse. They run in this order, each for all plugins before the next. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Changes the draft, before it is validated: defaults that depend on other objects. */
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

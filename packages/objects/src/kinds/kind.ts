// Owns what generic code may ask about a kind. What the API facts cannot tell stands in one file per kind beside this
// one; the registry lists them. Generic code never switches on a kind.
import type { PodTemplateSpec, ScaleSpec, ScaleStatus } from '../api/types.ts';
import type { DocumentForm } from '../documents/form.ts';
import type { FieldError } from '../errors/field-error.ts';
import type { Draft, KubeObject } from '../object.ts';
import type { QuotaRules } from '../quota/quota-rules.ts';
import type { Resource } from '../resource.ts';

/** One column of a Table: kubectl prints what stands here. Source: Kubernetes' printers. */
export interface Column<T extends KubeObject> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  /** 0: always shown; above: with `-o wide`. */
  readonly priority: number;
  /** `now` in milliseconds, for ages. */
  /** Null: there is nothing to show. */
  cell(object: T, now: number): string | number | boolean | null;
}

/**
 * The way between a kind's objects and the stored ones that they are: names, labels and all other metadata are the same
 * in both. Pure; what goes in is not changed, and what comes out may share parts with it.
 */
export interface View<T extends KubeObject> {
  /** Whose objects are kept. */
  readonly of: Resource<KubeObject>;
  show(stored: KubeObject): T;
  store(shown: T): KubeObject;
}

/** The way between a kind's objects and those that are kept, where others must be asked for it. */
export interface Conversion<T extends KubeObject> {
  /** In whose form new objects are kept; older ones may still be in that of another version. */
  readonly kept: Kind;
  /** In the order in which they were given, frozen. Throws StatusError. */
  show(kept: readonly KubeObject[]): Promise<readonly T[]>;
  /** What is to be kept of an object. Throws StatusError. */
  store(shown: T): Promise<KubeObject>;
}

/** As whose objects those of the kind are kept. */
export function storageOf<T extends KubeObject>({
  view,
  resource,
}: Pick<Kind<T>, 'view' | 'resource'>): Resource<KubeObject> {
  return view?.of ?? resource;
}

/** What an update of the object may look like. Every function gets a draft that it may change in place. */
export interface Kind<T extends KubeObject = KubeObject> {
  readonly resource: Resource<T>;
  /** Its objects are those of another kind, shown in this one's form. */
  readonly view?: View<T>;
  /** Its objects are kept in another form, and converted by somebody else. */
  readonly conversion?: Conversion<T>;
  /**
   * Brings what was stored, maybe by an older definition of the kind, into the form of this one, whatever it is: the
   * watch cache reads with it, and must not fail. Gets a copy of its own.
   * Left out: all that is stored has that form.
   */
  fromStore?(stored: Draft<KubeObject>): T;
  /** How its documents are read, merged and written. Left out: as the API facts say. */
  readonly documents?: DocumentForm;
  /**
   * How the name is checked: `dns-subdomain` for most, `dns-label` for namespaces, `dns1035-label` for services,
   * `path-segment` (anything that fits into a URL) for roles.
   */
  readonly nameRule: 'dns-subdomain' | 'dns-label' | 'dns1035-label' | 'path-segment';
  /** Served subresources: `status`, `scale`, `binding`, `log`, `exec`. */
  readonly subresources: readonly string[];
  /** There is no deletecollection: an object takes everything within it along, and so goes one by one. */
  readonly deletedOneByOne?: boolean;
  /** No objects of it are kept: a create is a question, and is answered with what was sent and its status. */
  readonly transient?: boolean;
  /** Of a transient kind: a create of it is a create of that subresource, of the object that its body names. */
  readonly standsFor?: { readonly resource: Resource<KubeObject>; readonly subresource: string };
  /** A PUT of what there is not creates it. */
  readonly createdByUpdate?: boolean;
  /** A PUT must say by its resourceVersion which state of the object it replaces. */
  readonly versionedUpdates?: boolean;
  /** A finalizer needs no domain before its name, which elsewhere only Kubernetes' own have not. */
  readonly anyFinalizers?: boolean;
  /** A delete that removes the object at once answers with the object, and not with a Status. */
  readonly returnsDeleted?: boolean;
  /** No objects of it are kept: they are measured, and can be read and nothing else. */
  readonly measured?: boolean;
  /** Whether metadata.generation counts changes of the spec, those of the annotations too, or all but of the metadata. */
  readonly countsGenerations: boolean | 'with annotations' | 'all but metadata';
  /** Defaults that the facts cannot tell. Also run on every update. */
  setDefaults?(draft: Draft<T>): void;
  /** Before a create is validated: such as emptying the status. */
  prepareForCreate?(draft: Draft<T>): void;
  /** Before an update is validated: such as restoring the status, which only the status subresource changes. */
  prepareForUpdate?(draft: Draft<T>, old: T): void;
  /** Before a status update is validated: such as restoring the spec and the labels. */
  prepareForStatusUpdate?(draft: Draft<T>, old: T): void;
  /**
   * The whole object, beyond what the facts say of its structure. Out of the registry, this and the two below check the
   * metadata too, which a kind's own file does not. `old`: what an update replaces, for kinds that let what was wrong
   * before stay so.
   */
  validate(object: T, old?: T): FieldError[];
  /** What a new object must be beside. */
  validateCreate?(object: T): FieldError[];
  /** What may not change. */
  validateUpdate?(object: T, old: T): FieldError[];
  validateStatusUpdate?(object: T, old: T): FieldError[];
  /** By name: the subresources beside `status` that write a part of the object, under rules of their own. */
  readonly parts?: Readonly<Record<string, PartRules<T>>>;
  readonly columns: readonly Column<T>[];
  /** Beside metadata.name and metadata.namespace. */
  readonly fieldSelectors: Readonly<Record<string, (object: T) => string>>;
  /** Seconds after which an object of the kind deletes itself. */
  readonly ttlSeconds?: number;
  /**
   * Grace period with which a delete begins when it names none; undefined: the object is gone at once. 0: it is too,
   * whatever grace period the delete names.
   */
  gracePeriodSeconds?(object: T): number | undefined;
  /** What pods are made of, if the kind makes any. */
  podTemplate?(object: T): PodTemplateSpec | undefined;
  /** What its objects take of a quota; left out: each is one, and no more. */
  readonly quota?: QuotaRules<T>;
  /** Told to whoever uses the kind: that it is deprecated, and what is instead. */
  readonly deprecation?: string;
  /** Why no new objects are taken just now, if so. */
  refusesNew?(): string | undefined;
  /** A delete that says nothing about its dependents leaves them; whoever deletes so is warned in these words, if any. */
  readonly leavesDependents?: { readonly warning?: string };
  /** The first delete of an object gives it this finalizer, for who has to do something before it goes. */
  readonly deletionFinalizer?: string;
  /** How the scale subresource reads and changes the object. */
  readonly scale?: ScaleAccess<T>;
}

export interface PartRules<T extends KubeObject> {
  /** Of which the part is one. */
  readonly within: 'spec' | 'status';
  /** Takes back whatever the draft changes beside the part. */
  prepareForUpdate(draft: Draft<T>, old: T): void;
  validateUpdate(object: T, old: T): FieldError[];
}

/** A kind's number of replicas, seen as an autoscaling/v1 Scale. */
export interface ScaleAccess<T extends KubeObject> {
  read(object: T): { readonly spec: ScaleSpec; readonly status: ScaleStatus };
  setReplicas(draft: Draft<T>, replicas: number): void;
}

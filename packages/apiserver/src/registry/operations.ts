// Owns the operations of the Api on objects: who may do them, and which part of the registry does them.
import type { Clock } from '@berth/host';
import {
  type Api,
  applyPatch,
  applyPatchType,
  type DeletionOptions,
  type DiscoveredResource,
  type Draft,
  decode,
  documentOf,
  draftOf,
  isReason,
  type Kind,
  type KubeObject,
  type ListOptions,
  notServedError,
  type ObjectList,
  type ObjectName,
  type PacedWatchOptions,
  type PatchType,
  type Resource,
  requiredField,
  type Scale,
  scaleDocument,
  type UserInfo,
  type WatchEvent,
  type WriteOptions,
} from '@berth/objects';
import type { Measurements } from '../resource-metrics/measurements.ts';
import { type Attributes, type Authorizer, pathRefusal, refusal } from './authorization.ts';
import type { ObjectReads } from './converting-reads.ts';
import { discovered } from './discovered.ts';
import type { PodConnections } from './pod-connections.ts';
import type { Reviews } from './reviews.ts';
import { asScale } from './scale.ts';
import type { ServedKinds } from './served-kinds.ts';
import { writeApplied } from './server-side-apply.ts';
import { checkTarget } from './strategy.ts';
import type { SubresourceWrites, Target } from './subresource-writes.ts';
import { reportWarnings, type Writes } from './writes.ts';

export class Operations implements Omit<Api, keyof PodConnections> {
  readonly #served: ServedKinds;
  readonly #reads: ObjectReads;
  readonly #writes: Writes;
  readonly #authorizer: Required<Authorizer>;
  readonly #subresources: SubresourceWrites;
  readonly #reviews: Reviews;
  readonly #measurements: Measurements;
  readonly #clock: Clock;

  constructor(options: {
    served: ServedKinds;
    reads: ObjectReads;
    writes: Writes;
    authorizer: Required<Authorizer>;
    subresources: SubresourceWrites;
    reviews: Reviews;
    measurements: Measurements;
    clock: Clock;
  }) {
    this.#served = options.served;
    this.#reads = options.reads;
    this.#writes = options.writes;
    this.#authorizer = options.authorizer;
    this.#subresources = options.subresources;
    this.#reviews = options.reviews;
    this.#measurements = options.measurements;
    this.#clock = options.clock;
  }

  async discover(user: UserInfo): Promise<readonly DiscoveredResource[]> {
    const asked = { verb: 'get', path: '/apis' };
    if (!this.#authorizer.allowsPath(user, asked)) throw pathRefusal(user, asked);
    return discovered(this.#served.all);
  }

  async get<T extends KubeObject>(user: UserInfo, resource: Resource<T>, target: Target): Promise<T> {
    this.#authorize(user, { verb: 'get', resource, ...target });
    const kind = this.#kindOf(resource, target.subresource);
    if (kind.measured) return this.#measurements.get(kind, target);
    const object = await this.#reads.get(kind, target);
    return target.subresource === 'scale' ? asScale(kind, object) : object;
  }

  async list<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    options: ListOptions,
  ): Promise<ObjectList<T>> {
    this.#authorize(user, { verb: 'list', resource, ...selected(options) });
    const kind = this.#kindOf(resource);
    return kind.measured ? this.#measurements.list(kind, options) : this.#reads.list(kind, options);
  }

  watch<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    options: PacedWatchOptions,
  ): AsyncIterable<readonly WatchEvent<T>[]> {
    this.#authorize(user, { verb: 'watch', resource, ...selected(options) });
    return this.#reads.watch(this.#kindOf(resource), options);
  }

  async create<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    target: { readonly namespace?: string; readonly name?: string; readonly subresource?: string },
    body: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    this.#authorize(user, { verb: 'create', resource, ...target });
    const kind = this.#kindOf(resource, target.subresource);
    if (kind.standsFor) {
      // Whatever else the body is, it has not been looked at yet.
      const name = (body as { metadata?: { name?: unknown } } | null | undefined)?.metadata?.name;
      const named = { ...target, name: typeof name === 'string' ? name : '', subresource: kind.standsFor.subresource };
      return (await this.#subresources.create(user, named, { body, options })) as T;
    }
    if (kind.transient) return this.#reviews.create(user, kind, { namespace: target.namespace, body, options });
    if (target.subresource === undefined)
      return this.#writes.create(user, kind, { namespace: target.namespace, body, options });
    // What comes out is of another kind than the resource, as the caller of a subresource knows.
    const made: KubeObject = await this.#subresources.create(user, target, { body, options });
    return made as T;
  }

  async update<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    target: Target,
    body: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    this.#authorize(user, { verb: 'update', resource, ...target });
    const kind = this.#kindOf(resource, target.subresource);
    if (target.subresource === 'scale') {
      const scale = reportWarnings(decode(scaleDocument, body, options), options) as Scale;
      checkTarget(kind, scale as unknown as Draft<T>, target);
      return this.#subresources.scale(user, kind, { target, options, scale: () => scale });
    }
    const read = target.subresource === undefined ? body : withoutManagers(body);
    const sent = reportWarnings(decode(documentOf(kind), read, options), options);
    checkTarget(kind, sent, target);
    try {
      const change = () => attemptOf(sent);
      return await this.#subresources.put(user, kind, { target, options, replaces: true, change });
    } catch (error) {
      // Who names a version means an object that is there.
      const isMeant = kind.createdByUpdate && target.subresource === undefined && !metadataOf(sent).resourceVersion;
      if (!isMeant || !isReason(error, 'NotFound')) throw error;
    }
    this.#authorize(user, { verb: 'create', resource, ...target });
    const created = await this.#writes.insert(user, kind, { namespace: target.namespace, draft: sent, options });
    options.onCreated?.();
    return created;
  }

  async patch<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    target: Target,
    patch: { readonly type: PatchType; readonly body: unknown },
    options: WriteOptions = {},
  ): Promise<T> {
    this.#authorize(user, { verb: 'patch', resource, ...target });
    const kind = this.#kindOf(resource, target.subresource);
    const { type, body } = patch;
    const warnings = onceEach(options);
    if (type === applyPatchType) {
      const checkCreate = () => this.#authorize(user, { verb: 'create', resource, ...target });
      const request = { user, kind, target, configuration: body, options: warnings, clock: this.#clock, checkCreate };
      const written = await writeApplied(this.#writes, request);
      return target.subresource === 'scale' ? asScale(kind, written) : written;
    }
    if (target.subresource === 'scale') {
      const scale = (old: Scale) =>
        reportWarnings(applyPatch(scaleDocument, old, { type, body }, options), warnings) as Scale;
      return this.#subresources.scale(user, kind, { target, options, scale });
    }
    const change = (old: T) => reportWarnings(applyPatch(documentOf(kind), old, { type, body }, options), warnings);
    return this.#subresources.put(user, kind, { target, options, change });
  }

  async delete<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    target: ObjectName,
    options: DeletionOptions = {},
  ): Promise<T> {
    this.#authorize(user, { verb: 'delete', resource, ...target });
    return this.#writes.delete(user, this.#kindOf(resource), { target, options });
  }

  async deleteCollection<T extends KubeObject>(
    user: UserInfo,
    resource: Resource<T>,
    selection: ListOptions,
    options: DeletionOptions = {},
  ): Promise<ObjectList<T>> {
    this.#authorize(user, { verb: 'deletecollection', resource, ...selected(selection) });
    const kind = this.#kindOf(resource);
    const found = await this.#reads.list(kind, selection);
    const deleted = await Promise.all(
      found.items.map((object) =>
        this.#writes.delete(user, kind, { target: object.metadata, options }).catch((error: unknown) => {
          if (isReason(error, 'NotFound')) return object;
          throw error;
        }),
      ),
    );
    return { metadata: found.metadata, items: deleted };
  }

  /** Throws NotFound if the resource is not served, or has no such subresource. */
  #kindOf<T extends KubeObject>(resource: Resource<T>, subresource?: string): Kind<T> {
    const kind = this.#served.of(resource);
    if (subresource !== undefined && !kind.subresources.includes(subresource)) throw notServedError();
    return kind;
  }

  #authorize(user: UserInfo, attributes: Attributes): void {
    if (!this.#authorizer.allows(user, attributes)) throw refusal(user, attributes);
  }
}

/** What a selection is about, for the authorizers: one object, if it asks for one by its name. */
function selected({ namespace, fieldSelector }: ListOptions): Pick<Attributes, 'namespace' | 'name' | 'fieldSelector'> {
  if (!fieldSelector) return { namespace };
  return { namespace, name: requiredField(fieldSelector, 'metadata.name'), fieldSelector };
}

/** Through a subresource nobody changes the managers, so what a body says of them need not be read. */
function withoutManagers(body: unknown): unknown {
  const { metadata } = (body ?? {}) as { metadata?: unknown };
  if (typeof metadata !== 'object' || metadata === null || !('managedFields' in metadata)) return body;
  return { ...(body as object), metadata: { ...metadata, managedFields: undefined } };
}

function metadataOf<T extends KubeObject>(draft: Draft<T>): Draft<KubeObject>['metadata'] {
  return (draft as Draft<KubeObject>).metadata;
}

/** A copy for one attempt to write it. Who manages what is never changed in place, and not copied. */
function attemptOf<T extends KubeObject>(sent: Draft<T>): Draft<T> {
  const { managedFields, ...metadata } = metadataOf(sent);
  const attempt = draftOf({ ...sent, metadata }) as Draft<KubeObject>;
  if (managedFields) attempt.metadata.managedFields = managedFields;
  return attempt as Draft<T>;
}

/** A patch may be applied several times before it meets no other write; its warnings are told once. */
function onceEach(options: WriteOptions): WriteOptions {
  const told = new Set<string>();
  return {
    ...options,
    onWarning: (text) => {
      if (told.has(text)) return;
      told.add(text);
      options.onWarning?.(text);
    },
  };
}

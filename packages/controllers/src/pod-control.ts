// Owns what a controller does to the pods of its object: it creates and deletes them and says so in events, and it
// remembers what its cache does not show yet.
import { isReason, type KubeObject, type New, type Pod, pods, type Resource } from '@berth/objects';
import { type Claim, carryOutClaim } from './claim.ts';
import { type ControllerContext, ownerIndexes } from './context.ts';
import { type Unseen, UnseenDeeds } from './unseen.ts';
import { isNamespaceTerminating } from './writes.ts';

/** One pod is created first: if that fails, thousands would. */
const firstBatch = 1;
const batchGrowth = 16;
const largestBatch = 1_024;

export class PodControl<O extends KubeObject> {
  readonly #context: ControllerContext;
  readonly #resource: Resource<O>;
  readonly #finalizers: readonly string[] | undefined;
  readonly #unseen = new UnseenDeeds();
  /** Uids of the owners, by key: what was done for one that is gone is forgotten. */
  readonly #uids = new Map<string, string>();

  /** `resource`: of the objects that own the pods. `finalizers`: what pods get that are adopted. */
  constructor(context: ControllerContext, resource: Resource<O>, finalizers?: readonly string[]) {
    this.#context = context;
    this.#resource = resource;
    this.#finalizers = finalizers;
  }

  /** `owner`: the object of that key; undefined if it is gone. */
  track(key: string, owner: O | undefined): void {
    const uid = owner?.metadata.uid;
    const before = this.#uids.get(key);
    if (before && before !== uid) this.#unseen.forget(before);
    if (uid) this.#uids.set(key, uid);
    else this.#uids.delete(key);
  }

  /** The pods that the owner controls and those of its namespace that nobody does, as the cache has them. */
  candidates({ metadata: { uid, namespace = '' } }: O): { readonly pods: readonly Pod[]; readonly unseen: Unseen } {
    const { pods: informer } = this.#context.informers;
    const found = [
      ...informer.byIndex(ownerIndexes.controller, uid),
      ...informer.byIndex(ownerIndexes.orphans, namespace),
    ];
    return { pods: found, unseen: this.#unseen.remaining(uid, found, informer.resourceVersion) };
  }

  /** Returns what was adopted. Throws Conflict if the owner is gone. */
  claim(owner: O, claim: Pick<Claim<Pod>, 'adopt' | 'release'>): Promise<Pod[]> {
    const of = { resource: pods, owner, ownerResource: this.#resource, finalizers: this.#finalizers };
    return carryOutClaim(this.#context.client, claim, of);
  }

  /** Creates in parallel, in batches that grow as long as all goes well. Returns the first error. */
  async create(owner: O, wanted: readonly New<Pod>[]): Promise<unknown> {
    let batch = firstBatch;
    for (let at = 0; at < wanted.length; at += batch, batch = Math.min(largestBatch, batch * batchGrowth)) {
      const results = await Promise.all(wanted.slice(at, at + batch).map((pod) => this.#createOne(owner, pod)));
      const failure = results.find((error) => error !== undefined);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  async #createOne(owner: O, wanted: New<Pod>): Promise<unknown> {
    const { client, events } = this.#context;
    const { namespace, uid } = owner.metadata;
    try {
      const pod = await client.create(pods, wanted, { namespace });
      this.#unseen.created(uid, pod);
      const message = `Created pod: ${pod.metadata.name}`;
      events.record({ object: owner, type: 'Normal', reason: 'SuccessfulCreate', message });
      return undefined;
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined;
      const message = `Error creating: ${messageOf(error)}`;
      events.record({ object: owner, type: 'Warning', reason: 'FailedCreate', message });
      return error;
    }
  }

  /** Returns the first error. */
  async delete(owner: O, surplus: readonly Pod[]): Promise<unknown> {
    const failures = await Promise.all(surplus.map((pod) => this.#deleteOne(owner, pod)));
    return failures.find((error) => error !== undefined);
  }

  async #deleteOne(owner: O, pod: Pod): Promise<unknown> {
    const { client, events } = this.#context;
    const { name, namespace, uid } = pod.metadata;
    // Noted before the answer: while it is under way, the pod must not be counted either.
    this.#unseen.deleted(owner.metadata.uid, pod);
    try {
      await client.delete(pods, { name, namespace }, { preconditions: { uid } });
      const message = `Deleted pod: ${name}`;
      events.record({ object: owner, type: 'Normal', reason: 'SuccessfulDelete', message });
      return undefined;
    } catch (error) {
      // Gone already, or another one of that name: the cache will show it.
      if (isReason(error, 'NotFound') || isReason(error, 'Conflict')) return undefined;
      this.#unseen.notDeleted(owner.metadata.uid, pod);
      const message = `Error deleting: ${messageOf(error)}`;
      events.record({ object: owner, type: 'Warning', reason: 'FailedDelete', message });
      return error;
    }
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

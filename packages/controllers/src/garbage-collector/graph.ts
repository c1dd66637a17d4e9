// Owns who depends on whom, over the informers of all kinds whose objects can own or be owned.
import type { Informer } from '@berth/informers';
import { apiVersionOf, isReason, type KubeObject, type OwnerReference, type Resource } from '@berth/objects';
import { foregroundFinalizer, type OwnerState } from './decide.ts';

/** The index that each of the graph's informers has: uids of an object's owners. */
export const ownersIndex = 'owners';

export function ownersOf(object: KubeObject): string[] {
  return object.metadata.ownerReferences?.map(({ uid }) => uid) ?? [];
}

export interface Member {
  readonly resource: Resource;
  readonly informer: Informer<KubeObject>;
}

/** Names one object in the queue: `plural namespace/name`. */
export function nodeKey({ resource }: Member, key: string): string {
  return `${resource.plural} ${key}`;
}

/** So many uids that are known to be gone are remembered. */
const rememberedUids = 10_000;

export class OwnerGraph {
  readonly members: readonly Member[];
  readonly #read: (resource: Resource, name: { namespace?: string; name: string }) => Promise<KubeObject>;
  /** A uid never comes back. */
  readonly #gone = new Set<string>();

  constructor(
    members: readonly Member[],
    read: (resource: Resource, name: { namespace?: string; name: string }) => Promise<KubeObject>,
  ) {
    this.members = members;
    this.#read = read;
  }

  find(nodeKeyText: string): { readonly member: Member; readonly object: KubeObject } | undefined {
    const [plural = '', key = ''] = nodeKeyText.split(' ');
    const member = this.members.find(({ resource }) => resource.plural === plural);
    const object = member?.informer.get(key);
    return member && object ? { member, object } : undefined;
  }

  dependentsOf(uid: string): { readonly member: Member; readonly object: KubeObject }[] {
    return this.members.flatMap((member) =>
      member.informer.byIndex(ownersIndex, uid).map((object) => ({ member, object })),
    );
  }

  /** Where the owner of an object would be; undefined for kinds that are not served. */
  ownerOf(object: KubeObject, owner: OwnerReference): { readonly member: Member; readonly key: string } | undefined {
    const member = this.members.find(
      ({ resource }) => resource.kind === owner.kind && apiVersionOf(resource) === owner.apiVersion,
    );
    if (!member) return undefined;
    const { namespace } = object.metadata;
    return { member, key: member.resource.namespaced ? `${namespace}/${owner.name}` : owner.name };
  }

  async stateOf(object: KubeObject, owner: OwnerReference): Promise<OwnerState> {
    if (this.#gone.has(owner.uid)) return 'gone';
    const place = this.ownerOf(object, owner);
    // An owner of a kind that nobody serves cannot be judged.
    if (!place) return 'there';
    const cached = place.member.informer.get(place.key);
    const found = cached?.metadata.uid === owner.uid ? cached : await this.#confirm(object, owner, place.member);
    if (!found) return 'gone';
    const { deletionTimestamp, finalizers } = found.metadata;
    return deletionTimestamp && finalizers?.includes(foregroundFinalizer) ? 'waits for its dependents' : 'there';
  }

  /** The cache may not have the owner yet, which a read that nobody cached tells. */
  async #confirm(object: KubeObject, owner: OwnerReference, { resource }: Member): Promise<KubeObject | undefined> {
    const namespace = resource.namespaced ? object.metadata.namespace : undefined;
    try {
      const found = await this.#read(resource, { namespace, name: owner.name });
      if (found.metadata.uid === owner.uid) return found;
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
    }
    if (this.#gone.size >= rememberedUids) this.#gone.clear();
    this.#gone.add(owner.uid);
    return undefined;
  }
}

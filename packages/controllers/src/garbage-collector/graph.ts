// Owns who depends on whom, over the informers of all kinds whose objects can own or be owned.
import { isReason, type KubeObject, type OwnerReference, qualifiedName, type Resource } from '@berth/objects';
import { foregroundFinalizer, type OwnerState } from './decide.ts';
import type { Member, Members } from './members.ts';

/** The index that each of the graph's informers has: uids of an object's owners. */
export const ownersIndex = 'owners';

export function ownersOf(object: KubeObject): string[] {
  return object.metadata.ownerReferences?.map(({ uid }) => uid) ?? [];
}

/** Names one object in the queue: `plural.group namespace/name`. */
export function nodeKey({ resource }: Member, key: string): string {
  return `${qualifiedName(resource)} ${key}`;
}

/** Whether an owner would be one of these, in whatever version it is named. */
export function isOfKind({ kind, apiVersion }: OwnerReference, { resource }: Member): boolean {
  const slash = apiVersion.indexOf('/');
  return kind === resource.kind && (slash < 0 ? '' : apiVersion.slice(0, slash)) === resource.group;
}

/** So many uids that are known to be gone are remembered. */
const rememberedUids = 10_000;

export class OwnerGraph {
  readonly members: Pick<Members, 'named' | 'onChange' | typeof Symbol.iterator>;
  readonly #read: (resource: Resource, name: { namespace?: string; name: string }) => Promise<KubeObject>;
  /** A uid never comes back. */
  readonly #gone = new Set<string>();

  constructor(
    members: OwnerGraph['members'],
    read: (resource: Resource, name: { namespace?: string; name: string }) => Promise<KubeObject>,
  ) {
    this.members = members;
    this.#read = read;
  }

  find(nodeKeyText: string): { readonly member: Member; readonly object: KubeObject } | undefined {
    const [name = '', key = ''] = nodeKeyText.split(' ');
    const member = this.members.named(name);
    const object = member?.informer.get(key);
    return member && object ? { member, object } : undefined;
  }

  dependentsOf(uid: string): { readonly member: Member; readonly object: KubeObject }[] {
    return [...this.members].flatMap((member) =>
      member.informer.byIndex(ownersIndex, uid).map((object) => ({ member, object })),
    );
  }

  /** Where the owner of an object would be; undefined for kinds that are not served. */
  ownerOf(object: KubeObject, owner: OwnerReference): { readonly member: Member; readonly key: string } | undefined {
    const member = [...this.members].find((candidate) => isOfKind(owner, candidate));
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
    this.noteGone(owner.uid);
    return undefined;
  }

  /** Remembers that an object has been deleted, also when there is nobody to ask any more. */
  noteGone(uid: string): void {
    if (this.#gone.size >= rememberedUids) this.#gone.clear();
    this.#gone.add(uid);
  }
}

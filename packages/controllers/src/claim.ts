// Owns which objects are an owner's: those that it has and that match its selector stay, those that nobody controls and
// that match are adopted, and those that no longer match are let go. Source: Kubernetes, controller references.
import type { Reader, Writer } from '@berth/client';
import { conflictError, type KubeObject, type Resource, type Selector } from '@berth/objects';
import { adoptionPatch, releasePatch } from './ownership.ts';
import { controllerOf } from './pod-state.ts';
import { unlessGone } from './writes.ts';

export interface Claim<T extends KubeObject> {
  /** The owner's already. */
  readonly kept: readonly T[];
  readonly adopt: readonly T[];
  readonly release: readonly T[];
}

/** Pure. `candidates`: the objects that the owner controls, and those of its namespace that nobody does. */
export function claim<T extends KubeObject>(
  owner: KubeObject,
  selector: Selector | undefined,
  candidates: readonly T[],
): Claim<T> {
  const isGoing = owner.metadata.deletionTimestamp !== undefined;
  const kept: T[] = [];
  const adopt: T[] = [];
  const release: T[] = [];
  for (const candidate of candidates) {
    const { labels, deletionTimestamp } = candidate.metadata;
    const controller = controllerOf(candidate);
    if (controller && controller.uid !== owner.metadata.uid) continue;
    const matches = selector !== undefined && !selector.matchesAll && selector.matches(labels);
    if (controller && matches) kept.push(candidate);
    else if (controller && !isGoing) release.push(candidate);
    else if (!controller && matches && !isGoing && !deletionTimestamp) adopt.push(candidate);
  }
  return { kept, adopt, release };
}

/** Returns what was adopted, as it is then. Throws Conflict if the owner is gone, so that it adopts nothing. */
export async function carryOutClaim<T extends KubeObject, O extends KubeObject>(
  client: Reader & Writer,
  { adopt, release }: Pick<Claim<T>, 'adopt' | 'release'>,
  of: {
    readonly resource: Resource<T>;
    readonly owner: O;
    readonly ownerResource: Resource<O>;
    /** What is adopted gets them. */
    readonly finalizers?: readonly string[];
  },
): Promise<T[]> {
  const { resource, owner, ownerResource, finalizers } = of;
  const patch = (object: T, change: ReturnType<typeof adoptionPatch>) => {
    const { name, namespace } = object.metadata;
    return unlessGone(client.patch(resource, { name, namespace }, change));
  };
  if (adopt.length > 0) {
    // The cache may not know yet that the owner is gone: what it adopted would be collected as garbage.
    const { name, namespace, uid } = owner.metadata;
    const fresh = await client.get(ownerResource, { name, namespace });
    if (fresh.metadata.uid !== uid || fresh.metadata.deletionTimestamp)
      throw conflictError(ownerResource, name, `it was deleted, so that it adopts no ${resource.plural}`);
  }
  const adopted = await Promise.all(adopt.map((object) => patch(object, adoptionPatch(object, owner, finalizers))));
  await Promise.all(release.map((object) => patch(object, releasePatch(object, owner))));
  return adopted.filter((object) => object !== undefined);
}

// Owns the scheduler's picture of the cluster: nodes with what is on them, assumed pods included. Each change costs
// work on one node only, and marks it, so that who has weighed the node before knows to weigh it again.
import type { Node, Pod, Service } from '@berth/objects';
import { SpreadGroups } from './groups.ts';
import { NodeState, type PlacedPod } from './node-state.ts';
import { factsOf } from './pod-facts.ts';

/** A place in the snapshot's list of nodes; it is reused after its node is gone. */
export interface Slot {
  state: NodeState | undefined;
  /** The snapshot's version at which this place last changed. */
  version: number;
}

interface Placement {
  readonly slot: Slot;
  /** The API does not show it yet. */
  readonly assumed: boolean;
}

export class Snapshot {
  /** Grows with every change. */
  version = 0;
  readonly slots: Slot[] = [];
  readonly #byName = new Map<string, Slot>();
  readonly #placements = new Map<string, Placement>();
  readonly #nominations = new Map<string, NodeState>();
  /** How many of the pods have each priority. */
  readonly #priorities = new Map<number, number>();
  readonly #groups = new SpreadGroups();
  #nodeCount = 0;

  /** How many nodes the cluster has. */
  get nodeCount(): number {
    return this.#nodeCount;
  }

  /** Whether the change can change where pods go. */
  setNode(node: Node): boolean {
    const slot = this.#slotOf(node.metadata.name);
    if (!slot.state?.node) this.#nodeCount++;
    if (!slot.state?.setNode(node)) return false;
    this.#touch(slot);
    return true;
  }

  removeNode(name: string): void {
    const slot = this.#byName.get(name);
    if (!slot?.state?.node) return;
    this.#nodeCount--;
    slot.state.setNode(undefined);
    this.#drop(slot);
    this.#touch(slot);
  }

  /** A pod that the API shows on a node. */
  setPod(pod: Pod, nodeName: string): void {
    this.#place(pod, nodeName, false);
  }

  /** A pod that is about to be put on a node. */
  assume(pod: Pod, nodeName: string): void {
    this.#place(pod, nodeName, true);
  }

  /** The pod is not, or no longer, on a node. Whether it was. */
  remove(uid: string): boolean {
    const placement = this.#placements.get(uid);
    if (!placement) return false;
    this.#placements.delete(uid);
    const placed = placement.slot.state?.pods.get(uid);
    if (placed) this.#countPriority(placed.facts.priority, -1);
    placement.slot.state?.remove(uid);
    this.#drop(placement.slot);
    this.#touch(placement.slot);
    return true;
  }

  /** Room is being made for the pod on the node; whatever was so before no longer is. */
  nominate(pod: Pod, nodeName: string): void {
    this.withdraw(pod.metadata.uid);
    const slot = this.#byName.get(nodeName);
    if (!slot?.state?.node) return;
    slot.state.nominated.set(pod.metadata.uid, { facts: factsOf(pod), groups: this.#groups.of(pod) });
    this.#nominations.set(pod.metadata.uid, slot.state);
    this.#touch(slot);
  }

  /** No room is being made for the pod any more. Returns the node where it was. */
  withdraw(uid: string): string | undefined {
    const state = this.#nominations.get(uid);
    if (!state) return undefined;
    this.#nominations.delete(uid);
    state.nominated.delete(uid);
    const slot = this.#byName.get(state.name);
    if (slot?.state !== state) return undefined;
    this.#touch(slot);
    return state.name;
  }

  stateOf(nodeName: string): NodeState | undefined {
    return this.#byName.get(nodeName)?.state;
  }

  /** Whether any pod on any node is below the priority. */
  hasBelow(priority: number): boolean {
    for (const one of this.#priorities.keys()) if (one < priority) return true;
    return false;
  }

  isAssumed(uid: string): boolean {
    return this.#placements.get(uid)?.assumed ?? false;
  }

  setService(service: Service): void {
    if (this.#groups.setService(service)) this.#regroup(service.metadata.namespace);
  }

  removeService(service: Service): void {
    if (this.#groups.removeService(service)) this.#regroup(service.metadata.namespace);
  }

  groupsOf(pod: Pod): string[] {
    return this.#groups.of(pod);
  }

  #place(pod: Pod, nodeName: string, assumed: boolean): void {
    const { uid } = pod.metadata;
    const slot = this.#slotOf(nodeName);
    const before = this.#placements.get(uid);
    if (before && before.slot !== slot) this.remove(uid);
    this.#placements.set(uid, { slot, assumed });
    const known = before?.slot === slot ? slot.state?.pods.get(uid) : undefined;
    const placed: PlacedPod = { facts: factsOf(pod), groups: this.#groups.of(pod) };
    if (!known) this.#countPriority(placed.facts.priority, 1);
    slot.state?.put(placed);
    // That the API shows what was assumed changes nothing for those who decide.
    if (known && sameWeight(known, placed)) return;
    this.#touch(slot);
  }

  #countPriority(priority: number, by: 1 | -1): void {
    const count = (this.#priorities.get(priority) ?? 0) + by;
    if (count === 0) this.#priorities.delete(priority);
    else this.#priorities.set(priority, count);
  }

  #regroup(namespace: string | undefined): void {
    for (const slot of this.slots) {
      for (const { facts } of [...(slot.state?.pods.values() ?? [])]) {
        if (facts.pod.metadata.namespace !== namespace) continue;
        slot.state?.put({ facts, groups: this.#groups.of(facts.pod) });
        this.#touch(slot);
      }
    }
  }

  #slotOf(name: string): Slot {
    let slot = this.#byName.get(name);
    if (!slot) {
      slot = this.slots.find(({ state }) => state === undefined);
      if (!slot) {
        slot = { state: undefined, version: 0 };
        this.slots.push(slot);
      }
      slot.state = new NodeState(name);
      this.#byName.set(name, slot);
    }
    return slot;
  }

  /** Frees the place of a node that is gone, once no pod is on it any more. */
  #drop(slot: Slot): void {
    if (!slot.state || slot.state.node || slot.state.pods.size > 0) return;
    this.#byName.delete(slot.state.name);
    slot.state = undefined;
  }

  #touch(slot: Slot): void {
    slot.version = ++this.version;
  }
}

function sameWeight(a: PlacedPod, b: PlacedPod): boolean {
  return (
    a.groups.length === b.groups.length &&
    a.groups.every((group, index) => group === b.groups[index]) &&
    a.facts.requests.size === b.facts.requests.size &&
    [...a.facts.requests].every(([resource, amount]) => b.facts.requests.get(resource) === amount)
  );
}

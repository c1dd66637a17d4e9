// Owns what the scheduler knows of one node: the node itself and what the pods that are on it, or will be, take of it.
// Its sums are kept with each pod that comes and goes. Pods for which room is being made here are kept apart.
import type { Node } from '@berth/objects';
import { type Amounts, amountsOf, type HostPort, type PodFacts } from './pod-facts.ts';

const anyAddress = '0.0.0.0';

/** A pod as it counts on a node. */
export interface PlacedPod {
  readonly facts: PodFacts;
  /** Names of the sets of pods that should be spread: its controller's and its services'. */
  readonly groups: readonly string[];
}

export class NodeState {
  readonly name: string;
  /** Undefined while there are pods on a node that is not known. */
  node: Node | undefined;
  allocatable: Amounts = new Map();
  readonly pods = new Map<string, PlacedPod>();
  /** Pods that others make room for here. Those of lower priority do not count on that room. */
  readonly nominated = new Map<string, PlacedPod>();
  readonly #requested = new Map<string, number>();
  readonly #groups = new Map<string, number>();
  /** port → address → how many pods hold it. */
  readonly #hostPorts = new Map<string, Map<string, number>>();

  constructor(name: string) {
    this.name = name;
  }

  /** Whether anything changed on which the place of a pod depends: a heartbeat alone does not. */
  setNode(node: Node | undefined): boolean {
    const before = this.node;
    this.node = node;
    if (before && node && weightOf(before) === weightOf(node)) return false;
    this.allocatable = amountsOf(node?.status.allocatable ?? node?.status.capacity);
    return true;
  }

  requested(resource: string): number {
    return this.#requested.get(resource) ?? 0;
  }

  /** How many pods of the group are on the node. */
  count(group: string): number {
    return this.#groups.get(group) ?? 0;
  }

  isFree({ ip, port }: HostPort): boolean {
    const holders = this.#hostPorts.get(port);
    if (!holders) return true;
    return ip === anyAddress ? holders.size === 0 : !holders.has(ip) && !holders.has(anyAddress);
  }

  put(placed: PlacedPod): void {
    this.remove(placed.facts.uid);
    this.pods.set(placed.facts.uid, placed);
    this.#count(placed, 1);
  }

  remove(uid: string): void {
    const placed = this.pods.get(uid);
    if (!placed) return;
    this.pods.delete(uid);
    this.#count(placed, -1);
  }

  /** The node as a pod has to see it: with those on it for which room is being made, unless they are below it. */
  seenBy({ priority }: PodFacts): NodeState {
    let seen: NodeState = this;
    for (const placed of this.nominated.values()) {
      if (placed.facts.priority < priority) continue;
      if (seen === this) seen = this.copy();
      seen.put(placed);
    }
    return seen;
  }

  /** Another one with the same pods, to try things on; nobody is nominated there. */
  copy(): NodeState {
    const copy = new NodeState(this.name);
    copy.node = this.node;
    copy.allocatable = this.allocatable;
    for (const placed of this.pods.values()) copy.put(placed);
    return copy;
  }

  #count({ facts, groups }: PlacedPod, sign: 1 | -1): void {
    for (const [resource, amount] of facts.requests) change(this.#requested, resource, sign * amount);
    for (const group of groups) change(this.#groups, group, sign);
    for (const { ip, port } of facts.hostPorts) {
      const holders = this.#hostPorts.get(port) ?? new Map<string, number>();
      change(holders, ip, sign);
      if (holders.size > 0) this.#hostPorts.set(port, holders);
      else this.#hostPorts.delete(port);
    }
  }
}

function weightOf({ metadata, spec, status }: Node): string {
  const ready = status.conditions?.find(({ type }) => type === 'Ready')?.status;
  const taints = spec.taints?.map(({ key, value, effect }) => [key, value, effect]);
  return JSON.stringify([metadata.labels, spec.unschedulable, taints, status.allocatable, status.capacity, ready]);
}

function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

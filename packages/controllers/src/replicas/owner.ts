// Owns what a replication controller and a replica set have in common, and where they differ.
import {
  type ReplicaSet,
  type ReplicationController,
  type Selector,
  selectorFrom,
  selectorFromMap,
} from '@berth/objects';

export type ReplicasOwner = ReplicationController | ReplicaSet;

/** Which pods are its own. */
export function selectorOf(owner: ReplicasOwner): Selector {
  if (isReplicationController(owner)) return selectorFromMap(owner.spec.selector);
  // Validation leaves no replica set without a selector.
  return selectorFrom(owner.spec.selector)!;
}

function isReplicationController(owner: ReplicasOwner): owner is ReplicationController {
  return owner.kind === 'ReplicationController';
}

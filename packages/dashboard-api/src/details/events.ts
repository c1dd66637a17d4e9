// Owns the events of one object, out of what the gateway watches.
import type { KubeObject } from '@berth/objects';
import type { EventRow } from '../contract.ts';
import { type Cluster, eventTarget } from '../live/cluster.ts';
import { eventRow, newestFirst } from '../rows/event.ts';

/** Newest first. Events of an earlier object of the same name are not among them. */
export function eventsOf(cluster: Pick<Cluster, 'events'>, object: KubeObject): EventRow[] {
  const { namespace, name, uid } = object.metadata;
  return cluster.events
    .byIndex('object', eventTarget(object.kind, namespace, name))
    .filter(({ involvedObject }) => !involvedObject.uid || involvedObject.uid === uid || object.kind === 'Node')
    .map(eventRow)
    .sort(newestFirst);
}

// Owns the page of one replication controller.
import type { ReplicationController } from '@berth/objects';
import type { ReplicationControllerDetail } from '../answers.ts';
import { type Cluster, servicesFor } from '../live/cluster.ts';
import { replicationControllerRow } from '../rows/replication-controller.ts';
import { eventsOf } from './events.ts';
import { podRowsIn } from './pod.ts';
import { yamlOf } from './yaml.ts';

export function replicationControllerDetail(
  controller: ReplicationController,
  cluster: Cluster,
): ReplicationControllerDetail {
  const { metadata, spec } = controller;
  return {
    object: controller,
    row: replicationControllerRow(controller),
    yaml: yamlOf(controller),
    events: eventsOf(cluster, controller),
    pods: podRowsIn(cluster, cluster.pods.byIndex('owner', metadata.uid)),
    services: servicesFor(cluster, metadata.namespace, spec.template?.metadata?.labels).map(
      ({ metadata }) => metadata.name,
    ),
  };
}

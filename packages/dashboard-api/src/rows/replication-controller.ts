// Owns the row of a replication controller.
import type { ReplicationController } from '@berth/objects';
import type { ReplicationControllerRow } from '../contract.ts';
import { rowMeta } from './meta.ts';

export function replicationControllerRow(controller: ReplicationController): ReplicationControllerRow {
  const { metadata, spec, status } = controller;
  return {
    ...rowMeta(controller),
    namespace: metadata.namespace ?? '',
    resourceVersion: metadata.resourceVersion,
    selector: spec.selector ?? {},
    desired: spec.replicas ?? 1,
    current: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    images: (spec.template?.spec?.containers ?? []).map(({ image }) => image ?? ''),
  };
}

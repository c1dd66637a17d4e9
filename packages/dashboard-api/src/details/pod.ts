// Owns the page of one pod.
import type { Pod } from '@berth/objects';
import type { PodDetail } from '../answers.ts';
import type { PodRow } from '../contract.ts';
import { type Cluster, servicesFor } from '../live/cluster.ts';
import { podRow } from '../rows/pod.ts';
import { eventsOf } from './events.ts';
import { selecting } from './labels.ts';
import { yamlOf } from './yaml.ts';

export function podDetail(pod: Pod, cluster: Cluster): PodDetail {
  return {
    object: pod,
    row: podRowIn(cluster, pod),
    yaml: yamlOf(pod),
    events: eventsOf(cluster, pod),
    selectedBy: selecting(pod, pod.metadata.labels ?? {}, cluster),
  };
}

export function podRowIn(cluster: Pick<Cluster, 'services'>, pod: Pod): PodRow {
  const services = servicesFor(cluster, pod.metadata.namespace, pod.metadata.labels);
  return podRow(
    pod,
    services.map(({ metadata }) => metadata.name),
  );
}

export function podRowsIn(cluster: Pick<Cluster, 'services'>, pods: readonly Pod[]): PodRow[] {
  return pods
    .map((pod) => podRowIn(cluster, pod))
    .sort((a, b) => (a.namespace === b.namespace ? (a.name < b.name ? -1 : 1) : a.namespace < b.namespace ? -1 : 1));
}

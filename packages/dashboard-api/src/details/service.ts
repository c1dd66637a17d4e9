// Owns the page of one service: whether its selector, the pods and its endpoints agree.
import { type Endpoints, objectKey, type Pod, type Service } from '@berth/objects';
import type { ServiceDetail, ServicePod } from '../answers.ts';
import { type Cluster, podsFor, servicesFor } from '../live/cluster.ts';
import { serviceRow } from '../rows/service.ts';
import { eventsOf } from './events.ts';
import { podRowsIn } from './pod.ts';
import { yamlOf } from './yaml.ts';

export function serviceDetail(service: Service, cluster: Cluster): ServiceDetail {
  const endpoints = cluster.endpoints.get(objectKey(service));
  const matched = podsFor(cluster, service);
  const stands = endpointStands(endpoints);
  const pods = podRowsIn(cluster, matched).map(
    (row) => ({ row, endpoint: stands.get(row.name) ?? 'missing' }) as const,
  );
  return {
    object: service,
    row: serviceRow(service, { endpoints, pods: matched }),
    yaml: yamlOf(service),
    events: eventsOf(cluster, service),
    pods,
    findings: findings(service, endpoints, pods),
    overlaps: overlaps(service, matched, cluster),
  };
}

/** How each pod, by name, stands in the endpoints. */
function endpointStands(endpoints: Endpoints | undefined): Map<string, 'ready' | 'not ready'> {
  const stands = new Map<string, 'ready' | 'not ready'>();
  for (const { addresses, notReadyAddresses } of endpoints?.subsets ?? []) {
    for (const { targetRef } of notReadyAddresses ?? []) if (targetRef?.name) stands.set(targetRef.name, 'not ready');
    for (const { targetRef } of addresses ?? []) if (targetRef?.name) stands.set(targetRef.name, 'ready');
  }
  return stands;
}

/** What a person should know when the service does not answer; nothing when all is well. */
export function findings(
  { spec }: Service,
  endpoints: Endpoints | undefined,
  pods: readonly Pick<ServicePod, 'endpoint'>[],
): string[] {
  if (spec.type === 'ExternalName') return [];
  const addresses = (endpoints?.subsets ?? []).some((subset) => subset.addresses?.length);
  if (Object.keys(spec.selector ?? {}).length === 0) {
    return addresses ? [] : ['It has no selector and nobody gave it endpoints: it leads nowhere.'];
  }
  if (pods.length === 0) return ['No pod matches its selector: it leads nowhere.'];
  const found: string[] = [];
  const count = (which: ServicePod['endpoint']) => pods.filter(({ endpoint }) => endpoint === which).length;
  if (count('ready') === 0) found.push('None of the pods that it selects is ready: it leads nowhere.');
  else if (count('not ready') > 0) found.push(`${count('not ready')} of ${pods.length} pods are not ready.`);
  if (count('missing') > 0 && count('ready') > 0) {
    found.push(`${count('missing')} of ${pods.length} pods are not among its endpoints.`);
  }
  return found;
}

function overlaps(service: Service, pods: readonly Pod[], cluster: Cluster): ServiceDetail['overlaps'] {
  const shared = new Map<string, number>();
  for (const pod of pods) {
    for (const { metadata } of servicesFor(cluster, pod.metadata.namespace, pod.metadata.labels)) {
      if (metadata.name !== service.metadata.name) shared.set(metadata.name, (shared.get(metadata.name) ?? 0) + 1);
    }
  }
  return [...shared].map(([service, pods]) => ({ service, pods })).sort((a, b) => (a.service < b.service ? -1 : 1));
}

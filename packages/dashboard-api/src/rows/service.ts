// Owns the row of a service, with what its selector and its endpoints say.
import type { Endpoints, Pod, Service } from '@berth/objects';
import { objectKey } from '@berth/objects';
import type { ServiceRow } from '../contract.ts';
import { rowMeta } from './meta.ts';

export function serviceRow(
  service: Service,
  related: { readonly endpoints: Endpoints | undefined; readonly pods: readonly Pod[] },
): ServiceRow {
  const { metadata, spec } = service;
  return {
    ...rowMeta(service),
    namespace: metadata.namespace ?? '',
    type: spec.type ?? 'ClusterIP',
    clusterIP: spec.type === 'ExternalName' ? '' : (spec.clusterIP ?? ''),
    ports: (spec.ports ?? []).map(({ name, port, nodePort, protocol }) => ({
      ...(name ? { name } : {}),
      port,
      ...(nodePort ? { nodePort } : {}),
      protocol: protocol ?? 'TCP',
    })),
    selector: spec.selector ?? {},
    readyEndpoints: distinctAddresses(related.endpoints, 'addresses'),
    notReadyEndpoints: distinctAddresses(related.endpoints, 'notReadyAddresses'),
    pods: related.pods.map(objectKey).sort(),
  };
}

/** An address stands once per set of ports. */
function distinctAddresses(endpoints: Endpoints | undefined, which: 'addresses' | 'notReadyAddresses'): number {
  const ips = (endpoints?.subsets ?? []).flatMap((subset) => (subset[which] ?? []).map(({ ip }) => ip));
  return new Set(ips).size;
}

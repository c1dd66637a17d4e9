// Owns what a person can know about Service beyond the API facts. Cluster addresses and node ports, which no two services
// may share, are allocated by the API server.
import type { Service, ServicePort } from '../api/types.ts';
import { type FieldError, invalid } from '../errors/field-error.ts';
import type { Draft } from '../object.ts';
import { serviceQuota } from '../quota/service-usage.ts';
import { services } from '../resource.ts';
import { validateServiceSpec } from '../validation/service-spec.ts';
import { ageColumn, columnOf, formatLabels, nameColumn, orNone } from './columns.ts';
import type { Kind } from './kind.ts';

const AFFINITY_SECONDS = 10_800;

export const serviceKind: Kind<Service> = {
  resource: services,
  nameRule: 'dns1035-label',
  createdByUpdate: true,
  returnsDeleted: true,
  subresources: ['status', 'proxy'],
  countsGenerations: false,

  setDefaults({ spec }) {
    spec.sessionAffinity ||= 'None';
    if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
    else {
      spec.sessionAffinityConfig ??= {};
      spec.sessionAffinityConfig.clientIP ??= {};
      spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= AFFINITY_SECONDS;
    }
    spec.type ||= 'ClusterIP';
    // 0 and an empty name say nothing.
    for (const port of spec.ports ?? []) port.targetPort ||= port.port;
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ||= 'Cluster';
    if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster';
    if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  },
  prepareForCreate(draft) {
    draft.status = { loadBalancer: {} };
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: old.status });
    dropUnusedByType(draft, old);
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
  },

  quota: serviceQuota,
  validate: ({ spec }) => validateServiceSpec(spec),
  validateUpdate: validateAddressChange,

  columns: [
    nameColumn,
    columnOf('Type', 'How it is exposed.', ({ spec }) => spec.type ?? ''),
    columnOf('Cluster-IP', 'Its address inside the cluster.', ({ spec }) =>
      orNone(spec.clusterIPs?.[0] ?? spec.clusterIP),
    ),
    columnOf('External-IP', 'Its addresses outside the cluster.', externalAddresses),
    columnOf('Port(s)', 'Its ports.', ({ spec }) => orNone((spec.ports ?? []).map(formatPort).join(','))),
    ageColumn,
    columnOf('Selector', 'The labels of the pods that serve it.', ({ spec }) => formatLabels(spec.selector), 1),
  ],
  fieldSelectors: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },
};

/** A change of the type takes with it what only the old type had, unless it was changed as well. */
function dropUnusedByType({ spec }: Draft<Service>, { spec: old }: Service): void {
  if (spec.type === old.type) return;
  const reachable = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.externalIPs?.length;
  if (!reachable && spec.externalTrafficPolicy === old.externalTrafficPolicy) delete spec.externalTrafficPolicy;
  if (spec.type === 'ExternalName' && spec.internalTrafficPolicy === old.internalTrafficPolicy)
    delete spec.internalTrafficPolicy;
  if (spec.type !== 'LoadBalancer') {
    delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass;
  }
}

/** An address that was allocated stays. */
function validateAddressChange({ spec }: Service, { spec: old }: Service): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName' || !old.clusterIP) return [];
  if (spec.clusterIP === old.clusterIP) return [];
  return [invalid('spec.clusterIPs[0]', spec.clusterIPs ?? [], 'may not change once set')];
}

function formatPort({ port, nodePort, protocol }: ServicePort): string {
  return nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;
}

function externalAddresses({ spec, status }: Service): string {
  const external = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ExternalName':
      return spec.externalName ?? '';
    case 'LoadBalancer': {
      const ingress = (status.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []);
      return [...new Set(ingress), ...external].join(',') || '<pending>';
    }
    default:
      return orNone(external.join(','));
  }
}

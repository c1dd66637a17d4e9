// Owns what a service takes of a quota beside being one. Source: Kubernetes, "Resource Quotas".
import type { Service } from '../api/types.ts';
import type { QuotaRules } from './quota-rules.ts';

export const serviceQuota: QuotaRules<Service> = {
  bounds: (name) => name === 'services.nodeports' || name === 'services.loadbalancers',
  chargesUpdates: true,
  usage({ spec: { type, ports = [], allocateLoadBalancerNodePorts } }) {
    const asked = ports.filter(({ nodePort }) => nodePort).length;
    const isBalanced = type === 'LoadBalancer';
    const nodePorts = isBalanced && allocateLoadBalancerNodePorts === false ? asked : ports.length;
    return {
      'services.nodeports': String(isBalanced || type === 'NodePort' ? nodePorts : 0),
      'services.loadbalancers': String(isBalanced ? 1 : 0),
    };
  },
};

// Owns a pod's quality of service class, which follows from requests and limits. Source: Kubernetes' "Pod Quality of
// Service Classes".
import type { PodSpec, PodStatus } from '../api/types.ts';
import { addQuantities, compareQuantities } from '../quantity.ts';

type Amounts = Map<string, string>;

function add(amounts: Amounts, name: string, quantity: string): void {
  const known = amounts.get(name);
  amounts.set(name, known === undefined ? quantity : addQuantities(known, quantity));
}

export function podQualityOf(spec: PodSpec): NonNullable<PodStatus['qosClass']> {
  const requests: Amounts = new Map();
  const limits: Amounts = new Map();
  let guaranteed = true;
  for (const { resources } of [...spec.containers, ...(spec.initContainers ?? [])]) {
    for (const name of ['cpu', 'memory']) {
      const request = resources?.requests?.[name];
      const limit = resources?.limits?.[name];
      if (request !== undefined && compareQuantities(request, '0') > 0) add(requests, name, request);
      if (limit !== undefined && compareQuantities(limit, '0') > 0) add(limits, name, limit);
      else guaranteed = false;
    }
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const equal = [...requests].every(([name, request]) => compareQuantities(request, limits.get(name) ?? '0') === 0);
  return guaranteed && equal && requests.size === limits.size ? 'Guaranteed' : 'Burstable';
}

// Owns the quality-of-service class of a pod. Source: Kubernetes documentation, "Pod Quality of Service Classes".
import { compareQuantities, type Pod } from '@berth/objects';
import { allContainers } from './container-spec.ts';

export type QosClass = 'BestEffort' | 'Burstable' | 'Guaranteed';

export function qosClass(pod: Pod): QosClass {
  let any = false;
  let guaranteed = true;
  for (const { resources } of allContainers(pod)) {
    for (const resource of ['cpu', 'memory']) {
      const limit = positive(resources?.limits?.[resource]);
      // A limit without a request is a request of the same.
      const request = positive(resources?.requests?.[resource]) ?? limit;
      if (limit !== undefined || request !== undefined) any = true;
      if (limit === undefined || request === undefined || compareQuantities(limit, request) !== 0) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function positive(quantity: string | undefined): string | undefined {
  return quantity !== undefined && compareQuantities(quantity, '0') > 0 ? quantity : undefined;
}

// Owns whether a node has what a pod takes: resources, a place among its pods, host ports.
import type { Filter } from './filter.ts';

/** All that is short is told, as one node may lack several. */
export const resources: Filter = ({ requests }, { state }) => {
  const short: string[] = [];
  for (const [resource, amount] of requests) {
    if (amount === 0) continue;
    if (state.requested(resource) + amount <= (state.allocatable.get(resource) ?? 0)) continue;
    short.push(resource === 'pods' ? 'Too many pods' : `Insufficient ${resource}`);
  }
  return short.length > 0 ? short : undefined;
};

export const hostPorts: Filter = (pod, { state }) =>
  pod.hostPorts.every((port) => state.isFree(port))
    ? undefined
    : "node(s) didn't have free ports for the requested pod ports";

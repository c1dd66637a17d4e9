// Owns the order of the filters: the first that objects explains why.
import type { Filter } from './filter.ts';
import { hostPorts, resources } from './fit.ts';
import { nodeAffinity, nodeName } from './node-affinity.ts';
import { ready, schedulable, taints } from './taints.ts';

export const filters: readonly Filter[] = [schedulable, nodeName, ready, taints, nodeAffinity, hostPorts, resources];

// Owns which requests share what: the priority levels and the flow schemas that Kubernetes begins with, as data, and to
// which of them a request belongs. Pure. Source: Kubernetes, "API Priority and Fairness", default configuration.
import type { UserInfo } from '@berth/objects';

export interface Level {
  readonly name: string;
  /** Its part of all seats, beside those of the others. */
  readonly shares: number;
  /** Which part of that others may have while it does not need it: 0 to 1. */
  readonly lendable: number;
}

export interface Schema {
  readonly name: string;
  /** Undefined: exempt, neither bounded nor queued. */
  readonly level: string | undefined;
}

/** Whom a request is counted for. */
export interface Flow {
  readonly schema: Schema;
  /** Requests of one flow wait for each other, those of different flows take turns. */
  readonly key: string;
}

export interface RequestFacts {
  readonly verb: string;
  readonly group: string;
  readonly plural: string;
  readonly namespace: string | undefined;
}

export const levels: readonly Level[] = [
  { name: 'node-high', shares: 40, lendable: 0.25 },
  { name: 'leader-election', shares: 10, lendable: 0 },
  { name: 'system', shares: 30, lendable: 0.33 },
  { name: 'workload-high', shares: 40, lendable: 0.5 },
  { name: 'workload-low', shares: 100, lendable: 0.9 },
  { name: 'global-default', shares: 20, lendable: 0.5 },
];

interface Rule extends Schema {
  matches(user: UserInfo, request: RequestFacts): boolean;
}

const controlPlane = new Set(['system:kube-controller-manager', 'system:kube-scheduler']);
const isOf = (group: string) => (user: UserInfo) => user.groups.includes(group);
const isOfSystem = (user: UserInfo) =>
  controlPlane.has(user.name) || user.groups.includes('system:serviceaccounts:kube-system');
const isLease = ({ group, plural }: RequestFacts) => group === 'coordination.k8s.io' && plural === 'leases';

/** The first that matches counts. */
const rules: readonly Rule[] = [
  { name: 'exempt', level: undefined, matches: isOf('system:masters') },
  {
    name: 'system-node-high',
    level: 'node-high',
    matches: (user, request) =>
      user.groups.includes('system:nodes') &&
      (isLease(request) || (request.group === '' && request.plural === 'nodes')),
  },
  { name: 'system-nodes', level: 'system', matches: isOf('system:nodes') },
  {
    name: 'system-leader-election',
    level: 'leader-election',
    matches: (user, request) => isLease(request) && isOfSystem(user),
  },
  { name: 'kube-system-service-accounts', level: 'workload-high', matches: isOfSystem },
  { name: 'service-accounts', level: 'workload-low', matches: isOf('system:serviceaccounts') },
  { name: 'global-default', level: 'global-default', matches: () => true },
];

export const schemas: readonly Schema[] = rules;

export function flowOf(user: UserInfo, request: RequestFacts): Flow {
  const schema = rules.find((rule) => rule.matches(user, request))!;
  return { schema, key: user.name };
}

const objectsPerSeat = 100;
const mostSeats = 10;

/** How many seats a request takes: a list of many objects is as much work as several others. */
export function seatsOf(
  verb: string,
  { objects, limit }: { readonly objects: number; readonly limit?: number },
): number {
  if (verb !== 'list' && verb !== 'deletecollection') return 1;
  const shown = limit ? Math.min(limit, objects) : objects;
  return Math.min(Math.max(1, Math.ceil(shown / objectsPerSeat)), mostSeats);
}

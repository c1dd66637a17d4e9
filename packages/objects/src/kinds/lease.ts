// Owns what a person can know about Lease beyond the API facts.
import type { Lease } from '../api/types.ts';
import { leases } from '../resource.ts';
import { ageColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const leaseKind: Kind<Lease> = {
  resource: leases,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  fieldSelectors: {},
};

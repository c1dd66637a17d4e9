// Owns what a person can know about ServiceAccount beyond the API facts.
import type { ServiceAccount } from '../api/types.ts';
import { serviceAccounts } from '../resource.ts';
import { ageColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const serviceAccountKind: Kind<ServiceAccount> = {
  resource: serviceAccounts,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  fieldSelectors: {},
};

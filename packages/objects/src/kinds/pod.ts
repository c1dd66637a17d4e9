// Owns what a person can know about Pod beyond the API facts.
import type { Pod } from '../api/types.ts';
import { pods } from '../resource.ts';
import { ageColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const podKind: Kind<Pod> = {
  resource: pods,
  nameRule: 'dns-subdomain',
  subresources: ['status', 'binding', 'log', 'exec'],
  countsGenerations: false,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  fieldSelectors: {},
};

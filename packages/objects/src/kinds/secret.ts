// Owns what a person can know about Secret beyond the API facts.
import type { Secret } from '../api/types.ts';
import { secrets } from '../resource.ts';
import { ageColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const secretKind: Kind<Secret> = {
  resource: secrets,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  fieldSelectors: {},
};

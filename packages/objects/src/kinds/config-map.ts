// Owns what a person can know about ConfigMap beyond the API facts.
import type { ConfigMap } from '../api/types.ts';
import { configMaps } from '../resource.ts';
import { ageColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const configMapKind: Kind<ConfigMap> = {
  resource: configMaps,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  fieldSelectors: {},
};

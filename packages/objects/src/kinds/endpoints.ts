// Owns what a person can know about Endpoints beyond the API facts.
import type { Endpoints } from '../api/types.ts';
import { endpoints } from '../resource.ts';
import { ageColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const endpointsKind: Kind<Endpoints> = {
  resource: endpoints,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  fieldSelectors: {},
};

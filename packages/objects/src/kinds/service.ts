// Owns what a person can know about Service beyond the API facts.
import type { Service } from '../api/types.ts';
import { services } from '../resource.ts';
import { ageColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const serviceKind: Kind<Service> = {
  resource: services,
  nameRule: 'dns1035-label',
  subresources: ['status'],
  countsGenerations: false,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  fieldSelectors: {},
};

// Owns what a person can know about Namespace beyond the API facts.
import type { Namespace } from '../api/types.ts';
import { namespaces } from '../resource.ts';
import { ageColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const namespaceKind: Kind<Namespace> = {
  resource: namespaces,
  nameRule: 'dns-label',
  subresources: ['status', 'finalize'],
  countsGenerations: false,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  fieldSelectors: {},
};

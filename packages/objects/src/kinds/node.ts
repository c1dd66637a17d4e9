// Owns what a person can know about Node beyond the API facts.
import type { Node } from '../api/types.ts';
import { nodes } from '../resource.ts';
import { ageColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const nodeKind: Kind<Node> = {
  resource: nodes,
  nameRule: 'dns-subdomain',
  subresources: ['status'],
  countsGenerations: false,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  fieldSelectors: {},
};

// Owns what a person can know about ReplicationController beyond the API facts.
import type { ReplicationController } from '../api/types.ts';
import { replicationControllers } from '../resource.ts';
import { ageColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const replicationControllerKind: Kind<ReplicationController> = {
  resource: replicationControllers,
  nameRule: 'dns-subdomain',
  subresources: ['status', 'scale'],
  countsGenerations: true,
  validate: () => [],
  columns: [nameColumn, ageColumn],
  fieldSelectors: {},
};

// Owns what a person can know about ServiceAccount beyond the API facts.
import type { ServiceAccount } from '../api/types.ts';
import { serviceAccounts } from '../resource.ts';
import { ageColumn, countColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const serviceAccountKind: Kind<ServiceAccount> = {
  resource: serviceAccounts,
  nameRule: 'dns-subdomain',
  returnsDeleted: true,
  subresources: ['token'],
  countsGenerations: false,
  // Metadata is all that Kubernetes checks.
  validate: () => [],
  columns: [
    nameColumn,
    countColumn('Secrets', 'How many secrets its pods may use.', ({ secrets }) => secrets?.length ?? 0),
    ageColumn,
  ],
  fieldSelectors: {},
};

// Owns what a person can know about Lease beyond the API facts.
import type { Lease } from '../api/types.ts';
import { invalid } from '../errors/field-error.ts';
import { leases } from '../resource.ts';
import { notNegative } from '../validation/field-checks.ts';
import { ageColumn, columnOf, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const leaseKind: Kind<Lease> = {
  resource: leases,
  nameRule: 'dns-subdomain',
  createdByUpdate: true,
  versionedUpdates: true,
  subresources: [],
  countsGenerations: false,
  validate({ spec: { leaseDurationSeconds: seconds, leaseTransitions, strategy, preferredHolder } }) {
    const errors = notNegative('spec.leaseTransitions', leaseTransitions);
    if (seconds !== undefined && seconds <= 0)
      errors.push(invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
    if (preferredHolder && !strategy)
      errors.push(invalid('spec.preferredHolder', preferredHolder, 'may only be set when `strategy` is defined'));
    return errors;
  },
  columns: [nameColumn, columnOf('Holder', 'Who holds the lease.', ({ spec }) => spec.holderIdentity ?? ''), ageColumn],
  fieldSelectors: {},
};

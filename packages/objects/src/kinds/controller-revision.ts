// Owns what a person can know about ControllerRevision beyond the API facts.
import type { ControllerRevision } from '../api/types.ts';
import { invalid, required } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import { controllerRevisions } from '../resource.ts';
import { notNegative } from '../validation/field-checks.ts';
import { ageColumn, columnOf, integerColumn, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const controllerRevisionKind: Kind<ControllerRevision> = {
  resource: controllerRevisions,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: false,

  validate: ({ data, revision }) => [
    ...(data === undefined ? [required('data', 'data is mandatory')] : []),
    ...notNegative('revision', revision),
  ],
  validateUpdate: ({ data }, old) =>
    sameJson(data, old.data) ? [] : [invalid('data', data ?? 'null', 'field is immutable')],

  columns: [
    nameColumn,
    columnOf('Controller', 'Whose state it is.', ({ metadata }) => {
      const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
      if (!owner) return '<none>';
      const [group] = owner.apiVersion.includes('/') ? owner.apiVersion.split('/') : [''];
      return `${`${owner.kind}${group ? `.${group}` : ''}`.toLowerCase()}/${owner.name}`;
    }),
    integerColumn('Revision', 'Which state of its controller it is, counted from 1.', ({ revision }) => revision),
    ageColumn,
  ],
  fieldSelectors: {},
};

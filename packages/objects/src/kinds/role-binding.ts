// Owns what a person can know about RoleBinding and ClusterRoleBinding beyond the API facts.
import type { ClusterRoleBinding, RoleBinding, RoleRef, Subject } from '../api/types.ts';
import { type FieldError, invalid, notSupported, required } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import type { Draft } from '../object.ts';
import { clusterRoleBindings, roleBindings } from '../resource.ts';
import { problemsOf } from '../validation/field-checks.ts';
import { dns1123SubdomainProblems, pathSegmentProblems } from '../validation/names.ts';
import { ageColumn, columnOf, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

type Binding = RoleBinding | ClusterRoleBinding;

const group = 'rbac.authorization.k8s.io';

const columns = [
  nameColumn,
  columnOf<Binding>('Role', 'Which role is granted.', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  ageColumn,
  columnOf<Binding>('Users', 'The users to whom it is granted.', (binding) => namesOf(binding, 'User'), 1),
  columnOf<Binding>('Groups', 'The groups to which it is granted.', (binding) => namesOf(binding, 'Group'), 1),
  columnOf<Binding>(
    'ServiceAccounts',
    'The service accounts to which it is granted.',
    (binding) => namesOf(binding, 'ServiceAccount'),
    1,
  ),
];

const rules = {
  nameRule: 'path-segment',
  createdByUpdate: true,
  subresources: [],
  countsGenerations: false,
  columns,
  fieldSelectors: {},
} as const;

export const roleBindingKind: Kind<RoleBinding> = {
  ...rules,
  resource: roleBindings,
  setDefaults,
  validate: (binding) => validateBinding(binding, { roleKinds: ['Role', 'ClusterRole'], inNamespace: true }),
  validateUpdate,
};

export const clusterRoleBindingKind: Kind<ClusterRoleBinding> = {
  ...rules,
  resource: clusterRoleBindings,
  setDefaults,
  validate: (binding) => validateBinding(binding, { roleKinds: ['ClusterRole'], inNamespace: false }),
  validateUpdate,
};

function setDefaults({ roleRef, subjects }: Draft<Binding>): void {
  roleRef.apiGroup ||= group;
  for (const subject of subjects ?? [])
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= group;
}

interface Where {
  /** What may be granted there. */
  readonly roleKinds: readonly string[];
  /** A service account that names no namespace is of the binding's own. */
  readonly inNamespace: boolean;
}

function validateBinding({ roleRef, subjects = [] }: Binding, { roleKinds, inNamespace }: Where): FieldError[] {
  return [
    ...validateRoleRef(roleRef, roleKinds),
    ...subjects.flatMap((subject, index) => validateSubject(`subjects[${index}]`, subject, inNamespace)),
  ];
}

function validateRoleRef({ apiGroup, kind, name }: RoleRef, kinds: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  if (apiGroup !== group) errors.push(notSupported('roleRef.apiGroup', apiGroup, [group]));
  if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds));
  if (!name) errors.push(required('roleRef.name'));
  else errors.push(...problemsOf('roleRef.name', name, pathSegmentProblems(name)));
  return errors;
}

function validateSubject(
  field: string,
  { kind, apiGroup = '', name, namespace }: Subject,
  inNamespace: boolean,
): FieldError[] {
  const errors: FieldError[] = name ? [] : [required(`${field}.name`)];
  const expectedGroup = kind === 'ServiceAccount' ? '' : group;
  switch (kind) {
    case 'ServiceAccount':
      if (name) errors.push(...problemsOf(`${field}.name`, name, dns1123SubdomainProblems(name)));
      if (!namespace && !inNamespace) errors.push(required(`${field}.namespace`));
      break;
    case 'User':
    case 'Group':
      break;
    default:
      return [...errors, notSupported(`${field}.kind`, kind, ['ServiceAccount', 'User', 'Group'])];
  }
  if (apiGroup !== expectedGroup) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [expectedGroup]));
  return errors;
}

/** Whoever may name subjects must not be able to grant them more than what was granted. */
function validateUpdate({ roleRef }: Binding, old: Binding): FieldError[] {
  return sameJson(roleRef, old.roleRef) ? [] : [invalid('roleRef', roleRef, 'cannot change roleRef')];
}

function namesOf({ subjects = [] }: Binding, kind: string): string {
  const ofKind = subjects.filter((subject) => subject.kind === kind);
  return ofKind.map(({ namespace, name }) => (kind === 'ServiceAccount' ? `${namespace}/${name}` : name)).join(', ');
}

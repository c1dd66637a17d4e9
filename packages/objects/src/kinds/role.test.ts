import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../object.ts';
import { clusterRoleBindings, clusterRoles, type Resource, roleBindings, roles } from '../resource.ts';
import { kindOf } from './registry.ts';

const group = 'rbac.authorization.k8s.io';
const rule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] };
const paths = { verbs: ['get'], nonResourceURLs: ['/x'] };
const roleRef = { apiGroup: group, kind: 'ClusterRole', name: 'r' };

function problems(resource: Resource<KubeObject>, fields: object, name = 'a:b'): string[] {
  const metadata = { name, namespace: resource.namespaced ? 'n' : undefined };
  const errors = kindOf(resource).validate({ metadata, ...fields } as unknown as KubeObject);
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

describe('what is wrong with', () => {
  const user = { kind: 'User', apiGroup: group, name: 'u' };
  const cases: { name: string; resource: Resource; fields: object; expected: string[] }[] = [
    { name: 'a role', resource: roles, fields: { rules: [rule] }, expected: [] },
    { name: 'a role without rules', resource: roles, fields: {}, expected: [] },
    {
      name: 'a rule of nothing',
      resource: roles,
      fields: { rules: [{ verbs: [] }] },
      expected: [
        'rules[0].verbs: Required value: verbs must contain at least one value',
        'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
        'rules[0].resources: Required value: resource rules must supply at least one resource',
      ],
    },
    {
      name: 'paths in a namespace',
      resource: roles,
      fields: { rules: [paths] },
      expected: [
        'rules[0].nonResourceURLs: Invalid value: []string{"/x"}: namespaced rules cannot apply to non-resource URLs',
      ],
    },
    { name: 'paths of the cluster', resource: clusterRoles, fields: { rules: [paths] }, expected: [] },
    {
      name: 'paths together with resources',
      resource: clusterRoles,
      fields: { rules: [{ ...rule, ...paths }] },
      expected: [
        'rules[0].nonResourceURLs: Invalid value: []string{"/x"}: rules cannot apply to both regular resources and non-resource URLs',
      ],
    },
    {
      name: 'an aggregation without selectors',
      resource: clusterRoles,
      fields: { aggregationRule: {} },
      expected: [
        'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
      ],
    },
    { name: 'a binding', resource: roleBindings, fields: { roleRef, subjects: [user] }, expected: [] },
    {
      name: 'a binding of the cluster to a role of a namespace',
      resource: clusterRoleBindings,
      fields: { roleRef: { ...roleRef, kind: 'Role' } },
      expected: ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
    },
    {
      name: 'a subject of another kind',
      resource: roleBindings,
      fields: { roleRef, subjects: [{ kind: 'Dog', name: 'rex' }] },
      expected: ['subjects[0].kind: Unsupported value: "Dog": supported values: "ServiceAccount", "User", "Group"'],
    },
    {
      name: 'a role without a name',
      resource: roleBindings,
      fields: { roleRef: { ...roleRef, name: '' } },
      expected: ['roleRef.name: Required value'],
    },
  ];
  it.each(cases)('$name', ({ resource, fields, expected }) => expect(problems(resource, fields)).toEqual(expected));

  it.each([
    ['a/b', "may not contain '/'"],
    ['50%', "may not contain '%'"],
    ['..', "may not be '..'"],
  ])('the name %s', (name, problem) => {
    expect(problems(roles, {}, name)).toEqual([`metadata.name: Invalid value: "${name}": ${problem}`]);
  });
});

it('a binding keeps its role', () => {
  const metadata = { name: 'b', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: 'now' };
  const old = { apiVersion: `${group}/v1`, kind: 'RoleBinding', metadata, roleRef };
  const errors = kindOf(roleBindings).validateUpdate?.({ ...old, roleRef: { ...roleRef, name: 'other' } }, old) ?? [];
  expect(errors.map(({ field }) => field)).toEqual(['roleRef']);
  expect(errors[0]?.message).toContain('cannot change roleRef');
});

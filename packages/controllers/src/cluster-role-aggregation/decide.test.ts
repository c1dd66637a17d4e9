import type { ClusterRole } from '@berth/objects';
import { clusterRoles } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { startTestCluster } from '../testing/cluster.ts';
import { aggregatedRules } from './decide.ts';

const rule = (resource: string) => ({ verbs: ['get'], apiGroups: [''], resources: [resource] });

function role(name: string, labels: Record<string, string>, rules: ClusterRole['rules']): ClusterRole {
  const metadata = { name, uid: name, resourceVersion: '1', creationTimestamp: '', labels };
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata, rules };
}

const gathering = (...keys: string[]): ClusterRole => ({
  ...role('all', { a: 'true' }, [rule('old')]),
  aggregationRule: { clusterRoleSelectors: keys.map((key) => ({ matchLabels: { [key]: 'true' } })) },
});

describe('the rules of an aggregated role', () => {
  const others = [
    role('z', { a: 'true' }, [rule('pods'), rule('secrets')]),
    role('y', { a: 'true' }, [rule('nodes'), rule('pods')]),
    role('x', { b: 'true' }, [rule('events')]),
  ];
  it.each([
    {
      name: 'are those of the roles that it finds, each once',
      of: gathering('a'),
      expected: ['nodes', 'pods', 'secrets'],
    },
    {
      name: 'come from any of its selectors',
      of: gathering('b', 'a'),
      expected: ['events', 'nodes', 'pods', 'secrets'],
    },
    { name: 'are none where it finds none', of: gathering('c'), expected: [] },
    { name: 'are its own where it is not aggregated', of: others[0]!, expected: undefined },
  ])('$name', ({ of, expected }) => {
    expect(aggregatedRules(of, [of, ...others])?.map(({ resources }) => resources?.[0])).toEqual(expected);
  });
});

it('admin, edit and view get their rules, and those of a new role', { timeout: 30_000 }, async () => {
  await using cluster = await startTestCluster();
  const { client, eventually } = cluster;
  const rulesOf = async (name: string) => (await client.get(clusterRoles, { name })).rules ?? [];
  for (const name of ['view', 'edit', 'admin'])
    await eventually(
      () => rulesOf(name),
      (rules) => rules.length > 5,
    );
  const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
  const mine = { verbs: ['get'], apiGroups: ['example.com'], resources: ['boats'] };
  await client.create(clusterRoles, { metadata: { name: 'boats', labels }, rules: [mine] });
  const hasBoats = (rules: ClusterRole['rules']) => rules?.some(({ apiGroups }) => apiGroups?.[0] === 'example.com');
  expect(
    await eventually(
      () => rulesOf('admin'),
      (rules) => Boolean(hasBoats(rules)),
    ),
  ).toContainEqual(mine);
});

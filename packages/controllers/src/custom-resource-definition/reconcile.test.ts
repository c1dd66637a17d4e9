// Definitions of custom resources, from their names to their end.
import {
  type CustomResourceDefinition,
  type CustomResourceDefinitionStatus,
  customResourceDefinitions,
  isReason,
  type KubeObject,
  type Resource,
} from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { startTestCluster } from '../testing/cluster.ts';
import { namedStatus, terminatingStatus } from './decide.ts';

const now = '2026-01-01T00:00:00Z';
const names = { plural: 'boats', singular: 'boat', kind: 'Boat', listKind: 'BoatList', shortNames: ['bt'] };

function definition(
  status: Partial<CustomResourceDefinitionStatus> = {},
  group = 'example.com',
): CustomResourceDefinition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `boats.${group}`, uid: 'u', resourceVersion: '1', creationTimestamp: now },
    spec: { group, scope: 'Namespaced', names, versions: [] },
    status: { acceptedNames: { plural: '', kind: '' }, conditions: [], storedVersions: ['v1'], ...status },
  };
}
const taken = (resources: readonly string[] = [], kinds: readonly string[] = []) => ({
  resources: new Set(resources),
  kinds: new Set(kinds),
});
const said = ({ conditions = [] }: CustomResourceDefinitionStatus) =>
  conditions.map(({ type, status, reason, message }) => `${type} ${status} ${reason}: ${message}`);

describe('names', () => {
  const accepted = 'NamesAccepted True NoConflicts: no conflicts found';
  const notAccepted = 'Established False NotAccepted: not all names are accepted';
  it('that nobody has are accepted, and then established', () => {
    const first = namedStatus(definition(), taken(), now);
    expect(first.acceptedNames).toEqual(names);
    expect(said(first)).toEqual([accepted, 'Established False Installing: the initial names have been accepted']);
    const second = namedStatus(definition(first), taken(), now);
    expect(said(second)).toEqual([
      accepted,
      'Established True InitialNamesAccepted: the initial names have been accepted',
    ]);
    expect(namedStatus(definition(second), taken(), 'later')).toEqual(second);
  });

  it.each<[string, ReturnType<typeof taken>, string, object]>([
    ['plural', taken(['boats']), 'PluralConflict: "boats" is already in use', { plural: '' }],
    ['short name', taken(['bt']), 'ShortNamesConflict: "bt" is already in use', { plural: 'boats', kind: 'Boat' }],
    ['kind', taken([], ['Boat']), 'KindConflict: "Boat" is already in use', { kind: '' }],
  ])('are not where another has the %s', (_, others, problem, left) => {
    const status = namedStatus(definition(), others, now);
    expect(said(status)).toEqual([`NamesAccepted False ${problem}`, notAccepted]);
    expect(status.acceptedNames).toMatchObject(left);
  });

  it('that were accepted stay, whatever is asked for later', () => {
    const established = namedStatus(definition(namedStatus(definition(), taken(), now)), taken(), now);
    const status = namedStatus(definition(established), taken(['bt']), now);
    expect(said(status)[1]).toMatch(/^Established True/);
    expect(status.acceptedNames?.shortNames).toEqual(['bt']);
  });

  it("of Kubernetes' own groups say how they stand with their approval", () => {
    const status = namedStatus(definition({}, 'boats.k8s.io'), taken(), now);
    expect(said(status)[2]).toMatch(
      /^KubernetesAPIApprovalPolicyConformant False MissingAnnotation: protected groups must/,
    );
  });
});

it.each<[string, { remaining: number; problem?: string }, string]>([
  [
    'while objects are left',
    { remaining: 2 },
    'Terminating True InstanceDeletionInProgress: CustomResource deletion is in progress',
  ],
  ['when none are', { remaining: 0 }, 'Terminating False InstanceDeletionCompleted: removed all instances'],
  [
    'where they cannot be deleted',
    { remaining: 0, problem: 'no' },
    'Terminating True InstanceDeletionFailed: could not list instances: no',
  ],
])('the end is told %s', (_, left, condition) => {
  expect(said(terminatingStatus(definition(), left, now))).toEqual([condition]);
});

const manifest = (plural: string, kind: string, more: object = {}) => ({
  metadata: { name: `${plural}.example.com` },
  spec: {
    group: 'example.com',
    scope: 'Namespaced' as const,
    names: { plural, kind, ...more },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
});
const boats: Resource<KubeObject> = {
  group: 'example.com',
  version: 'v1',
  plural: 'boats',
  singular: 'boat',
  kind: 'Boat',
  namespaced: true,
  shortNames: [],
  categories: [],
  type: '',
};

it('a definition is served, makes way for no other, and takes its objects with it', { timeout: 30_000 }, async () => {
  await using cluster = await startTestCluster();
  const { client, eventually } = cluster;
  const conditionOf = async (name: string, type: string) => {
    const { status } = await client.get(customResourceDefinitions, { name });
    const found = status.conditions?.find((condition) => condition.type === type);
    return `${found?.status} ${found?.reason}`;
  };
  await client.create(customResourceDefinitions, manifest('boats', 'Boat'));
  await eventually(
    () => conditionOf('boats.example.com', 'Established'),
    (is) => is === 'True InitialNamesAccepted',
  );
  await client.create(boats, { metadata: { name: 'a' } }, { namespace: 'default' });

  await client.create(customResourceDefinitions, manifest('vessels', 'Vessel', { shortNames: ['boats'] }));
  await eventually(
    () => conditionOf('vessels.example.com', 'NamesAccepted'),
    (is) => is === 'False ShortNamesConflict',
  );

  await client.delete(customResourceDefinitions, { name: 'boats.example.com' });
  const exists = () =>
    client.get(customResourceDefinitions, { name: 'boats.example.com' }).then(
      () => true,
      (error: unknown) => !isReason(error, 'NotFound'),
    );
  await eventually(exists, (is) => !is);
  await eventually(
    () => conditionOf('vessels.example.com', 'Established'),
    (is) => is === 'True InitialNamesAccepted',
  );
  await client.create(customResourceDefinitions, manifest('boats', 'Boat'));
  await eventually(
    () => conditionOf('boats.example.com', 'NamesAccepted'),
    (is) => is === 'False PluralConflict',
  );
});

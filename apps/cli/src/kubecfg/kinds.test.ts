import { type CustomResourceDefinition, customResourceDefinitions, type KubeObject, StatusError } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { named } from './kinds.ts';
import type { Session } from './session.ts';
import { kindCalled, parseTargets, UsageError } from './targets.ts';

const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
const words = { plural: 'boxes', singular: 'box', kind: 'Box', listKind: 'BoxList' };
const names = { ...words, shortNames: ['bx'], categories: ['all'] };
const definition = {
  metadata: { name: 'boxes.example.com' },
  spec: {
    group: 'example.com',
    names,
    scope: 'Namespaced',
    versions: ['v1beta1', 'v1'].map((name) => ({
      name,
      served: true,
      storage: name === 'v1',
      schema,
      additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
    })),
  },
  status: {
    acceptedNames: names,
    conditions: ['NamesAccepted', 'Established'].map((type) => ({ type, status: 'True' })),
  },
} as unknown as CustomResourceDefinition;

const box = { group: 'example.com', version: 'v1', ...names, namespaced: true, type: '' };
const discovered = [
  { ...kindCalled('services').resource, verbs: ['get', 'list'], subresources: [] },
  { ...kindCalled('pods').resource, verbs: ['create'], subresources: [] },
  { ...box, verbs: ['get', 'list'], subresources: [] },
];

/** A session with a server that answers so when it is asked for its definitions. */
function sessionOf(answer: () => readonly CustomResourceDefinition[]) {
  let asked = 0;
  const client = {
    async discover() {
      asked++;
      return discovered;
    },
    async list(resource: unknown) {
      expect(resource).toBe(customResourceDefinitions);
      return { metadata: { resourceVersion: '1' }, items: answer() };
    },
  };
  return { session: { client } as unknown as Session, asked: () => asked };
}

describe('a name on the command line', () => {
  it('of a built-in kind costs no request', async () => {
    const { session, asked } = sessionOf(() => [definition]);
    const [target] = await named(session, (known) => parseTargets(['po'], known));
    expect([target?.kind.resource.plural, asked()]).toEqual(['pods', 0]);
  });

  it.each(['boxes', 'box', 'bx', 'boxes.example.com', 'bx/a'])('%s is of the kind that is defined', async (word) => {
    const { session } = sessionOf(() => [definition]);
    const [target] = await named(session, (known) => parseTargets([word], known));
    expect(target?.kind.resource).toMatchObject({ version: 'v1', plural: 'boxes' });
    const box = { metadata: { name: 'a', creationTimestamp: '' }, spec: { size: 3 } } as unknown as KubeObject;
    expect(target?.kind.columns.map(({ name, cell }) => [name, cell(box, 0)])).toEqual([
      ['Name', 'a'],
      ['Size', 3],
    ]);
  });

  it('of a kind whose definition one may not see has the columns that all have', async () => {
    const { session } = sessionOf(() => {
      throw new StatusError('Forbidden', 'no');
    });
    const [target] = await named(session, (known) => parseTargets(['bx'], known));
    expect(target?.kind.resource).toMatchObject({ version: 'v1', plural: 'boxes' });
    expect(target?.kind.columns.map(({ name }) => name)).toEqual(['Name', 'Age']);
  });

  it('all is what can be listed of what the server has in it', async () => {
    const { session, asked } = sessionOf(() => [definition]);
    const targets = await named(session, (known) => parseTargets(['all'], known));
    expect(targets.map(({ kind }) => kind.resource.plural)).toEqual(['services', 'boxes']);
    expect(targets[1]?.kind.columns.map(({ name }) => name)).toEqual(['Name', 'Size']);
    expect(asked()).toBe(1);
  });

  it.each<[string, () => readonly CustomResourceDefinition[]]>([
    ['that nobody defines', () => [definition]],
    ['where nothing is defined', () => []],
    [
      'where one may not look',
      () => {
        throw new StatusError('Forbidden', 'no');
      },
    ],
  ])('%s is a mistake', async (_name, answer) => {
    const { session } = sessionOf(answer);
    await expect(named(session, (known) => parseTargets(['frobs'], known))).rejects.toThrow(
      new UsageError('the server doesn\'t have a resource type "frobs"'),
    );
  });
});

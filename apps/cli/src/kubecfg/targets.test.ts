import { kinds } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { builtIn, type Known, kindCalled, parseObject, parseTargets, UnknownKindError, UsageError } from './targets.ts';

const said = (words: string[], known?: Known) =>
  parseTargets(words, known).map(({ kind, names }) => [kind.resource.plural, ...names]);

describe('parseTargets', () => {
  it.each([
    { words: ['pods'], targets: [['pods']] },
    { words: ['po', 'a', 'b'], targets: [['pods', 'a', 'b']] },
    { words: ['Pod'], targets: [['pods']] },
    {
      words: ['rc/hello', 'svc/hello'],
      targets: [
        ['replicationcontrollers', 'hello'],
        ['services', 'hello'],
      ],
    },
    { words: ['pods,services'], targets: [['pods'], ['services']] },
    { words: ['leases.coordination.k8s.io'], targets: [['leases']] },
    { words: ['deploy.apps/web'], targets: [['deployments', 'web']] },
    { words: ['deployment.v1.apps'], targets: [['deployments']] },
    { words: ['pods.v1.'], targets: [['pods']] },
    { words: ['events.events.k8s.io'], targets: [['events']] },
  ])('$words', ({ words, targets }) => {
    expect(said(words)).toEqual(targets);
  });

  it.each([
    [[]],
    [['frobs']],
    [['rc/']],
    [['/hello']],
    [['rc/a/b']],
    [['rc/hello', 'pods']],
    [['deploy.v2.apps']],
    [['pods.apps']],
  ])('refuses %j', (words) => {
    expect(() => parseTargets(words)).toThrow(UsageError);
  });
});

describe('a category', () => {
  const box = { group: 'example.com', version: 'v1', plural: 'boxes', singular: 'box', kind: 'Box', namespaced: true };
  const custom = { resource: { ...box, shortNames: [], categories: ['all', 'storage'], type: '' }, columns: [] };
  const served = [kindCalled('services'), custom, kindCalled('pods'), kindCalled('secrets')];
  const known: Known = { kinds: [...served, ...kinds], served };

  it.each([
    { word: 'all', plurals: ['services', 'boxes', 'pods'] },
    { word: 'ALL', plurals: ['services', 'boxes', 'pods'] },
    { word: 'storage', plurals: ['boxes'] },
    { word: 'secrets,storage', plurals: ['secrets', 'boxes'] },
  ])('$word is what the server has in it, in its order', ({ word, plurals }) => {
    expect(said([word], known).map(([plural]) => plural)).toEqual(plurals);
  });

  it('is not known before the server was asked', () => {
    expect(() => parseTargets(['all'], builtIn)).toThrow(UnknownKindError);
  });
});

describe('parseObject', () => {
  it('takes TYPE/NAME, TYPE NAME, and a name alone where the type is clear', () => {
    const rc = kindCalled('rc');
    expect(parseObject(['rc/hello'])).toEqual({ kind: rc, name: 'hello' });
    expect(parseObject(['rc', 'hello'])).toEqual({ kind: rc, name: 'hello' });
    expect(parseObject(['hello'], 'rc')).toEqual({ kind: rc, name: 'hello' });
  });

  it('asks for the name of a type', () => {
    expect(() => parseObject(['rc'])).toThrow(/which of the replicationcontrollers/);
  });
});

import { describe, expect, it } from 'vitest';
import { type ConfigMap, configMaps, decode, deepFreeze, type Pod, pods } from '../index.ts';
import { applyPatch } from './apply-patch.ts';
import { applyJsonPatch } from './json-patch.ts';

const merge = 'application/merge-patch+json';
const json = 'application/json-patch+json';
const strategic = 'application/strategic-merge-patch+json';

const configMap = deepFreeze(
  decode<ConfigMap>(configMaps, { metadata: { name: 'a', labels: { x: '1', y: '2' } }, data: { k: 'v' } }).object,
) as ConfigMap;

function patchedPod(spec: object, patch: object): unknown {
  const pod = deepFreeze(decode<Pod>(pods, { metadata: { name: 'a' }, spec }).object) as Pod;
  return applyPatch(pods, pod, { type: strategic, body: { spec: patch } }).object.spec;
}

describe('merge patch', () => {
  it('sets, adds and removes, and leaves the current object alone', () => {
    const body = { metadata: { labels: { x: null, z: '3' } }, data: { k: 'w' } };
    const { object } = applyPatch(configMaps, configMap, { type: merge, body });
    expect(object.metadata.labels).toEqual({ y: '2', z: '3' });
    expect(object.data).toEqual({ k: 'w' });
    expect(configMap.data).toEqual({ k: 'v' });
  });
  it('replaces lists', () => {
    const pod = decode<Pod>(pods, { metadata: { name: 'a' }, spec: { containers: [{ name: 'a' }, { name: 'b' }] } });
    const body = { spec: { containers: [{ name: 'c' }] } };
    expect(applyPatch(pods, pod.object as Pod, { type: merge, body }).object.spec.containers).toEqual([
      { name: 'c', resources: {} },
    ]);
  });
  it('names the patch when it gives a field a wrong form', () => {
    const body = { data: { k: 1 } };
    expect(() => applyPatch(configMaps, configMap, { type: merge, body })).toThrow(
      expect.objectContaining({
        reason: 'Invalid',
        message: expect.stringMatching(
          /^ "" is invalid: patch: Invalid value: .*: json: cannot unmarshal number into Go struct field ConfigMap\.data of type string$/,
        ),
      }),
    );
  });
  it('cannot reach a prototype', () => {
    const body = JSON.parse('{"data":{"__proto__":"x","constructor":"y"}}');
    const { object } = applyPatch(configMaps, configMap, { type: merge, body });
    expect(Object.entries(object.data ?? {})).toEqual([
      ['k', 'v'],
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

describe('JSON patch', () => {
  it('applies', () => {
    const body = [
      { op: 'test', path: '/data/k', value: 'v' },
      { op: 'add', path: '/metadata/labels/a~1b', value: 'c' },
      { op: 'remove', path: '/metadata/labels/x' },
    ];
    const { object } = applyPatch(configMaps, configMap, { type: json, body });
    expect(object.metadata.labels).toEqual({ y: '2', 'a/b': 'c' });
  });
  it.each<[string, object[], unknown]>([
    ['a negative index counts from the end', [{ op: 'replace', path: '/l/-1', value: 9 }], { l: [1, 2, 9] }],
    ['- stands behind the end', [{ op: 'add', path: '/l/-', value: 4 }], { l: [1, 2, 3, 4] }],
    ['an add goes before the index', [{ op: 'add', path: '/l/0', value: 0 }], { l: [0, 1, 2, 3] }],
    ['an item is removed', [{ op: 'remove', path: '/l/1' }], { l: [1, 3] }],
    ['an item is moved', [{ op: 'move', from: '/l/0', path: '/l/2' }], { l: [2, 3, 1] }],
    ['a move onto itself', [{ op: 'move', from: '/l', path: '/l' }], { l: [1, 2, 3] }],
    [
      'a copy shares nothing with what it was made of',
      [
        { op: 'copy', from: '/l', path: '/m' },
        { op: 'add', path: '/m/-', value: 4 },
      ],
      { l: [1, 2, 3], m: [1, 2, 3, 4] },
    ],
    ['what is not there is tested for null', [{ op: 'test', path: '/x', value: null }], { l: [1, 2, 3] }],
    ['~01 is ~1', [{ op: 'add', path: '/a~01', value: 1 }], { l: [1, 2, 3], 'a~1': 1 }],
    ['the whole document is replaced', [{ op: 'replace', path: '', value: {} }], {}],
  ])('%s', (_, patch, expected) => {
    expect(applyJsonPatch({ l: [1, 2, 3] }, patch)).toEqual(expected);
  });
  // Found with the fuzzer: the library that applied patches before cloned the document for each of them.
  it.each(['move', 'copy'])('10,000 times %s within a large object take no time', (op) => {
    const large = { data: Object.fromEntries(Array.from({ length: 2_000 }, (_, key) => [`k${key}`, 'x'.repeat(400)])) };
    const path = op === 'move' ? '/data' : '/data/k0';
    const from = op === 'move' ? '/data' : '/kind';
    const patch = Array.from({ length: 10_000 }, () => ({ op, from, path }));
    const started = performance.now();
    applyJsonPatch({ ...large, kind: 'ConfigMap' }, patch);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
  const bad: [string, unknown, string, number][] = [
    ['an index that is none', [{ op: 'replace', path: '/metadata/finalizers/00x', value: 'a' }], 'Invalid', 422],
    ['a move into itself', [{ op: 'move', from: '/data', path: '/data/x' }], 'Invalid', 422],
    ['a move from nowhere', [{ op: 'move', path: '/data' }], 'BadRequest', 400],
    ['a failing test', [{ op: 'test', path: '/data/k', value: 'w' }], 'Invalid', 422],
    ['a missing path', [{ op: 'remove', path: '/data/none' }], 'Invalid', 422],
    ['an unknown operation', [{ op: 'jump', path: '/data' }], 'Invalid', 422],
    ['a path into nothing', [{ op: 'add', path: '/a/b/c', value: 1 }], 'Invalid', 422],
    ['a path through the prototype', [{ op: 'add', path: '/__proto__/x', value: 1 }], 'Invalid', 422],
    ['an object', { op: 'add' }, 'BadRequest', 400],
    ['no operations', [1], 'BadRequest', 400],
    [
      'too many operations',
      Array.from({ length: 10_001 }, () => ({ op: 'test', path: '' })),
      'RequestEntityTooLarge',
      413,
    ],
    [
      'doubling again and again',
      Array.from({ length: 100 }, (_, index) => ({ op: 'copy', from: '/data', path: `/data/k${index}` })),
      'RequestEntityTooLarge',
      413,
    ],
    [
      'a tower of objects',
      [
        { op: 'add', path: '/metadata/managedFields', value: [{ fieldsV1: {} }] },
        ...Array.from({ length: 2000 }, () => [
          { op: 'move', from: '/metadata/managedFields/0/fieldsV1', path: '/data/x' },
          { op: 'add', path: '/metadata/managedFields/0/fieldsV1', value: {} },
          { op: 'move', from: '/data/x', path: '/metadata/managedFields/0/fieldsV1/x' },
        ]).flat(),
      ],
      'Invalid',
      422,
    ],
    ['another kind', [{ op: 'replace', path: '/kind', value: 'Secret' }], 'Invalid', 422],
  ];
  it.each(bad)('refuses %s', (_, body, reason, code) => {
    expect(() => applyPatch(configMaps, configMap, { type: json, body })).toThrow(
      expect.objectContaining({ reason, code }),
    );
  });
});

describe('strategic merge patch', () => {
  const named = (...names: string[]) => names.map((name) => ({ name, resources: {} }));
  const cases: [string, object, object, object][] = [
    [
      'merges a list by its key',
      { containers: [{ name: 'a', image: 'x' }, { name: 'b' }] },
      { containers: [{ name: 'a', image: 'y', tty: true }] },
      { containers: [{ name: 'a', image: 'y', tty: true, resources: {} }, ...named('b')] },
    ],
    [
      'puts new items first, as Kubernetes does without an order list',
      { containers: [{ name: 'a' }] },
      { containers: [{ name: 'b' }] },
      { containers: named('b', 'a') },
    ],
    [
      'deletes an item',
      { containers: [{ name: 'a' }, { name: 'b' }] },
      { containers: [{ $patch: 'delete', name: 'a' }] },
      { containers: named('b') },
    ],
    [
      'replaces a list',
      { containers: [{ name: 'a' }, { name: 'b' }] },
      { containers: [{ $patch: 'replace' }, { name: 'c' }] },
      { containers: named('c') },
    ],
    [
      'replaces a struct',
      { containers: [], securityContext: { runAsUser: 1, runAsGroup: 2 } },
      { securityContext: { $patch: 'replace', runAsUser: 3 } },
      { containers: [], securityContext: { runAsUser: 3 } },
    ],
    [
      'empties a struct',
      { containers: [], securityContext: { runAsUser: 1 } },
      { securityContext: { $patch: 'delete' } },
      { containers: [], securityContext: {} },
    ],
    [
      'replaces an atomic list',
      { containers: [{ name: 'a', command: ['x', 'y'] }] },
      { containers: [{ name: 'a', command: ['z'] }] },
      { containers: [{ name: 'a', command: ['z'], resources: {} }] },
    ],
    [
      'keeps only the retained keys of a volume',
      { containers: [], volumes: [{ name: 'v', emptyDir: {} }] },
      { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] },
      { containers: [], volumes: [{ name: 'v', hostPath: { path: '/x' } }] },
    ],
    [
      'orders items',
      { containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
      { '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }, { name: 'd' }], containers: [{ name: 'd' }] },
      { containers: named('b', 'c', 'a', 'd') },
    ],
    [
      'orders items without a change of them',
      { containers: [{ name: 'a' }, { name: 'b' }] },
      { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
      { containers: named('b', 'a') },
    ],
    [
      'removes a key with null and ignores null in what is new',
      { containers: [], nodeName: 'n' },
      { nodeName: null, securityContext: { runAsUser: null, runAsGroup: 1 } },
      { containers: [], securityContext: { runAsGroup: 1 } },
    ],
    [
      'merges maps',
      { containers: [], nodeSelector: { a: '1', b: '2' } },
      { nodeSelector: { b: null, c: '3' } },
      { containers: [], nodeSelector: { a: '1', c: '3' } },
    ],
  ];
  it.each(cases)('%s', (_, spec, patch, expected) => {
    expect(patchedPod(spec, patch)).toEqual(expected);
  });

  it('merges lists of plain values and deletes from them', () => {
    const pod = decode<Pod>(pods, { metadata: { name: 'a', finalizers: ['x/a', 'x/b'] }, spec: { containers: [] } });
    const patch = (metadata: object) =>
      applyPatch(pods, pod.object as Pod, { type: strategic, body: { metadata } }).object.metadata.finalizers;
    expect(patch({ finalizers: ['x/c', 'x/b'] })).toEqual(['x/c', 'x/a', 'x/b']);
    expect(patch({ '$deleteFromPrimitiveList/finalizers': ['x/a'] })).toEqual(['x/b']);
    expect(
      patch({
        '$deleteFromPrimitiveList/finalizers': ['x/a'],
        '$setElementOrder/finalizers': ['x/c', 'x/b'],
        finalizers: ['x/c'],
      }),
    ).toEqual(['x/c', 'x/b']);
  });

  const bad: [string, object, number, string | RegExp][] = [
    ['an unknown directive', { securityContext: { $patch: 'jump' } }, 422, /unknown patch type: jump/],
    ['a merged list as a directive', { containers: [{ $patch: 'merge', name: 'a' }] }, 422, /merging lists cannot yet/],
    ['an item without its key', { containers: [{ image: 'x' }] }, 422, /does not contain declared merge key: name/],
    ['retained keys that are no list', { $retainKeys: 'a' }, 400, /retainKeys/],
    ['a change that is not retained', { $retainKeys: ['containers'], nodeName: 'x' }, 400, /retainKeys/],
    ['an order of a list that is not merged', { '$setElementOrder/tolerations': [] }, 422, /no list that is merged/],
    [
      'an order that leaves a change out',
      { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'b' }] },
      422,
      /doesn't match \$setElementOrder/,
    ],
  ];
  it.each(bad)('refuses %s', (_, patch, code, problem) => {
    let error: { code?: number; message?: string; details?: { causes?: { message: string }[] } } = {};
    try {
      patchedPod({ containers: [{ name: 'a' }], securityContext: {} }, patch);
    } catch (caught) {
      error = caught as typeof error;
    }
    expect(error.code).toBe(code);
    expect(error.details?.causes?.[0]?.message ?? error.message).toMatch(problem);
  });
});

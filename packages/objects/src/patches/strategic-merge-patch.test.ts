import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../object.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

type Json = Record<string, unknown>;

/** The lists that are merged, in what is generated here, and by which key; undefined for plain values. */
const mergeKeys: Readonly<Record<string, string | undefined>> = {
  containers: 'name',
  env: 'name',
  volumes: 'name',
  finalizers: undefined,
};

/** The patch that makes one object of the other, the way kubectl makes it: simple and slow. */
function difference(from: Json, to: Json): Json {
  const patch: Json = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[key], to[key]];
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    if (after === undefined) patch[key] = null;
    else if (Array.isArray(before) && Array.isArray(after) && key in mergeKeys)
      Object.assign(patch, listDifference(key, before, after));
    else if (isMap(before) && isMap(after)) patch[key] = difference(before, after);
    else patch[key] = after;
  }
  return patch;
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listDifference(name: string, before: unknown[], after: unknown[]): Json {
  const key = mergeKeys[name];
  if (key === undefined)
    return {
      [name]: after.filter((item) => !before.includes(item)),
      [`$deleteFromPrimitiveList/${name}`]: before.filter((item) => !after.includes(item)),
      [`$setElementOrder/${name}`]: after,
    };
  const find = (list: unknown[], item: Json) => (list as Json[]).find((other) => other[key] === item[key]);
  const changed = (after as Json[]).flatMap((item) => {
    const old = find(before, item);
    const change = old ? difference(old, item) : item;
    return Object.keys(change).length > 0 ? [{ [key]: item[key], ...change }] : [];
  });
  const removed = (before as Json[]).filter((item) => !find(after, item));
  return {
    [name]: [...changed, ...removed.map((item) => ({ $patch: 'delete', [key]: item[key] }))],
    [`$setElementOrder/${name}`]: (after as Json[]).map((item) => ({ [key]: item[key] })),
  };
}

const word = fc.constantFrom('a', 'b', 'c', 'd', 'e');
function named(fields: Record<string, fc.Arbitrary<unknown>>) {
  return fc.uniqueArray(fc.record({ name: word, ...fields }, { requiredKeys: ['name'] }), {
    selector: ({ name }) => name,
    maxLength: 5,
  });
}
const container = {
  image: word,
  command: fc.array(word, { maxLength: 2 }),
  env: named({ value: word }),
  securityContext: fc.record({ runAsUser: fc.nat(3), privileged: fc.boolean() }, { requiredKeys: [] }),
};
const pod = fc.record({
  metadata: fc.record(
    { labels: fc.dictionary(word, word), finalizers: fc.uniqueArray(word, { maxLength: 4 }) },
    { requiredKeys: [] },
  ),
  spec: fc.record(
    {
      containers: named(container),
      volumes: named({ emptyDir: fc.record({ medium: word }, { requiredKeys: [] }) }),
      nodeSelector: fc.dictionary(word, word),
      tolerations: fc.array(fc.record({ key: word }), { maxLength: 2 }),
    },
    { requiredKeys: ['containers'] },
  ),
});

describe('strategic merge patch', () => {
  it('makes of one pod the other whose difference it is, in the same order', () => {
    fc.assert(
      fc.property(pod, pod, (from, to) => {
        const patch = difference(from, to);
        const patched = applyStrategicMergePatch(deepFreeze(from) as Json, patch, 'io.k8s.api.core.v1.Pod');
        expect(patched).toEqual(to);
      }),
      { numRuns: 500 },
    );
  });
  it('changes nothing when it says nothing', () => {
    fc.assert(
      fc.property(pod, (object) => {
        expect(applyStrategicMergePatch(object as Json, {}, 'io.k8s.api.core.v1.Pod')).toEqual(object);
      }),
    );
  });
});

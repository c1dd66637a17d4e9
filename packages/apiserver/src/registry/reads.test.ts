// Gets and lists as clients page and pin them, over a real store.
import { FakeClock } from '@berth/host/testing';
import { type ConfigMap, configMaps, type ListOptions, type ObjectList, type StatusError } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';
import { encodeContinuation } from './continue-token.ts';

let t: TestApi;
beforeAll(async () => {
  t = await startTestApi();
  for (const namespace of ['a', 'a-b', 'b']) await t.namespace(namespace);
  for (const namespace of ['a', 'a-b', 'b']) for (let index = 0; index < 5; index++) await create(namespace, index);
});
afterAll(() => t.close());

async function create(namespace: string, index: number) {
  const labels = { parity: index % 2 === 0 ? 'even' : 'odd' };
  return t.api.create(t.admin, configMaps, { namespace }, { metadata: { name: `c${index}`, labels } });
}

async function keys(options: ListOptions): Promise<string[]> {
  const { items } = await t.api.list(t.admin, configMaps, options);
  return items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

/** Everything, in parts. */
async function pages(
  options: ListOptions,
): Promise<{ keys: string[]; rest: (number | undefined)[]; versions: Set<string> }> {
  const all = { keys: [] as string[], rest: [] as (number | undefined)[], versions: new Set<string>() };
  for (let token: string | undefined = ''; token !== undefined; ) {
    const page: ObjectList<ConfigMap> = await t.api.list(t.admin, configMaps, {
      ...options,
      ...(token ? { continue: token } : {}),
    });
    all.keys.push(...page.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
    all.rest.push(page.metadata.remainingItemCount);
    all.versions.add(page.metadata.resourceVersion);
    token = page.metadata.continue;
  }
  return all;
}

describe('lists', () => {
  test.each([
    { name: 'a namespace', options: { namespace: 'a' }, count: 5 },
    { name: 'all namespaces', options: {}, count: 15 },
    { name: 'labels', options: { namespace: 'a', labelSelector: 'parity=odd' }, count: 2 },
    { name: 'labels in a set', options: { labelSelector: 'parity in (odd,even),!x' }, count: 15 },
    { name: 'a name', options: { namespace: 'b', fieldSelector: 'metadata.name=c3' }, count: 1 },
    { name: 'a name everywhere', options: { fieldSelector: 'metadata.name=c3' }, count: 3 },
    { name: 'a namespace as a field', options: { fieldSelector: 'metadata.namespace!=b' }, count: 10 },
    { name: 'a namespace that does not exist', options: { namespace: 'none' }, count: 0 },
    { name: 'any cached state', options: { resourceVersion: '0' }, count: 15 },
  ])('of $name', async ({ options, count }) => expect(await keys(options)).toHaveLength(count));

  test('in the order of the keys, as the store has them', async () => {
    const { entries } = await t.store.list('/registry/configmaps/');
    expect(await keys({})).toEqual(entries.map(({ key }) => key.slice('/registry/configmaps/'.length)));
  });

  test.each([
    { name: 'of one namespace', options: { namespace: 'a', limit: 2 }, rest: [3, 1, undefined] },
    { name: 'over all namespaces', options: { limit: 6 }, rest: [9, 3, undefined] },
    { name: 'as large as the whole', options: { limit: 15 }, rest: [undefined] },
    { name: 'of selected ones', options: { limit: 4, labelSelector: 'parity=odd' }, rest: [undefined, undefined] },
  ])('in parts $name', async ({ options, rest }) => {
    const { limit: _, ...whole } = options;
    const paged = await pages(options);
    expect(paged.keys).toEqual(await keys(whole));
    expect(paged.rest).toEqual(rest);
  });

  test('in parts show one state, whatever is written meanwhile', async () => {
    const before = await keys({ namespace: 'b' });
    const first = await t.api.list(t.admin, configMaps, { namespace: 'b', limit: 2 });
    await t.api.delete(t.admin, configMaps, { namespace: 'b', name: 'c3' });
    await create('b', 7);
    const second = await t.api.list(t.admin, configMaps, {
      namespace: 'b',
      limit: 2,
      continue: first.metadata.continue,
    });
    const third = await t.api.list(t.admin, configMaps, { namespace: 'b', continue: second.metadata.continue });
    const names = [first, second, third].flatMap(({ items }) => items.map(({ metadata }) => `b/${metadata.name}`));
    expect(names).toEqual(before);
    expect(new Set([first, second, third].map(({ metadata }) => metadata.resourceVersion)).size).toBe(1);
    expect(await keys({ namespace: 'b' })).toEqual(['b/c0', 'b/c1', 'b/c2', 'b/c4', 'b/c7']);
    const exact = { namespace: 'b', resourceVersion: first.metadata.resourceVersion } as const;
    expect(await keys({ ...exact, resourceVersionMatch: 'Exact' })).toEqual(before);
  });
});

describe('what cannot be listed', () => {
  test.each([
    { name: 'a bad label selector', options: { labelSelector: 'a in (' }, code: 400, reason: 'BadRequest' },
    { name: 'an unknown field', options: { fieldSelector: 'spec.x=1' }, code: 400, reason: 'BadRequest' },
    { name: 'a version that is none', options: { resourceVersion: 'x' }, code: 400, reason: 'BadRequest' },
    { name: 'a token that is none', options: { continue: 'x' }, code: 400, reason: 'BadRequest' },
    {
      name: 'a token with a version',
      options: { continue: encodeContinuation({ revision: 5, after: 'a/c' }), resourceVersion: '5' },
      code: 400,
      reason: 'BadRequest',
    },
  ] as const)('$name: $code', async ({ options, code, reason }) => {
    await expect(keys(options)).rejects.toMatchObject({ code, reason });
  });

  test('a version that the server does not reach in three seconds', async () => {
    const clock = new FakeClock();
    await using other = await startTestApi({ clock });
    const reading = other.api.list(other.admin, configMaps, { resourceVersion: '999999' });
    const refused = expect(reading).rejects.toMatchObject({
      code: 504,
      reason: 'Timeout',
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }] },
    });
    await clock.advance(3_000);
    await refused;
  });

  test('a state that was compacted', async () => {
    const first = await t.api.list(t.admin, configMaps, { namespace: 'a', limit: 2 });
    await create('a', 8);
    await t.store.compact(await t.store.revision());
    const refused = await keys({ namespace: 'a', continue: first.metadata.continue }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 410, reason: 'Expired' });
    const exact = keys({ resourceVersion: first.metadata.resourceVersion, resourceVersionMatch: 'Exact' });
    await expect(exact).rejects.toMatchObject({ code: 410, reason: 'Expired' });
    // The rest as it is now can be had all the same, in parts of one state again.
    const { continue: token } = (refused as StatusError).toStatus().metadata ?? {};
    expect(await keys({ namespace: 'a', continue: token })).toEqual(['a/c2', 'a/c3', 'a/c4', 'a/c8']);
    const next = await t.api.list(t.admin, configMaps, { namespace: 'a', limit: 1, continue: token });
    await t.api.delete(t.admin, configMaps, { namespace: 'a', name: 'c8' });
    const last = await t.api.list(t.admin, configMaps, { namespace: 'a', continue: next.metadata.continue });
    expect(last.items.map(({ metadata }) => metadata.name)).toEqual(['c3', 'c4', 'c8']);
    expect(last.metadata.resourceVersion).toBe(next.metadata.resourceVersion);
  });

  test('an object that does not exist', async () => {
    const missing = t.api.get(t.admin, configMaps, { namespace: 'a', name: 'none' });
    await expect(missing).rejects.toMatchObject({ code: 404, message: 'configmaps "none" not found' });
  });
});

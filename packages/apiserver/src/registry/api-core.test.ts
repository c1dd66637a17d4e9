// The core as its callers see it: reads, writes and their errors, over a real store.
import { configMaps, namespaces, services } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

describe('smoke', () => {
  let t: TestApi;
  beforeAll(async () => {
    t = await startTestApi();
  });
  afterAll(() => t.close());

  test('bootstraps', async () => {
    const { items } = await t.api.list(t.admin, namespaces, {});
    expect(items.map((ns) => ns.metadata.name)).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
    const svc = await t.api.get(t.admin, services, { namespace: 'default', name: 'kubernetes' });
    expect(svc.spec.clusterIP).toBe('10.96.0.1');
  });
  test('create, get, update, delete', async () => {
    const target = { namespace: 'default', name: 'a' };
    const made = await t.api.create(t.admin, configMaps, target, { metadata: { name: 'a' }, data: { x: '1' } });
    expect(await t.api.get(t.admin, configMaps, target)).toBe(made);
    const next = await t.api.update(t.admin, configMaps, target, { ...made, data: { x: '2' } });
    expect(next.data).toEqual({ x: '2' });
    await expect(t.api.update(t.admin, configMaps, target, { ...made, data: { x: '3' } })).rejects.toThrow('modified');
    await t.api.delete(t.admin, configMaps, target);
    await expect(t.api.get(t.admin, configMaps, target)).rejects.toThrow('configmaps "a" not found');
  });
});

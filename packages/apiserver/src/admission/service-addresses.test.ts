// Addresses and node ports of services, through the whole core over a real store.
import { type Service, services } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/index.ts';

let t: TestApi;
beforeEach(async () => {
  t = await startTestApi({ nodePorts: { first: 30_000, last: 30_059 } });
});
afterEach(() => t.close());

const namespace = 'default';
const port = { port: 80 };

function create(name: string, spec: object = {}): Promise<Service> {
  return t.api.create(t.admin, services, { namespace }, { metadata: { name }, spec: { ports: [port], ...spec } });
}

function patch(name: string, spec: object): Promise<Service> {
  const body = { spec };
  return t.api.patch(t.admin, services, { namespace, name }, { type: 'application/merge-patch+json', body });
}

const remove = (name: string) => t.api.delete(t.admin, services, { namespace, name });
const nodePorts = ({ spec }: Service) => spec.ports!.map(({ nodePort }) => nodePort);

describe('cluster addresses', () => {
  test('are given out of the upper part of the range', async () => {
    const { spec } = await create('a');
    expect(spec.clusterIP).toMatch(/^10\.96\.([1-9]|\d\d+)\.\d+$/);
    expect(spec).toMatchObject({ clusterIPs: [spec.clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  });

  test('that are asked for are given, also the one of the DNS', async () => {
    expect((await create('dns', { clusterIP: '10.96.0.10' })).spec.clusterIPs).toEqual(['10.96.0.10']);
    expect((await create('b', { clusterIPs: ['10.96.0.11'] })).spec.clusterIP).toBe('10.96.0.11');
  });

  test('of headless and external services do not exist', async () => {
    expect((await create('headless', { clusterIP: 'None' })).spec).toMatchObject({ clusterIPs: ['None'] });
    const external = await create('external', { type: 'ExternalName', externalName: 'example.com' });
    expect(external.spec).not.toHaveProperty('clusterIP');
  });

  test.each([
    { name: 'that is taken', clusterIP: '10.96.0.1', problem: 'provided IP is already allocated' },
    { name: 'outside the range', clusterIP: '10.97.0.1', problem: 'is not in the valid range' },
    { name: 'of the network itself', clusterIP: '10.96.0.0', problem: 'is not in the valid range' },
  ])('$name: 422', async ({ clusterIP, problem }) => {
    await expect(create('x', { clusterIP })).rejects.toMatchObject({
      code: 422,
      message: expect.stringMatching(
        new RegExp(`^Service "x" is invalid: spec.clusterIPs: Invalid value: .*${problem}`),
      ),
    });
  });

  test('stay with a service that is replaced without them', async () => {
    const made = await create('a');
    const body = { metadata: { name: 'a' }, spec: { ports: [{ port: 81 }] } };
    const replaced = await t.api.update(t.admin, services, made.metadata, body);
    expect(replaced.spec.clusterIP).toBe(made.spec.clusterIP);
    await expect(patch('a', { clusterIP: '10.96.0.77', clusterIPs: ['10.96.0.77'] })).rejects.toMatchObject({
      code: 422,
    });
  });

  test('are free again after a delete, a change of type, and a write that failed', async () => {
    const clusterIP = '10.96.0.50';
    await create('a', { clusterIP });
    await remove('a');
    await create('b', { clusterIP });
    await patch('b', { type: 'ExternalName', externalName: 'example.com' });
    await expect(create('b', { clusterIP })).rejects.toMatchObject({ code: 409 });
    await t.api.create(
      t.admin,
      services,
      { namespace },
      { metadata: { name: 'dry' }, spec: { ports: [port], clusterIP } },
      { dryRun: true },
    );
    await create('c', { clusterIP });
  });
});

describe('node ports', () => {
  const open = { type: 'NodePort' };

  test('are given once, kept over updates, and dropped with the type', async () => {
    const [number] = nodePorts(await create('a', open));
    expect(number).toBeGreaterThanOrEqual(30_000);
    expect(nodePorts(await patch('a', { ports: [{ port: 80, targetPort: 8080 }] }))).toEqual([number]);
    expect(nodePorts(await patch('a', { type: 'ClusterIP' }))).toEqual([undefined]);
    expect(nodePorts(await create('b', { ...open, ports: [{ port: 80, nodePort: number }] }))).toEqual([number]);
  });

  test('are shared by the two protocols of one port', async () => {
    const ports = ['TCP', 'UDP'].map((protocol) => ({ name: protocol.toLowerCase(), port: 53, protocol }));
    const [tcp, udp] = nodePorts(await create('dns', { ...open, ports }));
    expect(tcp).toBe(udp);
  });

  test.each([
    { name: 'that is taken', nodePort: 30_001, problem: 'provided port is already allocated' },
    { name: 'outside the range', nodePort: 30_060, problem: 'The range of valid ports is 30000-30059' },
  ])('$name: 422', async ({ nodePort, problem }) => {
    await create('a', { ...open, ports: [{ port: 80, nodePort: 30_001 }] });
    await expect(create('x', { ...open, ports: [{ port: 80, nodePort }] })).rejects.toMatchObject({
      code: 422,
      message: expect.stringContaining(problem),
      details: { causes: [{ field: 'spec.ports[0].nodePort' }] },
    });
  });

  test('a changed port gives the old one back', async () => {
    await create('a', { ...open, ports: [{ port: 80, nodePort: 30_001 }] });
    await patch('a', { ports: [{ port: 80, nodePort: 30_002 }] });
    await create('b', { ...open, ports: [{ port: 80, nodePort: 30_001 }] });
  });

  test('are exact when 80 services ask for 60 at once', async () => {
    const made = await Promise.allSettled(Array.from({ length: 80 }, (_, index) => create(`s${index}`, open)));
    const given = made.flatMap((result) => (result.status === 'fulfilled' ? nodePorts(result.value) : []));
    expect(new Set(given).size).toBe(60);
    expect(given).toHaveLength(60);
  });

  test('of one number, asked for by 20 services at once, go to one', async () => {
    const ports = [{ port: 80, nodePort: 30_010 }];
    const made = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => create(`s${index}`, { ...open, ports })),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

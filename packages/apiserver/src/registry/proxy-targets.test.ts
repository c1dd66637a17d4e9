// Which port of which pod a name in a URL means, and what is refused.
import { type ChannelStream, endpoints, nodes, pods, type Resource, services } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PodStreams } from '../streams/port.ts';
import { startTestApi, type TestApi } from '../testing/index.ts';

const reached: string[] = [];
const silence = { send() {}, close() {}, async *[Symbol.asyncIterator]() {} } satisfies ChannelStream;
const nobody = () => Promise.reject(new Error('nobody asks for that here'));
const streams: PodStreams = {
  log: nobody,
  exec: nobody,
  attach: nobody,
  async connect({ pod, node }, port) {
    reached.push(`${pod.metadata.name} on ${node.metadata.name}: ${port}`);
    return silence;
  },
  read: nobody,
  connectAgent: nobody,
};

let t: TestApi;
const namespace = 'default';
const { signal } = new AbortController();

beforeAll(async () => {
  t = await startTestApi({ streams });
  await t.api.create(t.admin, nodes, {}, { metadata: { name: 'n1' } });
  await status(nodes, 'n1', {
    addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
  });
  await t.namespace('other');
  await pod('web', '10.244.0.2', [{}, { ports: [{ containerPort: 8080 }, { containerPort: 9090 }] }]);
  await pod('bare', '10.244.0.3', [{}]);
  await pod('young', undefined, [{}]);
  const spec = {
    ports: [
      { port: 80, targetPort: 8080, name: 'http' },
      { port: 443, name: 'https' },
    ],
  };
  await t.api.create(t.admin, services, { namespace }, { metadata: { name: 'web' }, spec });
  await t.api.create(t.admin, services, { namespace }, { metadata: { name: 'none' }, spec: { ports: [{ port: 80 }] } });
  await subsets(
    'web',
    [{ ip: '10.244.0.2', name: 'web' }],
    [
      { name: 'http', port: 8080 },
      { name: 'https', port: 8443 },
    ],
  );
  await subsets(
    'none',
    [{ ip: '10.244.0.9', name: 'web' }, { ip: '10.244.0.9', name: 'gone' }, { ip: '198.51.100.1' }],
    [{ port: 80 }],
  );
});
afterAll(() => t.close());

async function pod(name: string, podIP: string | undefined, containers: object[]): Promise<void> {
  const named = containers.map((container, index) => ({ name: `c${index}`, image: 'x', ...container }));
  await t.api.create(t.admin, pods, { namespace }, { metadata: { name }, spec: { nodeName: 'n1', containers: named } });
  if (podIP) await status(pods, name, { phase: 'Running', podIP, podIPs: [{ ip: podIP }] });
}

async function status(resource: Resource, name: string, body: object): Promise<void> {
  const patch = { type: 'application/merge-patch+json', body: { status: body } } as const;
  const target = resource.namespaced ? { namespace, name } : { name };
  await t.api.patch(t.admin, resource, { ...target, subresource: 'status' }, patch);
}

async function subsets(name: string, addresses: { ip: string; name?: string }[], ports: object[]): Promise<void> {
  const placed = addresses.map(({ ip, name: of }) => ({
    ip,
    ...(of ? { targetRef: { kind: 'Pod', namespace, name: of } } : {}),
  }));
  await t.api.create(
    t.admin,
    endpoints,
    { namespace },
    { metadata: { name }, subsets: [{ addresses: placed, ports }] },
  );
}

const open = (resource: Resource, name: string, where = namespace) =>
  t.api.openProxy(t.admin, {
    resource,
    namespace: resource.namespaced ? where : undefined,
    name,
    verb: 'get',
    path: '/',
  });

describe('leads to', () => {
  test.each([
    ['the first port of a pod', pods, 'web', '10.244.0.2:8080', 'web on n1: 8080'],
    ['a port of a pod', pods, 'web:9090', '10.244.0.2:9090', 'web on n1: 9090'],
    ['a port of a pod by scheme', pods, 'http:web:9090', '10.244.0.2:9090', 'web on n1: 9090'],
    ['port 80 where a pod names none', pods, 'bare', '10.244.0.3:80', 'bare on n1: 80'],
    ['a named port of a service', services, 'web:http', '10.244.0.2:8080', 'web on n1: 8080'],
    ['a port of a service by number', services, 'web:443', '10.244.0.2:8443', 'web on n1: 8443'],
  ] as const)('%s', async (_what, resource, name, host, where) => {
    reached.length = 0;
    const target = await open(resource, name);
    expect(target.host).toBe(host);
    (await target.connect(signal)).on('error', () => {}).destroy();
    expect(reached).toEqual([where]);
  });

  test.each(['n1', 'https:n1:10250', 'n1:10250'])('the agent of a node: %s', async (name) => {
    expect((await open(nodes, name)).host).toBe('10.0.0.1:10250');
  });
});

describe('refuses', () => {
  test.each([
    ['a pod that is not there', pods, 'lost', 404, 'pods "lost" not found'],
    ['a pod without an address', pods, 'young', 400, 'address not allowed'],
    ['a scheme that is none', pods, 'ftp:web:80', 400, 'invalid pod request "ftp:web:80"'],
    ['too many parts', services, 'http:web:80:1', 400, 'invalid service request "http:web:80:1"'],
    ['a pod without a name', pods, 'http::80', 400, 'invalid pod request "http::80"'],
    ['a port that is none', pods, 'web:70000', 400, '70000 is not a valid port'],
    ['a port that a service does not have', services, 'web:81', 503, 'no service port 81 found for service "web"'],
    ['a port without a name', services, 'web', 503, 'no endpoints available for service "web"'],
    ['endpoints that are no pods of the namespace', services, 'none', 503, 'no endpoints available for service "none"'],
    ['a service that is not there', services, 'lost', 404, 'services "lost" not found'],
    ["another of a node's ports", nodes, 'n1:22', 400, 'port 10250 alone'],
  ] as const)('%s', async (_what, resource, name, code, message) => {
    await expect(open(resource, name)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('a user who may not, by the verb and the name as it was sent', async () => {
    const user = { name: 'eve', groups: [] };
    const asked = { resource: pods, namespace, name: 'http:web:80', verb: 'create', path: '/' };
    await expect(t.api.openProxy(user, asked)).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining('User "eve" cannot create resource "pods/proxy"'),
    });
  });
});

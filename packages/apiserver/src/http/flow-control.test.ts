// What the door of the API does to a crowd, over real connections: who waits, who is told to come back, who is not held
// up by others.
import { once } from 'node:events';
import { connect } from 'node:tls';
import { FakeClock } from '@berth/host/testing';
import type { Api, UserInfo } from '@berth/objects';
import { expect, test } from 'vitest';
import type { KeyPair } from '../auth/certificates.ts';
import type { FairQueueLimits } from '../flow-control/fair-queue.ts';
import { makeCertificateRequest } from '../testing/certificate-requests.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const limits: FairQueueLimits = { seats: 12, queuedPerFlow: 5, queuedPerLevel: 50, maxWaitMs: 15_000 };

async function identityOf({ credentials }: TestServer, name: string, group = 'staff'): Promise<KeyPair> {
  const { request, key } = await makeCertificateRequest({ subject: `O=${group}, CN=${name}` });
  const terms = { usages: ['client auth'] as const, lifetimeMs: 3_600_000 };
  return { cert: await credentials.authority.sign(Buffer.from(request, 'base64'), terms), key };
}

/** Lists of config maps by this user are not answered before `open`. */
function gated(name: string) {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const intercept = (core: Api): Api => ({
    ...core,
    async list(user: UserInfo, resource, options) {
      if (user.name === name && resource.plural === 'configmaps') await opened;
      return core.list(user, resource, options);
    },
  });
  return { intercept, open: () => open() };
}

const maps = '/api/v1/namespaces/default/configmaps';
const apiGroup = 'rbac.authorization.k8s.io';

async function grantStaff(server: TestServer): Promise<void> {
  const body = {
    metadata: { name: 'staff' },
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'view' },
    subjects: [{ apiGroup, kind: 'Group', name: 'staff' }],
  };
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }];
  await server.call('POST', `/apis/${apiGroup}/v1/clusterroles`, { body: { metadata: { name: 'readers' }, rules } });
  const reply = await server.call('POST', `/apis/${apiGroup}/v1/clusterrolebindings`, {
    body: { ...body, roleRef: { ...body.roleRef, name: 'readers' } },
  });
  expect(reply.code, reply.text).toBe(201);
}

async function waiting(server: TestServer): Promise<number> {
  const { text } = await server.call('GET', '/metrics');
  return Number(/current_inqueue_requests\{flow_schema="global-default",[^}]*\} (\d+)/.exec(text)?.[1]);
}

test('one user’s crowd waits or is told to come back; another user, a node and an administrator are answered', async () => {
  const gate = gated('flood');
  await using server = await startTestServer({ limits, intercept: gate.intercept });
  await grantStaff(server);
  const [flood, bob, node] = await Promise.all([
    identityOf(server, 'flood'),
    identityOf(server, 'bob'),
    identityOf(server, 'system:node:n1', 'system:nodes'),
  ]);
  const crowd = Array.from({ length: 30 }, () => server.call('GET', maps, { identity: flood }));
  await expect.poll(() => waiting(server)).toBe(5);
  const refused = await Promise.race(crowd);
  expect(refused.code).toBe(429);
  expect(refused.headers['retry-after']).toBe('1');
  expect(refused.json).toMatchObject({ reason: 'TooManyRequests', details: { retryAfterSeconds: 1 } });

  // The crowd has half of what there is, and no more.
  expect((await server.call('GET', maps, { identity: bob })).code).toBe(200);
  const heartbeat = await server.call('GET', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1', {
    identity: node,
  });
  expect(heartbeat.code).toBe(404);
  expect((await server.call('GET', maps)).code).toBe(200);
  expect(await waiting(server)).toBe(5);

  gate.open();
  const codes = (await Promise.all(crowd)).map(({ code }) => code);
  expect(codes.filter((code) => code === 200).length).toBe(30 - codes.filter((code) => code === 429).length);
  expect(await waiting(server)).toBe(0);
});

test('a client that goes away while it waits leaves its place', async () => {
  const gate = gated('flood');
  await using server = await startTestServer({ limits: { ...limits, queuedPerFlow: 50 }, intercept: gate.intercept });
  await grantStaff(server);
  const identity = await identityOf(server, 'flood');
  const crowd = Array.from({ length: 10 }, () => server.call('GET', maps, { identity }));
  // So many have no seat, which depends on the parts of the levels.
  await expect.poll(() => waiting(server)).toBeGreaterThan(4);
  await expect.poll(async () => (await waiting(server)) + (await executing(server))).toBe(10);
  const before = await waiting(server);
  const stop = new AbortController();
  const late = server.call('GET', maps, { identity, signal: stop.signal });
  late.catch(() => {});
  await expect.poll(() => waiting(server)).toBe(before + 1);
  stop.abort();
  await expect.poll(() => waiting(server)).toBe(before);
  gate.open();
  await Promise.all(crowd);
});

test('the figures have the names of Kubernetes', async () => {
  await using server = await startTestServer();
  await server.call('GET', maps);
  const { text } = await server.call('GET', '/metrics');
  for (const figure of [
    /^apiserver_current_inflight_requests\{request_kind="readOnly"\} 0$/m,
    /^apiserver_current_inqueue_requests\{request_kind="mutating"\} 0$/m,
    /^apiserver_flowcontrol_dispatched_requests_total\{flow_schema="exempt",priority_level="exempt"\} 1$/m,
    /^apiserver_flowcontrol_rejected_requests_total\{.*reason="queue-full"\} 0$/m,
    /^apiserver_flowcontrol_current_executing_requests\{flow_schema="system-nodes",priority_level="system"\} 0$/m,
    /^apiserver_flowcontrol_nominal_limit_seats\{priority_level="workload-low"\} 250$/m,
    /^apiserver_flowcontrol_request_wait_duration_seconds_count\{.*flow_schema="exempt".*\} 1$/m,
  ])
    expect(text).toMatch(figure);
});

test('answers that nobody reads keep their seats, and are given up after a minute', async () => {
  const clock = new FakeClock();
  await using server = await startTestServer({ limits, clock });
  await grantStaff(server);
  const data = { text: 'x'.repeat(900_000) };
  // Much more than the buffers of a connection hold.
  for (let at = 0; at < 16; at++) await server.call('POST', maps, { body: { metadata: { name: `m${at}` }, data } });
  const { hostname, port } = new URL(server.address);
  const identity = await identityOf(server, 'lazy');
  const socket = connect({ host: hostname, port: Number(port), ca: server.credentials.ca, ...identity });
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  socket.pause();
  await once(socket, 'secureConnect');
  socket.write(`GET ${maps} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await expect.poll(() => executing(server)).toBe(1);
  await clock.advance(59_000);
  expect(await executing(server)).toBe(1);
  await clock.advance(1_000);
  await expect.poll(() => executing(server)).toBe(0);
  socket.resume();
  await closed;
});

async function executing(server: TestServer): Promise<number> {
  const { text } = await server.call('GET', '/metrics');
  return Number(/current_executing_requests\{flow_schema="global-default",[^}]*\} (\d+)/.exec(text)?.[1]);
}

// Webhooks that are services: a real webhook program on the loopback is a pod's port, which only the pod's agent reaches.
import { systemClock } from '@berth/host';
import { endpoints, type MutatingWebhook, type ServiceReference, services } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../../auth/certificates.ts';
import { startTestServer, type TestServer } from '../../http/testing/test-server.ts';
import { connectToLoopback, type FakeAgent, startFakeAgent } from '../../streams/testing/fake-agent.ts';
import { runPodOn } from '../../streams/testing/pod-on-agent.ts';
import type { TestApi } from '../../testing/test-api.ts';
import { patching, startWebhookServer, type WebhookServer } from '../../webhooks/testing/webhook-server.ts';
import { mutating, outcomeOfCreate } from './testing/webhook-fixture.ts';

const namespace = 'default';
const pod = { ip: '10.244.0.2', targetRef: { kind: 'Pod', namespace, name: 'hook-1' } };

let server: TestServer;
let test: TestApi;
let agent: FakeAgent;
let hook: WebhookServer;
/** Connections to ports of pods, in the words of the agent's path. */
let ways: string[];
beforeEach(async () => {
  ways = [];
  [server, hook] = await Promise.all([startTestServer(), startWebhookServer(['hook.default.svc'])]);
  test = server.test;
  agent = await startFakeAgent(server.credentials, 'n1');
  agent.onExec = (socket, request) => {
    ways.push(request.url ?? '');
    connectToLoopback(socket, request);
  };
  await runPodOn(agent, test, { name: 'hook-1', podIP: pod.ip });
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await hook[Symbol.asyncDispose]();
});

/** `service.port` is that of the service itself. */
async function service(subsets: readonly object[], more: object = {}): Promise<void> {
  const ports = [
    { name: 'https', port: 443 },
    { name: 'other', port: 8443 },
  ];
  const spec = { selector: { app: 'hook' }, ports, ...more };
  await test.api.create(test.admin, services, { namespace }, { metadata: { name: 'hook' }, spec });
  await test.api.create(test.admin, endpoints, { namespace }, { metadata: { name: 'hook' }, subsets });
}

const atPort = (port: number, addresses: readonly object[] = [pod]) => [
  { addresses, ports: [{ name: 'https', port }] },
];

const clientConfig = (more: Partial<ServiceReference> = {}, caBundle = hook.caBundle) =>
  ({ service: { namespace, name: 'hook', path: '/x', ...more }, caBundle }) satisfies MutatingWebhook['clientConfig'];

const failed = (why: string, port = 443) =>
  `Internal error occurred: failed calling webhook "m.example.com": failed to call webhook: Post "https://hook.default.svc:${port}/x?timeout=10s": ${why}`;

it('is called at a pod of it, by the name of the service, over one connection', async () => {
  await service(atPort(hook.port));
  await mutating(test, hook, { clientConfig: clientConfig() });
  let host: string | undefined;
  hook.answer(({ apiVersion, request: { uid } }) => (request, response) => {
    host = request.headers.host;
    const { patch, patchType } = patching({ op: 'add', path: '/metadata/labels', value: { by: 'hook' } }) as {
      patch: string;
      patchType: string;
    };
    const answer = { uid, allowed: true, patch, patchType };
    response.end(JSON.stringify({ kind: 'AdmissionReview', apiVersion, response: answer }));
  });
  for (const name of ['a', 'b', 'c']) expect(await outcomeOfCreate(test, name)).toEqual({ by: 'hook' });
  expect(hook.asked.map(({ path }) => path)).toEqual(Array(3).fill('/x?timeout=10s'));
  expect(host).toBe('hook.default.svc:443');
  expect(hook.connections()).toBe(1);
  expect(ways).toEqual([`/portForward/default/hook-1?port=${hook.port}`]);
});

it('is called again where it has closed the connection that was kept', async () => {
  await service(atPort(hook.port));
  await mutating(test, hook, { clientConfig: clientConfig() });
  hook.answer(({ apiVersion, request: { uid } }) => (request, response) => {
    response.end(JSON.stringify({ kind: 'AdmissionReview', apiVersion, response: { uid, allowed: true } }));
    response.once('close', () => request.socket.destroy());
  });
  for (const name of ['a', 'b', 'c']) expect(await outcomeOfCreate(test, name)).toEqual({});
  expect(hook.connections()).toBe(3);
});

describe('tells that there is', () => {
  const ready = () => atPort(hook.port);
  it.each([
    { name: 'no such port', port: 80, subsets: () => [], says: 'no service port 80 found for service "hook"' },
    { name: 'nobody behind it', port: 443, subsets: () => [], says: 'no endpoints available for service "hook"' },
    { name: 'nobody behind the port', port: 8443, subsets: ready, says: 'no endpoints available for service "hook"' },
    {
      name: 'nobody ready behind it',
      port: 443,
      subsets: () => [{ notReadyAddresses: [pod], ports: [{ name: 'https', port: 1 }] }],
      says: 'no endpoints available for service "hook"',
    },
    { name: 'nobody at the port', port: 443, subsets: () => atPort(1), says: 'connect ECONNREFUSED 127.0.0.1:1' },
  ])('$name', async ({ port, subsets, says }) => {
    await service(subsets());
    await mutating(test, hook, { clientConfig: clientConfig({ port }) });
    expect(await outcomeOfCreate(test)).toEqual(failed(says, port));
  });

  it('no agent', async () => {
    await service(atPort(hook.port));
    await mutating(test, hook, { clientConfig: clientConfig() });
    agent.refuseExec(404, 'pod is not here');
    expect(await outcomeOfCreate(test)).toEqual(failed('pod is not here'));
  });

  it('an agent that has gone in the middle', async () => {
    await service(atPort(hook.port));
    await mutating(test, hook, { clientConfig: clientConfig() });
    agent.onExec = (socket) => socket.terminate();
    expect(await outcomeOfCreate(test)).toEqual(failed('the connection to the node was lost'));
  });

  it('somebody with another name', async () => {
    await service(atPort(hook.port));
    await test.api.create(
      test.admin,
      services,
      { namespace },
      { metadata: { name: 'alias' }, spec: { ports: [{ name: 'https', port: 443 }] } },
    );
    await test.api.create(
      test.admin,
      endpoints,
      { namespace },
      { metadata: { name: 'alias' }, subsets: atPort(hook.port) },
    );
    await mutating(test, hook, { clientConfig: clientConfig({ name: 'alias' }) });
    expect(await outcomeOfCreate(test)).toContain(
      'Post "https://alias.default.svc:443/x?timeout=10s": tls: failed to verify certificate: x509: ',
    );
  });

  it('somebody whom the bundle does not vouch for', async () => {
    await service(atPort(hook.port));
    const { cert } = await createAuthority('other', systemClock);
    await mutating(test, hook, { clientConfig: clientConfig({}, Buffer.from(cert).toString('base64')) });
    expect(await outcomeOfCreate(test)).toEqual(
      failed('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
    );
  });
});

it('is passed by where its policy says so', async () => {
  await service(atPort(1));
  await mutating(test, hook, { clientConfig: clientConfig(), failurePolicy: 'Ignore' });
  expect(await outcomeOfCreate(test)).toEqual({});
});

it('that says nothing is waited for as long as it may take, and its connection ends', async () => {
  await service(atPort(hook.port));
  await mutating(test, hook, { clientConfig: clientConfig(), timeoutSeconds: 1 });
  const gone = new Promise<void>((resolve) =>
    hook.answer(() => (request) => void request.socket.once('close', () => resolve())),
  );
  expect(await outcomeOfCreate(test)).toBe(failed('context deadline exceeded').replace('10s', '1s'));
  await gone;
});

it('outside the cluster is called at its address', async () => {
  await service([], { type: 'ExternalName', externalName: 'localhost', selector: undefined, ports: [] });
  await mutating(test, hook, { clientConfig: clientConfig({ port: hook.port }) });
  expect(await outcomeOfCreate(test)).toEqual({});
  expect(hook.asked).toHaveLength(1);
  expect(ways).toEqual([]);
});

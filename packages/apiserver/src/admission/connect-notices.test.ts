// What webhooks and policies say of a connection reaches the client, with the answer to its request for one, and the
// audit log: over HTTPS, with a real agent's protocol.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createMetrics, systemClock, systemRandom } from '@berth/host';
import { validatingAdmissionPolicies, validatingAdmissionPolicyBindings } from '@berth/objects';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditedApi } from '../audit/audited-api.ts';
import { Auditor } from '../audit/auditor.ts';
import { startTestServer, type TestServer } from '../http/testing/test-server.ts';
import { connectToLoopback, type FakeAgent, startFakeAgent } from '../streams/testing/fake-agent.ts';
import { runPodOn } from '../streams/testing/pod-on-agent.ts';
import { startWebhookServer, type WebhookServer } from '../webhooks/testing/webhook-server.ts';
import { everyWrite, validating } from './webhooks/testing/webhook-fixture.ts';

interface Line {
  readonly annotations?: Record<string, string>;
  readonly auditID: string;
  readonly stage: string;
}

let lines: Line[];
let server: TestServer;
let agent: FakeAgent;
let hook: WebhookServer;
const auditor = new Auditor({
  policy: {
    rules: [{ level: 'Metadata' }],
    omitStages: ['RequestReceived', 'ResponseStarted'],
    omitManagedFields: true,
  },
  sink: { write: (line) => void lines.push(JSON.parse(line)) },
  clock: systemClock,
  metrics: createMetrics(),
});

beforeAll(async () => {
  lines = [];
  [server, hook] = await Promise.all([startTestServer({ auditor }), startWebhookServer()]);
  agent = await startFakeAgent(server.credentials, 'n1');
  const { test: core } = server;
  const { api, admin } = core;
  await runPodOn(agent, core, { name: 'web', podIP: '10.244.0.2' });
  const connecting = [{ ...everyWrite[0]!, operations: ['CONNECT' as const] }];
  await validating(core, hook, { name: 'hook', rules: connecting });
  const policySpec = {
    matchConstraints: { resourceRules: connecting },
    validations: [{ expression: 'false', message: 'the policy minds' }],
    auditAnnotations: [{ key: 'what', valueExpression: 'request.subResource + " " + object.kind' }],
  };
  await api.create(admin, validatingAdmissionPolicies, {}, { metadata: { name: 'minds' }, spec: policySpec });
  const binding = { policyName: 'minds', validationActions: ['Warn', 'Audit'] };
  await api.create(admin, validatingAdmissionPolicyBindings, {}, { metadata: { name: 'minds' }, spec: binding });
  await api.list(admin, validatingAdmissionPolicyBindings, {});
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await hook[Symbol.asyncDispose]();
});
beforeEach(() => {
  lines.length = 0;
  agent.onExec = (socket) => socket.close(1000);
  hook.answer(() => ({ allowed: true, warnings: ['careful'], auditAnnotations: { why: 'because' } }));
});

/** The head of the answer to a request for another protocol, whichever it is. */
function upgraded(path: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const { ca, admin } = server.credentials;
  const settings = { ca, ...admin, agent: false as const, headers: { Connection: 'Upgrade', ...headers } };
  return new Promise((resolve, reject) => {
    const sent = request(`${server.address}${path}`, settings);
    sent.on('error', reject);
    sent.on('response', (answer) => resolve(answer.resume()));
    sent.on('upgrade', (answer, socket) => {
      socket.on('error', () => {});
      socket.end();
      resolve(answer);
    });
    sent.end();
  });
}

const policyWarning = "Validation failed for ValidatingAdmissionPolicy 'minds' with binding 'minds': the policy minds";
const both = `299 - "${policyWarning}", 299 - "careful"`;

/** Of a request that was audited, once it is complete; of the only one, whose answer does not say which it is. */
async function annotationsOf(auditID?: unknown): Promise<Record<string, string> | undefined> {
  for (;;) {
    const line = lines.find((each) => auditID === undefined || each.auditID === auditID);
    if (line) return line.annotations;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const webSocket = {
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'),
};
const pod = '/api/v1/namespaces/default/pods/web';

test.each([
  ['exec', `${pod}/exec?command=ls&stdout=true`, { ...webSocket, 'Sec-WebSocket-Protocol': 'v5.channel.k8s.io' }],
  [
    'exec',
    `${pod}/exec?command=ls&stdout=true`,
    { Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': 'v4.channel.k8s.io' },
  ],
  ['attach', `${pod}/attach?stdout=true`, { ...webSocket, 'Sec-WebSocket-Protocol': 'v4.channel.k8s.io' }],
  [
    'portforward',
    `${pod}/portforward?ports=80`,
    { Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': 'portforward.k8s.io' },
  ],
] as const)('%s is told of with the answer to the upgrade: %s', async (subresource, path, headers) => {
  const { statusCode, headers: answered } = await upgraded(path, headers);
  expect([statusCode, answered.warning]).toEqual([101, both]);
  expect(await annotationsOf(answered['audit-id'])).toMatchObject({
    'hook.example.com/why': 'because',
    'minds/what': expect.stringMatching(new RegExp(`^${subresource} Pod\\w+Options$`)),
    'validation.policy.admission.k8s.io/validation_failure': expect.stringContaining('the policy minds'),
  });
});

test('a refused connection is told of with the refusal', async () => {
  hook.answer(() => ({ allowed: false, warnings: ['careful'], auditAnnotations: { why: 'because' } }));
  const headers = { ...webSocket, 'Sec-WebSocket-Protocol': 'v5.channel.k8s.io' };
  const answer = await upgraded(`${pod}/exec?command=ls&stdout=true`, headers);
  expect([answer.statusCode, answer.headers.warning]).toEqual([400, both]);
  expect(await annotationsOf(answer.headers['audit-id'])).toMatchObject({ 'hook.example.com/why': 'because' });
});

test('a request that is passed on has its path looked at, and its answer has the warnings of both', async () => {
  agent.onExec = connectToLoopback;
  await using program = await startWebhookServer();
  program.answer(() => (_, response) => response.setHeader('Warning', '199 - "own"').end('here'));
  const path = `${pod.replace('web', `https:web:${program.port}`)}/proxy/some/where`;
  const { code, headers, text } = await server.call('POST', path, { body: {} });
  expect([code, text, headers.warning]).toEqual([200, 'here', `199 - "own", ${both}`]);
  expect(hook.asked.at(-1)?.review.request.object).toMatchObject({ kind: 'PodProxyOptions', path: '/some/where' });
  expect(await annotationsOf(headers['audit-id'])).toMatchObject({ 'hook.example.com/why': 'because' });
});

test('a program that speaks another protocol is answered for with the warnings of both', async () => {
  agent.onExec = connectToLoopback;
  const program = createServer().on('upgrade', (_request, socket) =>
    socket.end('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: own\r\nWarning: 199 - "own"\r\n\r\n'),
  );
  program.listen(0, '127.0.0.1');
  await once(program, 'listening');
  const { port } = program.address() as AddressInfo;
  const answer = await upgraded(`${pod.replace('web', `web:${port}`)}/proxy/`, { Upgrade: 'own' });
  expect([answer.statusCode, answer.headers.upgrade, answer.headers.warning]).toEqual([
    101,
    'own',
    `199 - "own", ${both}`,
  ]);
  program.close();
  expect(await annotationsOf()).toMatchObject({ 'hook.example.com/why': 'because' });
});

test('a connection within the process is told of to the audit log', async () => {
  const { api, admin } = server.test;
  const end = new AbortController();
  const options = { command: ['ls'], stdout: true };
  const audited = auditedApi(api, auditor, systemRandom);
  await audited.exec(admin, { namespace: 'default', name: 'web' }, options, end.signal);
  end.abort();
  expect(lines.map(({ annotations }) => annotations)).toEqual([
    expect.objectContaining({ 'hook.example.com/why': 'because' }),
  ]);
});

// What becomes of a write whose webhook is dead, slow, or talks nonsense.
import { Registry, systemClock } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { type MutatingWebhook, secrets } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../../auth/certificates.ts';
import { startTestApi, type TestApi } from '../../testing/test-api.ts';
import { patching, startWebhookServer, type WebhookServer } from '../../webhooks/testing/webhook-server.ts';
import { mutating, outcomeOfCreate, validating } from './testing/webhook-fixture.ts';

let test: TestApi;
let server: WebhookServer;
let clock: FakeClock;
let metrics: Registry;
beforeEach(async () => {
  clock = new FakeClock(systemClock.now());
  metrics = new Registry();
  [test, server] = await Promise.all([startTestApi({ clock, metrics }), startWebhookServer()]);
});
afterEach(async () => {
  await test.close();
  await server[Symbol.asyncDispose]();
});

const failed = (name: string, why: string) =>
  expect.stringContaining(`Internal error occurred: failed calling webhook "${name}.example.com": ${why}`);
const invalid = 'received invalid webhook response: ';
const call = 'failed to call webhook: ';

const nonsense: { name: string; answer: Parameters<WebhookServer['answer']>[0]; says: string }[] = [
  { name: 'no JSON', answer: () => (_, response) => response.end('hello'), says: `${call}couldn't get version/kind` },
  { name: 'nothing', answer: () => (_, response) => response.end('{}'), says: `${invalid}webhook response was absent` },
  { name: 'null', answer: () => (_, response) => response.end('null'), says: `${invalid}webhook response was absent` },
  { name: 'another uid', answer: () => ({ uid: 'x', allowed: true }), says: `${invalid}expected response.uid="` },
  {
    name: 'another kind',
    answer:
      ({ request: { uid } }) =>
      (_, response) =>
        response.end(JSON.stringify({ kind: 'Pod', apiVersion: 'v1', response: { uid, allowed: true } })),
    says: `${invalid}expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got v1, Kind=Pod`,
  },
  {
    name: 'an error',
    answer: () => (_, response) => response.writeHead(503).end('busy'),
    says: `${call}an error on the server ("busy") has prevented the request from succeeding`,
  },
  {
    name: 'another place',
    answer: () => (_, response) => response.writeHead(302, { Location: 'https://127.0.0.1:1/' }).end(),
    says: `${call}the server responded with the status code 302`,
  },
  {
    name: 'not there',
    answer: () => (_, response) => response.writeHead(404).end(),
    says: `${call}the server could not find the requested resource`,
  },
  { name: 'hanging up', answer: () => (request) => request.socket.destroy(), says: `${call}Post "` },
  {
    name: 'a flood',
    answer: () => (_, response) => {
      const pour = () => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', pour);
      };
      pour();
    },
    says: `${call}the answer is larger than`,
  },
  {
    name: 'a patch without its type',
    answer: () => ({ allowed: true, patch: 'W10=' }),
    says: `${invalid}webhook returned response.patch but not response.patchType`,
  },
  {
    name: 'a type without a patch',
    answer: () => ({ allowed: true, patchType: 'JSONPatch' }),
    says: `${invalid}webhook returned response.patchType but not response.patch`,
  },
  {
    name: 'an unknown type of patch',
    answer: () => ({ allowed: true, patch: 'W10=', patchType: 'Merge' }),
    says: `${invalid}unsupported patch type "Merge"`,
  },
  {
    name: 'a patch that is none',
    answer: () => ({ allowed: true, patch: 'e30=', patchType: 'JSONPatch' }),
    says: `${invalid}the patch is not a list of operations`,
  },
];

describe('a webhook that answers with', () => {
  it.each(nonsense)('$name refuses the request, or lets it pass', async ({ answer, says }) => {
    await mutating(test, server, { name: 'm' });
    server.answer(answer);
    expect(await outcomeOfCreate(test, 'a')).toEqual(failed('m', says));
    server.answer(() => ({ allowed: true }));
    expect(await outcomeOfCreate(test, 'b')).toEqual({});
    await mutating(test, server, { name: 'ignored', failurePolicy: 'Ignore' });
    server.answer((review, path) => (path.startsWith('/ignored') ? answer(review, path) : { allowed: true }));
    expect(await outcomeOfCreate(test, 'c')).toEqual({});
  });

  it('a patch, though it may only validate, refuses the request', async () => {
    await validating(test, server);
    server.answer(() => patching());
    expect(await outcomeOfCreate(test)).toEqual(
      failed('v', `${invalid}validating webhook may not return response.patch`),
    );
  });
});

describe('a webhook that cannot be reached', () => {
  const cases: { name: string; config: () => Promise<Partial<MutatingWebhook>>; says: string | RegExp }[] = [
    {
      name: 'is down',
      config: async () => ({ clientConfig: { url: 'https://127.0.0.1:1/', caBundle: server.caBundle } }),
      says: 'dial tcp 127.0.0.1:1: connect: connection refused',
    },
    {
      name: 'shows a certificate of somebody else',
      config: async () => {
        const { cert } = await createAuthority('other', systemClock);
        return { clientConfig: { url: server.url, caBundle: Buffer.from(cert).toString('base64') } };
      },
      says: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    },
    {
      name: 'shows a certificate for another name',
      config: async () => ({
        clientConfig: { url: server.url.replace('127.0.0.1', 'localhost'), caBundle: server.caBundle },
      }),
      says: 'tls: failed to verify certificate: x509: ',
    },
    {
      name: 'has a bundle that is none',
      config: async () => ({ clientConfig: { url: server.url, caBundle: Buffer.from('x').toString('base64') } }),
      says: 'unable to load root certificates: unable to parse bytes as PEM block',
    },
    {
      name: 'is a service that is not there',
      config: async () => ({ clientConfig: { service: { namespace: 'default', name: 'none' } } }),
      says: 'Post "https://none.default.svc:443/?timeout=10s": service "none" not found',
    },
  ];

  it.each(cases)('because it $name is told so', async ({ config, says }) => {
    await mutating(test, server, await config());
    const outcome = await outcomeOfCreate(test);
    expect(outcome).toEqual(failed('m', `${call}Post "`));
    expect(outcome).toMatch(says);
    expect(await metrics.metrics()).toContain(
      'apiserver_admission_webhook_rejection_count{name="m.example.com",type="admit",operation="CREATE",error_type="calling_webhook_error",rejection_code="0"} 1',
    );
  });

  it.each(cases)('because it $name is passed by where its policy says so', async ({ config }) => {
    await mutating(test, server, { ...(await config()), failurePolicy: 'Ignore' });
    expect(await outcomeOfCreate(test)).toEqual({});
    expect(await metrics.metrics()).toContain(
      'apiserver_admission_webhook_fail_open_count{name="m.example.com",type="admit"} 1',
    );
  });
});

it('waits for as long as the webhook may take, and holds up nothing else', async () => {
  await mutating(test, server, { timeoutSeconds: 3 });
  const hangs = new Promise<void>((resolve) => server.answer(() => () => resolve()));
  const create = outcomeOfCreate(test);
  await hangs;
  const other = { metadata: { name: 'other' } };
  await test.api.create(test.admin, secrets, { namespace: 'default' }, other);
  await clock.advance(2_900);
  await test.api.delete(test.admin, secrets, { namespace: 'default', name: 'other' });
  await clock.advance(200);
  const late = `${call}Post "${server.url}/?timeout=3s": context deadline exceeded`;
  expect(await create).toEqual(failed('m', late));
});

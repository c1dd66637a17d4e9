// Bearer tokens over HTTPS: asked for as clients ask, and shown as clients show them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const accounts = '/api/v1/namespaces/default/serviceaccounts';
let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startTestServer({ tokens: true });
  await server.call('POST', accounts, { body: { metadata: { name: 'robot' } } });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } };
  const reply = await server.call('POST', `${accounts}/robot/token`, { body: request });
  expect(reply.code).toBe(201);
  expect(reply.json).toMatchObject({ kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1' });
  token = (reply.json.status as { token: string }).token;
});
afterAll(() => server[Symbol.asyncDispose]());

const cases: { name: string; header: () => string; code: number }[] = [
  { name: 'a token', header: () => `Bearer ${token}`, code: 403 },
  { name: 'the scheme in any case', header: () => `bearer ${token}`, code: 403 },
  { name: 'a token that was cut', header: () => `Bearer ${token.slice(0, -4)}`, code: 401 },
  { name: 'no token', header: () => 'Bearer ', code: 401 },
  { name: 'another scheme', header: () => `Basic ${token}`, code: 401 },
];
test.each(cases)('$name: $code', async ({ header, code }) => {
  const headers = { Authorization: header() };
  const reply = await server.call('GET', '/api/v1/namespaces/default/pods', { identity: null, headers });
  expect(reply.code).toBe(code);
  if (code === 403) expect(reply.text).toContain('User \\"system:serviceaccount:default:robot\\" cannot list');
});

test('a token is announced in discovery as what it is', async () => {
  const { json } = await server.call('GET', '/api/v1');
  expect(json.resources).toContainEqual({
    name: 'serviceaccounts/token',
    singularName: '',
    namespaced: true,
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'TokenRequest',
    verbs: ['create'],
  });
});

test.each([
  { name: 'beside a protocol', protocols: ['v5.channel.k8s.io'], code: 403 },
  { name: 'by itself', protocols: [], code: 401 },
])('a token among the protocols of a WebSocket, $name: $code', async ({ protocols, code }) => {
  const bearer = `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;
  const url = `${server.address.replace('https', 'wss')}/api/v1/namespaces/default/pods?watch=1`;
  const socket = new WebSocket(url, [bearer, ...protocols], { ca: server.credentials.ca });
  const refused = new Promise<Error>((resolve) => socket.on('error', resolve));
  expect((await refused).message).toBe(`Unexpected server response: ${code}`);
});

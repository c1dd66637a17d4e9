// Requests to subresources through the front door: what is refused, and in which words.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
const deployments = '/apis/apps/v1/namespaces/parts/deployments';

beforeAll(async () => {
  server = await startTestServer();
  await server.test.namespace('parts');
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const body = { metadata: { name: 'web' }, spec: { replicas: 2, selector: { matchLabels: { a: 'b' } }, template } };
  expect((await server.call('POST', deployments, { body })).code).toBe(201);
});
afterAll(() => server[Symbol.asyncDispose]());

describe('a scale that is put', () => {
  const put = (metadata: object) =>
    server.call('PUT', `${deployments}/web/scale`, {
      body: { kind: 'Scale', apiVersion: 'autoscaling/v1', metadata, spec: { replicas: 5 } },
    });
  test.each([
    [{}, 'the name of the object (web based on URL) was undeterminable: name must be provided'],
    [{ name: 'x' }, 'the name of the object (x) does not match the name on the URL (web)'],
    [
      { name: 'web', namespace: 'other' },
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
  ])('is of another object than the path: %j', async (metadata, message) => {
    expect((await put(metadata)).json).toMatchObject({ code: 400, message });
    expect((await server.call('GET', `${deployments}/web`)).json).toMatchObject({ spec: { replicas: 2 } });
  });
  test('scales the object that it names', async () => {
    expect((await put({ name: 'web' })).json).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } });
  });
});

test.each([
  ['/api/v1/namespaces/parts/finalize', 'PUT', 'parts'],
  ['/api/v1/namespaces?dryRun=All', 'POST', 'another'],
])('%s of a finalizer that nobody could know', async (path, method, name) => {
  const body = { metadata: { name }, spec: { finalizers: ['kubernetes', 'bad', 'example.com/good'] } };
  expect((await server.call(method, path, { body })).json).toMatchObject({
    code: 422,
    message: `Namespace "${name}" is invalid: spec.finalizers[1]: Invalid value: "bad": name is neither a standard finalizer name nor is it fully qualified`,
  });
});

test('the proxy of a service that is not there', async () => {
  expect((await server.call('GET', '/api/v1/namespaces/parts/services/none/proxy/')).json).toMatchObject({
    code: 404,
    message: 'services "none" not found',
    details: { name: 'none', kind: 'services' },
  });
});

describe('what a new object brings', () => {
  test('a limit range needs no name', async () => {
    const body = { spec: { limits: [] } };
    const { code, json } = await server.call('POST', '/api/v1/namespaces/parts/limitranges', { body });
    expect(code).toBe(201);
    expect((json.metadata as { name: string }).name).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });

  test.each([
    [-3, 422, { message: /metadata.generation: Invalid value: -3: must be greater than or equal to 0$/ }],
    [5, 201, { metadata: { generation: 5 } }],
  ])('its generation is %i, where its kind counts none', async (generation, code, expected) => {
    const body = { metadata: { name: 'counted', generation } };
    const reply = await server.call('POST', '/api/v1/namespaces/parts/configmaps?dryRun=All', { body });
    expect(reply.code).toBe(code);
    if ('message' in expected) expect(reply.json.message).toMatch(expected.message);
    else expect(reply.json).toMatchObject(expected);
  });

  test('a bad address has two causes', async () => {
    const body = { metadata: { name: 'e' }, subsets: [{ addresses: [{ ip: '1.2.3' }], ports: [{ port: 1 }] }] };
    const { json } = await server.call('POST', '/api/v1/namespaces/parts/endpoints', { body });
    expect((json.details as { causes: { message: string }[] }).causes.map(({ message }) => message)).toEqual([
      'Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'Invalid value: "1.2.3": must be a valid IP address',
    ]);
  });

  test('usages that there are not come before those that come twice', async () => {
    const spec = { request: '', signerName: 'example.com/a', usages: ['x', 'x'] };
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
    const { json } = await server.call('POST', path, { body: { metadata: { name: 'r' }, spec } });
    expect((json.details as { causes: object[] }).causes).toMatchObject([
      { reason: 'FieldValueNotSupported', field: 'spec.usages[0]' },
      { reason: 'FieldValueNotSupported', field: 'spec.usages[1]' },
      { reason: 'FieldValueDuplicate', field: 'spec.usages[1]' },
    ]);
  });
});

describe('JSON for people', () => {
  const path = '/api/v1/namespaces/parts';
  test.each([
    ['?pretty=true', 'program', true],
    ['?pretty=1', 'program', true],
    ['?pretty=0', 'curl/8', false],
    ['?pretty=', 'curl/8', true],
    ['', 'curl/8', true],
    ['', 'Mozilla/5.0 (X11)', true],
    ['', 'kubectl/v1.32', false],
  ])('%s to %s: %s', async (query, agent, pretty) => {
    const { text, json } = await server.call('GET', path + query, { headers: { 'User-Agent': agent } });
    expect(text).toBe(JSON.stringify(json, null, pretty ? 2 : undefined));
  });
  test('errors are written so too', async () => {
    const { text, json } = await server.call('GET', '/api/v1/namespaces/none?pretty=1');
    expect(text).toBe(JSON.stringify(json, null, 2));
  });
});

test.each([
  ['/readyz?verbose&exclude=storage', '[+]ping ok\n[+]storage excluded: ok\n[+]shutdown ok\nreadyz check passed\n'],
  [
    '/livez?verbose&exclude=b&exclude=a',
    '[+]ping ok\nwarn: some health checks cannot be excluded: no matches for "a", "b"\nlivez check passed\n',
  ],
  ['/livez?exclude=a', 'ok'],
])('%s says what was left out', async (path, text) => {
  expect((await server.call('GET', path)).text).toBe(text);
});

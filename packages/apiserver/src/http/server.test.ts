import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '@berth/host';
import type { Api } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ensureClusterCredentials } from '../auth/credentials.ts';
import { readExposition } from './testing/exposition.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.test.namespace('https');
});
afterAll(() => server[Symbol.asyncDispose]());

const maps = '/api/v1/namespaces/https/configmaps';
const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

describe('who asks', () => {
  test('a certificate of another authority, none, and a bad token are nobody', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'berth-foreign-'));
    const foreign = await ensureClusterCredentials({ directory, clock: systemClock });
    await rm(directory, { recursive: true });
    const unauthorized = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    };
    for (const attempt of [
      { identity: foreign.admin },
      { identity: null },
      { identity: null, headers: { Authorization: 'Bearer abc' } },
      // For servers only: not good for a client.
      { identity: server.credentials.serving },
    ]) {
      const reply = await server.call('GET', '/api/v1/pods', attempt);
      expect(reply.code).toBe(401);
      expect(reply.json).toEqual(unauthorized);
    }
  });

  test('a node is known by its certificate, and may not do everything', async () => {
    const { client } = await server.credentials.issueNode({ name: 'n1', hosts: ['127.0.0.1'] });
    expect((await server.call('GET', '/api/v1/services', { identity: client })).code).toBe(200);
    const refused = await server.call('POST', maps, { identity: client, body: configMap('by-node') });
    expect(refused.json).toMatchObject({ reason: 'Forbidden', message: expect.stringContaining('system:node:n1') });
  });

  test.each([['/livez'], ['/readyz'], ['/healthz'], ['/livez/ping'], ['/version']])(
    '%s is for anybody',
    async (path) => {
      expect((await server.call('GET', path, { identity: null })).code).toBe(200);
    },
  );
});

describe('paths and methods', () => {
  test.each([
    ['GET', '/nothing', 404, 'NotFound'],
    ['GET', '/api/v1/trees', 404, 'NotFound'],
    ['GET', '/apis/example.com/v1', 404, 'NotFound'],
    ['GET', '/livez/nothing', 404, 'NotFound'],
    ['GET', '/api/v1/namespaces/https/configmaps/missing', 404, 'NotFound'],
    ['POST', '/api/v1/namespaces/https/configmaps/a', 405, 'MethodNotAllowed'],
    ['PUT', '/api/v1/namespaces/https/configmaps', 405, 'MethodNotAllowed'],
    ['PATCH', '/api/v1/configmaps', 405, 'MethodNotAllowed'],
    ['DELETE', '/api/v1/namespaces', 405, 'MethodNotAllowed'],
    ['POST', '/api/v1', 405, 'MethodNotAllowed'],
    ['TRACE', '/api/v1/pods', 405, 'MethodNotAllowed'],
    ['GET', '/api/v1/pods?limit=many', 400, 'BadRequest'],
    ['GET', '/api/v1/pods?labelSelector=%3D%3D', 400, 'BadRequest'],
    ['GET', '/api/v1/pods?fieldSelector=spec.color%3Dred', 400, 'BadRequest'],
    ['GET', '/api/v1/pods?watch=1&labelSelector=a%20in', 400, 'BadRequest'],
    ['POST', '/api/v1/pods', 405, 'MethodNotAllowed'],
    ['DELETE', '/api/v1/pods', 405, 'MethodNotAllowed'],
    ['POST', '/api/v1/bindings', 404, 'NotFound'],
    ['POST', '/apis/authorization.k8s.io/v1/localsubjectaccessreviews', 404, 'NotFound'],
    ['GET', '/apis/authentication.k8s.io/v1/tokenreviews/x', 404, 'NotFound'],
    ['GET', '/api/v1/namespaces/https/configmaps/a%2Fb', 404, 'NotFound'],
    ['PUT', '/api/v1/namespaces/https/configmaps/a%25', 400, 'BadRequest'],
    ['GET', '/api/v1/namespaces/https/pods/p/exec?command=ls&stdout=1', 400, 'BadRequest'],
  ])('%s %s: %i %s', async (method, path, code, reason) => {
    const reply = await server.call(method, path);
    expect(reply.code).toBe(code);
    expect(reply.json).toMatchObject({ kind: 'Status', status: 'Failure', reason, code });
  });
});

describe('bodies', () => {
  test('YAML goes in and comes out', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {a: "1"}\n';
    const headers = { 'Content-Type': 'application/yaml', Accept: 'application/yaml' };
    const reply = await server.call('POST', maps, { body, headers });
    expect(reply.code).toBe(201);
    expect(reply.headers['content-type']).toBe('application/yaml');
    expect(parse(reply.text)).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'yaml' }, data: { a: '1' } });
  });

  test.each([
    ['a form', 'POST', 'application/x-www-form-urlencoded'],
    ['a patch without its own type', 'PATCH', 'application/json'],
  ])('%s is an unsupported media type', async (_name, method, type) => {
    const path = method === 'PATCH' ? `${maps}/yaml` : maps;
    const reply = await server.call(method, path, { body: 'x', headers: { 'Content-Type': type } });
    expect(reply.json).toMatchObject({ reason: 'UnsupportedMediaType', code: 415 });
  });

  // Found by the fuzzer: patches were read without the limit on depth, and overflowed the stack of the merge.
  test.each([
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
  ])('a patch that is nested too deeply is refused: %s', async (type) => {
    const body = `{"metadata":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`;
    const path = `${maps}/yaml?fieldManager=me`;
    const reply = await server.call('PATCH', path, { body, headers: { 'Content-Type': type } });
    expect(reply.json).toMatchObject({ code: 400, message: expect.stringContaining('exceeded max depth') });
  });

  test.each([1, 2, 3, 4, 5, 9])('a JSON patch cannot nest an object too deeply by %i copies either', async (count) => {
    const deep = `${'{"a":'.repeat(400)}{}${'}'.repeat(400)}`;
    const copies = Array.from({ length: count }, (_, time) => ({
      op: 'copy',
      from: '/data',
      path: `/data${'/a'.repeat(400 * 2 ** time)}`,
    }));
    const body = [{ op: 'add', path: '/data', value: JSON.parse(deep) as object }, ...copies];
    const headers = { 'Content-Type': 'application/json-patch+json' };
    const reply = await server.call('PATCH', `${maps}/yaml`, { body, headers });
    expect(reply.json).toMatchObject({ code: 422, reason: 'Invalid' });
  });

  test('server-side apply is told whether it created the object', async () => {
    const headers = { 'Content-Type': 'application/apply-patch+yaml' };
    const path = `${maps}/applied?fieldManager=me`;
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied}\ndata: {a: "1"}\n';
    expect((await server.call('PATCH', path, { body, headers })).code).toBe(201);
    const again = await server.call('PATCH', path, { body, headers });
    expect(again.code).toBe(200);
    expect(again.json.metadata).toMatchObject({ managedFields: [{ manager: 'me', operation: 'Apply' }] });
    const other = { body: body.replace('"1"', '"2"'), headers };
    const refused = await server.call('PATCH', path.replace('=me', '=you'), other);
    expect(refused.json).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "me": .data.a',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "me"', field: '.data.a' }] },
    });
    expect((await server.call('PATCH', path.replace('=me', '=you&force=true'), other)).code).toBe(200);
  });

  test.each([
    [
      'an apply names its manager',
      '',
      'application/apply-patch+yaml',
      'fieldManager: Required value: is required for apply patch',
    ],
    [
      'no other patch is forced',
      '?force=true',
      'application/merge-patch+json',
      'force: Forbidden: may not be specified for non-apply patch',
    ],
  ])('%s', async (_name, query, type, problem) => {
    const reply = await server.call('PATCH', `${maps}/yaml${query}`, { body: '{}', headers: { 'Content-Type': type } });
    expect(reply.json).toMatchObject({
      reason: 'Invalid',
      message: `PatchOptions.meta.k8s.io "" is invalid: ${problem}`,
    });
  });

  test.each([
    ['told', { 'Content-Length': String(4 * 1024 * 1024) }],
    ['chunked', { 'Transfer-Encoding': 'chunked' }],
  ])('4 MB, %s, are too much, and the connection lives on', async (_name, headers) => {
    const body = Buffer.alloc(4 * 1024 * 1024, 'x');
    const reply = await server.call('POST', maps, { body, headers });
    expect(reply.json).toMatchObject({ reason: 'RequestEntityTooLarge', code: 413 });
    expect((await server.call('GET', maps)).code).toBe(200);
  });

  test('unknown fields are warned of, or refused when asked', async () => {
    const body = { ...configMap('warned'), colour: 'red' };
    const warned = await server.call('POST', `${maps}?fieldValidation=Warn`, { body });
    expect(warned.code).toBe(201);
    expect(warned.headers.warning).toBe('299 - "unknown field \\"colour\\""');
    const refused = await server.call('POST', `${maps}?fieldValidation=Strict`, {
      body: { ...body, metadata: { name: 'no' } },
    });
    expect(refused.json).toMatchObject({
      reason: 'BadRequest',
      message: expect.stringContaining('unknown field "colour"'),
    });
    const odd = await server.call('POST', `${maps}?fieldValidation=Loud`, { body });
    expect(odd.json).toMatchObject({ reason: 'Invalid', details: { causes: [{ field: 'fieldValidation' }] } });
  });

  test('a dry run answers as if it had written', async () => {
    const body = configMap('dry');
    expect((await server.call('POST', `${maps}?dryRun=All`, { body })).code).toBe(201);
    expect((await server.call('GET', `${maps}/dry`)).code).toBe(404);
    expect((await server.call('POST', `${maps}?dryRun=Some`, { body })).code).toBe(422);
  });

  test('a big answer is compressed for those who ask', async () => {
    await server.call('POST', maps, { body: configMap('big', { text: 'x'.repeat(200_000) }) });
    const plain = await server.call('GET', `${maps}/big`);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const chunks: Buffer[] = [];
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      const { ca, admin } = server.credentials;
      const asked = { ca, ...admin, headers: { 'Accept-Encoding': 'gzip' } };
      const sent = request(`${server.address}${maps}/big`, asked, (answer) => {
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve(answer.headers));
      });
      sent.on('error', reject).end();
    });
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe(plain.text);
  });
});

describe('forms', () => {
  const table = (version: string) => `application/json;as=Table;v=${version};g=meta.k8s.io`;

  test.each([['v1'], ['v1beta1']])('a Table of %s, with the columns and the metadata', async (version) => {
    await server.call('POST', maps, { body: configMap('row', { a: '1', b: '2' }) });
    const path = `${maps}?fieldSelector=metadata.name%3Drow`;
    const { json } = await server.call('GET', path, { headers: { Accept: table(version) } });
    expect(json).toMatchObject({
      kind: 'Table',
      apiVersion: `meta.k8s.io/${version}`,
      columnDefinitions: [
        { name: 'Name', type: 'string', format: 'name', priority: 0 },
        { name: 'Data' },
        { name: 'Age' },
      ],
      rows: [
        {
          cells: ['row', 2, expect.any(String)],
          object: { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: { name: 'row' } },
        },
      ],
    });
  });

  test('a Scale has columns of its own', async () => {
    const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'a' }] } };
    const body = { metadata: { name: 'scaled' }, spec: { replicas: 3, template } };
    const path = '/api/v1/namespaces/default/replicationcontrollers';
    expect((await server.call('POST', path, { body })).code).toBe(201);
    const { json } = await server.call('GET', `${path}/scaled/scale`, { headers: { Accept: table('v1') } });
    expect(json).toMatchObject({
      columnDefinitions: [{ name: 'Name' }, { name: 'Desired' }, { name: 'Available' }, { name: 'Age' }],
      rows: [{ cells: ['scaled', 3, 0, expect.any(String)] }],
    });
  });

  test.each([
    ['None', null],
    ['Object', { kind: 'ConfigMap', data: { a: '1', b: '2' } }],
  ])('includeObject=%s', async (include, object) => {
    const path = `${maps}/row?includeObject=${include}`;
    const { json } = await server.call('GET', path, { headers: { Accept: table('v1') } });
    expect(json).toMatchObject({ rows: [{ object }] });
  });

  test('an answer to a question has no rows', async () => {
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { nonResourceAttributes: { path: '/', verb: 'get' } },
    };
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const refused = await server.call('POST', path, { body, headers: { Accept: table } });
    expect(refused.json).toMatchObject({ kind: 'Status', reason: 'NotAcceptable', code: 406 });
    const taken = await server.call('POST', path, { body, headers: { Accept: `${table},application/json` } });
    expect(taken.json).toMatchObject({ kind: 'SelfSubjectAccessReview', status: { allowed: true } });
  });

  test('metadata alone', async () => {
    const Accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
    const { json } = await server.call('GET', maps, { headers: { Accept } });
    expect(json.kind).toBe('PartialObjectMetadataList');
    expect(json.items?.find((item) => (item.metadata as { name: string }).name === 'row')).toEqual({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: expect.objectContaining({ name: 'row' }),
    });
  });
});

test('a document that the client has already is not sent again', async () => {
  const first = await server.call('GET', '/api/v1');
  expect(first.headers.vary).toBe('Accept');
  const headers = { 'If-None-Match': first.headers.etag ?? '' };
  const second = await server.call('GET', '/api/v1', { headers });
  expect([second.code, second.text, second.headers.etag]).toEqual([304, '', first.headers.etag]);
});

describe('deletes', () => {
  test('an object that is gone is answered with a Status that tells its uid', async () => {
    const created = await server.call('POST', maps, { body: configMap('gone') });
    const { uid } = created.json.metadata as { uid: string };
    const { code, json } = await server.call('DELETE', `${maps}/gone`);
    expect(code).toBe(200);
    expect(json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'gone', kind: 'configmaps', uid },
    });
  });

  test('options come in the body or in the query', async () => {
    await server.call('POST', maps, { body: configMap('held') });
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'another' } };
    expect((await server.call('DELETE', `${maps}/held`, { body })).json).toMatchObject({
      reason: 'Conflict',
      code: 409,
    });
    expect((await server.call('DELETE', `${maps}/held?dryRun=All`)).code).toBe(200);
    expect((await server.call('GET', `${maps}/held`)).code).toBe(200);
    expect((await server.call('DELETE', `${maps}/held?propagationPolicy=Sideways`)).code).toBe(422);
    expect((await server.call('DELETE', `${maps}/held`, { body: { gracePeriodSeconds: 'soon' } })).code).toBe(400);
  });

  test('a collection, by selector', async () => {
    for (const name of ['c1', 'c2', 'c3']) {
      const metadata = { name, labels: { set: name === 'c3' ? 'b' : 'a' } };
      await server.call('POST', maps, { body: { ...configMap(name), metadata } });
    }
    const { json } = await server.call('DELETE', `${maps}?labelSelector=set%3Da`);
    expect(json).toMatchObject({ kind: 'ConfigMapList' });
    expect(json.items?.map((item) => (item.metadata as { name: string }).name).sort()).toEqual(['c1', 'c2']);
    const left = await server.call('GET', `${maps}?labelSelector=set`);
    expect(left.json.items).toHaveLength(1);
  });
});

test('readiness names its checks, and says no more than that one failed', async () => {
  let up = true;
  const intercept = (core: Api): Api =>
    new Proxy(core, {
      get(target, name, receiver) {
        if (name === 'list' && !up) return () => Promise.reject(new Error('a detail for the log'));
        const value: unknown = Reflect.get(target, name, receiver);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  await using own = await startTestServer({ intercept });
  expect((await own.call('GET', '/readyz')).text).toBe('ok');
  expect((await own.call('GET', '/readyz?verbose')).text).toBe(
    '[+]ping ok\n[+]storage ok\n[+]shutdown ok\nreadyz check passed\n',
  );
  up = false;
  const { code, text } = await own.call('GET', '/readyz');
  expect(code).toBe(500);
  expect(text).toBe('[+]ping ok\n[-]storage failed: reason withheld\n[+]shutdown ok\nreadyz check failed\n');
  expect((await own.call('GET', '/readyz?exclude=storage')).code).toBe(200);
  expect((await own.call('GET', '/livez')).code).toBe(200);
  // What is not a Status is told to the log, not to the client.
  expect((await own.call('GET', '/api/v1/pods')).json).toMatchObject({
    reason: 'InternalError',
    message: 'Internal error occurred',
  });
});

test('requests are counted under the names of Kubernetes', async () => {
  await server.call('GET', `${maps}/row`);
  const { text } = await server.call('GET', '/metrics');
  expect(text).toMatch(
    /apiserver_request_total\{verb="GET",group="",version="v1",resource="configmaps",subresource="",scope="resource",component="apiserver",dry_run="",code="200"\} \d+/,
  );
  for (const name of ['duration_seconds', 'sli_duration_seconds'])
    expect(text).toMatch(
      new RegExp(`apiserver_request_${name}_bucket\\{verb="GET".*resource="configmaps".*le="0.05"\\}`),
    );
  expect(text).toMatch(/apiserver_response_sizes_count\{verb="GET".*resource="configmaps".*\} \d+/);
  expect(text).toMatch(/authentication_attempts\{result="success"\} \d+/);
  expect(text).toMatch(/authenticated_user_requests\{username="other"\} \d+/);
  expect(text).toMatch(/authorization_attempts_total\{result="allowed"\} \d+/);
  expect(text).toMatch(/apiserver_current_inflight_requests\{request_kind="readOnly"\} 0/);
});

test('metrics are in the form of Prometheus, and nothing that a client makes up is a series', async () => {
  const path = `${maps}/row`;
  await server.call('PATCH', `${path}?dryRun=a`, { body: [], headers: { 'Content-Type': 'text/x' } });
  const before = readExposition((await server.call('GET', '/metrics')).text);
  expect(before.problems).toEqual([]);
  for (const made of ['one', 'two', 'three']) {
    await server.call('GET', `/apis/${made}/v1/things`);
    await server.call('GET', `${maps}/row/${made}`);
    await server.call('PATCH', `${path}?dryRun=${made}`, { body: [], headers: { 'Content-Type': 'text/x' } });
    await server.call('GET', path, { headers: { 'User-Agent': made, Authorization: `Bearer ${made}` } });
  }
  const after = readExposition((await server.call('GET', '/metrics')).text);
  expect(after.series.get('apiserver_request_total')).toBe(before.series.get('apiserver_request_total'));
  expect(after.series.get('authentication_attempts')).toBe(before.series.get('authentication_attempts'));
});

describe('what is not HTTP', () => {
  test('plain text on the TLS port is answered with a Status', async () => {
    const { hostname, port } = new URL(server.address);
    const socket = connectTls({ host: hostname, port: Number(port), ca: server.credentials.ca });
    socket.write('HELLO\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject({ kind: 'Status', code: 400 });
  });

  test('headers beyond 64 kB are refused', async () => {
    const reply = await server.call('GET', '/version', { headers: { Long: 'x'.repeat(70_000) } });
    expect(reply.code).toBe(431);
  });

  // kubectl tried again for ten seconds and said `EOF`.
  test('HTTP without TLS is told so', async () => {
    const { hostname, port } = new URL(server.address);
    const socket = connect(Number(port), hostname);
    socket.write('GET /version HTTP/1.1\r\nHost: x\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toBe('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');
  });

  test('what is neither HTTP nor TLS gets no answer', async () => {
    const { hostname, port } = new URL(server.address);
    const socket = connect(Number(port), hostname);
    socket.write('\x00\x01\x02\x03\x04\x05\x06\x07');
    socket.on('error', () => {});
    const answer: Buffer[] = [];
    socket.on('data', (chunk) => answer.push(chunk));
    await new Promise((resolve) => socket.on('close', resolve));
    expect(Buffer.concat(answer).toString('latin1')).not.toContain('HTTP/1');
  });
});

describe('what clients lean on', () => {
  const core = '/api/v1/namespaces/https';
  const apps = '/apis/rbac.authorization.k8s.io/v1/namespaces/https';

  test.each([
    ['a service', `${core}/services/put`, { kind: 'Service', spec: { ports: [{ port: 80 }] } }, 201],
    ['endpoints', `${core}/endpoints/put`, { kind: 'Endpoints' }, 201],
    ['a limit range', `${core}/limitranges/put`, { kind: 'LimitRange', spec: { limits: [] } }, 201],
    ['a role', `${apps}/roles/put`, { kind: 'Role', rules: [] }, 201],
    ['a config map', `${core}/configmaps/put`, { kind: 'ConfigMap' }, 404],
    ['a service of a version', `${core}/services/old`, { kind: 'Service', metadata: { resourceVersion: '7' } }, 404],
  ])('a PUT of %s that is not there', async (_, path, { metadata, ...body }: Record<string, unknown>, code) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const sent = { ...body, metadata: { ...(metadata as object | undefined), name } };
    const answer = await server.call('PUT', path, { body: sent });
    expect(answer.code, answer.text).toBe(code);
    if (code !== 201) return;
    expect((await server.call('PUT', path, { body: sent })).code).toBe(200);
  });

  test.each([
    ['a pod', 'pods', { kind: 'Pod', spec: { containers: [{ name: 'a', image: 'a' }] } }, 'Pod'],
    ['a service', 'services', { kind: 'Service', spec: { ports: [{ port: 80 }] } }, 'Service'],
    ['a service account', 'serviceaccounts', { kind: 'ServiceAccount' }, 'ServiceAccount'],
    ['a secret', 'secrets', { kind: 'Secret' }, 'Status'],
  ])('a DELETE of %s', async (_, plural, body, kind) => {
    const created = await server.call('POST', `${core}/${plural}`, { body: { ...body, metadata: { name: 'short' } } });
    expect(created.code, created.text).toBe(201);
    expect(await server.call('DELETE', `${core}/${plural}/short`)).toMatchObject({ code: 200, json: { kind } });
  });

  test('a DELETE that waits for the dependents is accepted, not done', async () => {
    await server.call('POST', maps, { body: configMap('owner') });
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground' };
    expect(await server.call('DELETE', `${maps}/owner`, { body })).toMatchObject({
      code: 202,
      json: { kind: 'ConfigMap', metadata: { finalizers: ['foregroundDeletion'] } },
    });
  });

  test('a dry run of a create refuses what exists', async () => {
    await server.call('POST', maps, { body: configMap('twice') });
    const { code, json } = await server.call('POST', `${maps}?dryRun=All`, { body: configMap('twice') });
    expect([code, json.reason]).toEqual([409, 'AlreadyExists']);
  });

  test('a POST to bindings binds the pod that it names', async () => {
    const spec = { containers: [{ name: 'a', image: 'a' }] };
    await server.call('POST', `${core}/pods`, { body: { metadata: { name: 'bound' }, spec } });
    const body = {
      kind: 'Binding',
      apiVersion: 'v1',
      metadata: { name: 'bound' },
      target: { kind: 'Node', name: 'n' },
    };
    expect(await server.call('POST', `${core}/bindings`, { body })).toMatchObject({
      code: 201,
      json: { kind: 'Status', status: 'Success' },
    });
    expect((await server.call('GET', `${core}/pods/bound`)).json).toMatchObject({ spec: { nodeName: 'n' } });
    expect((await server.call('POST', `${core}/bindings`, { body })).code).toBe(409);
    expect((await server.call('POST', `${core}/bindings`, { body: { ...body, metadata: {} } })).code).toBe(400);
  });
});

// Query parameters through the front door: good, bad, repeated and empty ones, and what is answered to each.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
const maps = '/api/v1/namespaces/asked/configmaps';
const one = `${maps}/one`;

beforeAll(async () => {
  server = await startTestServer();
  await server.test.namespace('asked');
  await server.call('POST', maps, { body: { metadata: { name: 'one' } } });
  await server.call('POST', '/api/v1/namespaces/asked/pods', {
    body: { metadata: { name: 'web' }, spec: { containers: [{ name: 'main', image: 'i' }] } },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const syntax = (value: string) => `strconv.ParseInt: parsing "${value}": invalid syntax`;
const options = (kind: string, errors: string) => `${kind}.meta.k8s.io "" is invalid: ${errors}`;
const unprovided =
  'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided';
const ofWatch =
  'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';

describe('of reads', () => {
  test.each([
    ['limit=', 400, syntax('')],
    ['limit=x&limit=1', 400, syntax('x')],
    ['limit=99999999999999999999', 400, 'strconv.ParseInt: parsing "99999999999999999999": value out of range'],
    ['timeoutSeconds=x', 400, syntax('x')],
    ['watch=1&limit=x', 400, syntax('x')],
    ['continue=x', 400, 'invalid continue token: continue key is not valid: it is not a token of this server'],
    ['resourceVersionMatch=Exact', 422, options('ListOptions', unprovided)],
    [
      'resourceVersionMatch=Never&continue=x',
      422,
      options(
        'ListOptions',
        `[${unprovided}, resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided, resourceVersionMatch: Unsupported value: "Never": supported values: "Exact", "NotOlderThan", ""]`,
      ),
    ],
    [
      'resourceVersionMatch=Exact&resourceVersion=0',
      422,
      options(
        'ListOptions',
        'resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
      ),
    ],
    [
      'sendInitialEvents=true',
      422,
      options('ListOptions', 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'),
    ],
    ['watch=1&resourceVersionMatch=NotOlderThan', 422, options('ListOptions', ofWatch)],
    [
      'watch=1&resourceVersionMatch=Exact',
      422,
      options(
        'ListOptions',
        `[${ofWatch}, resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"]`,
      ),
    ],
    [
      'watch=1&sendInitialEvents=false',
      422,
      options(
        'ListOptions',
        'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      ),
    ],
  ])('?%s: %i', async (query, code, message) => {
    expect((await server.call('GET', `${maps}?${query}`)).json).toMatchObject({ kind: 'Status', code, message });
  });

  test.each([['watch=false'], ['watch=FALSE'], ['watch=0'], ['limit=-5'], ['limit=9223372036854775807']])(
    '?%s is an ordinary list',
    async (query) => {
      expect((await server.call('GET', `${maps}?${query}`)).json).toMatchObject({ kind: 'ConfigMapList' });
    },
  );

  test('a word that only begins like false asks for a watch', async () => {
    const reply = await server.call('GET', `${maps}?watch=f&timeoutSeconds=1&fieldSelector=metadata.name%3Dnone`);
    expect([reply.code, reply.text]).toEqual([200, '']);
  });

  test('of one object, a version that is none is refused', async () => {
    expect((await server.call('GET', `${one}?resourceVersion=x`)).code).toBe(400);
    expect((await server.call('GET', `${one}?resourceVersion=0`)).code).toBe(200);
  });

  test.each([
    ['', 200, { kind: 'Table', rows: [{ object: { kind: 'PartialObjectMetadata' } }] }],
    [
      'Bogus',
      400,
      {
        message:
          "Unable to convert to Table as requested: includeObject: Invalid value: \"Bogus\": must be 'Metadata', 'Object', 'None', or empty",
      },
    ],
  ])('a table with includeObject=%s', async (includeObject, code, body) => {
    const headers = { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const query = `includeObject=${includeObject}&fieldSelector=metadata.name%3Done`;
    const reply = await server.call('GET', `${maps}?${query}`, { headers });
    expect(reply.code).toBe(code);
    expect(reply.json).toMatchObject(body);
  });
});

describe('of writes', () => {
  const manager = (kind: string) =>
    options(
      kind,
      '[fieldManager: Invalid value: "é\\n": invalid character U+000A (at position 2), dryRun: Unsupported value: []string{"x"}: supported values: "All", fieldValidation: Unsupported value: "y": supported values: "", "Ignore", "Strict", "Warn"]',
    );
  const bad = 'fieldManager=%C3%A9%0A&dryRun=x&fieldValidation=y';
  const apply = { 'Content-Type': 'application/apply-patch+yaml' };
  const merge = { 'Content-Type': 'application/merge-patch+json' };
  test.each([
    ['POST', maps, bad, {}, manager('CreateOptions')],
    ['PUT', one, bad, {}, manager('UpdateOptions')],
    ['PATCH', one, bad, merge, manager('PatchOptions')],
    [
      'PATCH',
      one,
      'dryRun=x',
      apply,
      options(
        'PatchOptions',
        '[fieldManager: Required value: is required for apply patch, dryRun: Unsupported value: []string{"x"}: supported values: "All"]',
      ),
    ],
    [
      'DELETE',
      one,
      'dryRun=x&propagationPolicy=',
      {},
      options(
        'DeleteOptions',
        '[propagationPolicy: Unsupported value: "": supported values: "Foreground", "Background", "Orphan", "nil", dryRun: Unsupported value: []string{"x"}: supported values: "All"]',
      ),
    ],
  ])('%s %s?%s tells all that is wrong, in order', async (method, path, query, headers, message) => {
    const body = method === 'DELETE' ? undefined : { metadata: { name: 'one' } };
    expect((await server.call(method, `${path}?${query}`, { body, headers })).json).toMatchObject({
      code: 422,
      message,
    });
  });

  test.each([['uid=x'], ['resourceVersion=1']])('DELETE ?%s is a precondition', async (query) => {
    expect((await server.call('DELETE', `${one}?${query}`)).json).toMatchObject({ code: 409, reason: 'Conflict' });
  });

  test('options that are null are none', async () => {
    expect((await server.call('DELETE', `${maps}/none`, { body: 'null' })).code).toBe(404);
  });

  test('a precondition of the wrong type is refused', async () => {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 7 } };
    expect((await server.call('DELETE', one, { body })).json).toMatchObject({ code: 400, reason: 'BadRequest' });
  });
});

test.each([
  ['sinceTime=x', 400, 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
  ['sinceTime=2020-01-01', 400, 'parsing time "2020-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'],
  [
    'sinceTime=2020-01-01T00:00:00Z&sinceSeconds=1',
    422,
    'PodLogOptions "web" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
  ],
  ['tailLines=', 400, syntax('')],
])('a log ?%s: %i', async (query, code, message) => {
  const reply = await server.call('GET', `/api/v1/namespaces/asked/pods/web/log?${query}`);
  expect(reply.json).toMatchObject({ code, message });
});

test.each([
  ['binding', { kind: 'Binding', metadata: {}, target: { kind: 'Node', name: 'n' } }, 'Binding'],
  ['binding', { kind: 'Binding', metadata: { name: 'x' }, target: { kind: 'Node', name: 'n' } }, 'Binding'],
  ['eviction', { kind: 'Eviction', metadata: {} }, 'Eviction'],
])('%s of %j is of another pod than the path', async (subresource, body, kind) => {
  const path = `/api/v1/namespaces/asked/pods/web/${subresource}`;
  expect((await server.call('POST', path, { body })).json).toMatchObject({
    code: 400,
    message: `name in URL does not match name in ${kind} object`,
  });
});

test('a body of no type is JSON', async () => {
  const headers = { 'Content-Type': '' };
  const reply = await server.call('POST', `${maps}?dryRun=All`, { body: { metadata: { name: 'two' } }, headers });
  expect(reply.code).toBe(201);
});

test('a patch of another type than the kind takes', async () => {
  expect((await server.call('PATCH', one, { body: {}, headers: { 'Content-Type': 'text/plain' } })).json).toMatchObject(
    {
      code: 415,
      message: '415: Unsupported Media Type',
    },
  );
});

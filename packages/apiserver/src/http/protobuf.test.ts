import { request } from 'node:https';
import { decodeProtobuf, leases, pods } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { valuesUnder } from '../testing/protobuf-fields.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const namespace = 'protobuf';
const protobuf = 'application/vnd.kubernetes.protobuf';
const metadataOnly = `${protobuf};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;
const base = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.test.namespace(namespace);
  for (const name of ['a', 'b']) {
    const spec = { holderIdentity: name, renewTime: '2024-01-01T00:00:00.000123Z', leaseTransitions: 0 };
    await server.test.api.create(server.test.admin, leases, { namespace }, { metadata: { name }, spec });
  }
});
afterAll(() => server[Symbol.asyncDispose]());

interface Reply {
  readonly code: number;
  readonly type: string;
  readonly body: Buffer;
}

/** Resolves when the answer is over, or has so many bytes. */
function call(
  path: string,
  { accept = protobuf, method = 'GET', until = Number.POSITIVE_INFINITY } = {},
): Promise<Reply> {
  const { ca, admin } = server.credentials;
  return new Promise((resolve, reject) => {
    const sent = request(`${server.address}${path}`, { ca, ...admin, method, headers: { accept } }, (answer) => {
      let body = Buffer.alloc(0);
      const done = () => {
        resolve({ code: answer.statusCode!, type: answer.headers['content-type']!, body });
        sent.destroy();
      };
      answer.on('data', (chunk: Buffer) => {
        body = Buffer.concat([body, chunk]);
        if (body.length >= until) done();
      });
      answer.on('end', done).on('error', done);
    });
    sent.on('error', reject).end();
  });
}

const lease = { kind: 'Lease', type: leases.type };
const stored = (name: string) => server.test.api.get(server.test.admin, leases, { namespace, name });
const statusType = { kind: 'Status', type: 'io.k8s.apimachinery.pkg.apis.meta.v1.Status' };

describe('what a client that prefers protobuf gets', () => {
  test('an object', async () => {
    const { code, type, body } = await call(`${base}/a`, { accept: `${protobuf},application/json` });
    expect([code, type]).toEqual([200, protobuf]);
    expect(decodeProtobuf(body, lease)).toEqual(await stored('a'));
  });

  test('a list', async () => {
    const { body } = await call(base);
    const list = decodeProtobuf(body, { kind: 'LeaseList', type: 'io.k8s.api.coordination.v1.LeaseList' });
    const plain = async (name: string) => {
      const { kind: _, apiVersion: __, ...rest } = await stored(name);
      return rest;
    };
    expect(list).toEqual({
      kind: 'LeaseList',
      apiVersion: 'coordination.k8s.io/v1',
      metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
      items: [await plain('a'), await plain('b')],
    });
  });

  test('metadata alone', async () => {
    const { body } = await call(`${base}/a`, { accept: metadataOnly });
    expect(valuesUnder(body.subarray(4), [1, 2]).map(String)).toEqual(['PartialObjectMetadata']);
    const { kind: _, apiVersion: __, ...found } = decodeProtobuf(body, lease) as Record<string, unknown>;
    expect(found).toEqual({ metadata: (await stored('a')).metadata });
  });

  test('a Table as JSON', async () => {
    const table = 'as=Table;g=meta.k8s.io;v=v1';
    const { type } = await call(base, { accept: `${protobuf};${table},application/json;${table}` });
    expect(type).toBe('application/json');
  });

  test('an error', async () => {
    const { code, type, body } = await call(`${base}/none`);
    expect([code, type]).toEqual([404, protobuf]);
    expect(decodeProtobuf(body, statusType)).toMatchObject({ kind: 'Status', reason: 'NotFound', code: 404 });
  });

  test('the end of an object', async () => {
    await server.test.api.create(server.test.admin, leases, { namespace }, { metadata: { name: 'gone' } });
    const { body } = await call(`${base}/gone`, { method: 'DELETE' });
    expect(decodeProtobuf(body, statusType)).toMatchObject({ status: 'Success', details: { name: 'gone' } });
  });

  test('a scale, which is of another kind than its path', async () => {
    const path = `/api/v1/namespaces/${namespace}/replicationcontrollers`;
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'm', image: 'i' }] } };
    await server.call('POST', path, { body: { metadata: { name: 'rc' }, spec: { replicas: 3, template } } });
    const { body } = await call(`${path}/rc/scale`);
    const scale = decodeProtobuf(body, { kind: 'Scale', type: 'io.k8s.api.autoscaling.v1.Scale' });
    expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 3 }, status: { selector: 'a=b' } });
  });
});

describe('a watch', () => {
  /** The first event: after its length, a message of its type and of the document. */
  function firstEvent({ body }: Reply) {
    const event = body.subarray(4, 4 + body.readUInt32BE());
    const [document] = valuesUnder(event, [2, 1]) as Buffer[];
    return { type: String(valuesUnder(event, [1])[0]), document: document! };
  }

  test('is a row of messages with their lengths before them', async () => {
    const reply = await call(`${base}?watch=true`, { until: 100 });
    expect(reply.type).toBe(`${protobuf};stream=watch`);
    const { type, document } = firstEvent(reply);
    expect(type).toBe('ADDED');
    expect(decodeProtobuf(document, lease)).toEqual(await stored('a'));
  });

  test('of metadata', async () => {
    const { document } = firstEvent(await call(`${base}?watch=true`, { accept: metadataOnly, until: 100 }));
    expect(decodeProtobuf(document, lease)).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
  });

  test('says at its end why it could not go on', async () => {
    const { type, document } = firstEvent(await call(`${base}?watch=true&resourceVersion=9999999`, { until: 4 }));
    expect(type).toBe('ERROR');
    expect(decodeProtobuf(document, statusType)).toMatchObject({ reason: 'Timeout', code: 504 });
  });
});

test('objects go in and come out in the same form', async () => {
  const container = { name: 'm', image: 'i', ports: [{ containerPort: 80 }], env: [{ name: 'A', value: 'b' }] };
  const made = await server.test.api.create(
    server.test.admin,
    pods,
    { namespace },
    { metadata: { name: 'p' }, spec: { containers: [container], nodeSelector: { disk: 'ssd' } } },
  );
  const { body } = await call(`/api/v1/namespaces/${namespace}/pods/p`);
  expect(decodeProtobuf(body, { kind: 'Pod', type: pods.type })).toEqual(made);
});

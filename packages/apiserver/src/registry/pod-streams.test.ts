// Logs and execs up to the port: which container on which node is meant, and what is refused.
import { type ChannelStream, type LogOptions, nodes, pods } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PodStreams, StreamTarget } from '../streams/port.ts';
import { startTestApi, type TestApi } from '../testing/index.ts';

const asked: { target: StreamTarget; options: { container?: string } }[] = [];
const silence = { send() {}, close() {}, async *[Symbol.asyncIterator]() {} } satisfies ChannelStream;
const ports: string[] = [];
const streams: PodStreams = {
  async log(target, options) {
    asked.push({ target, options });
    return (async function* () {
      yield Buffer.from('hello');
    })();
  },
  async exec(target, options) {
    asked.push({ target, options });
    return silence;
  },
  async attach(target, options) {
    asked.push({ target, options });
    return silence;
  },
  async connect({ pod, node }, port) {
    ports.push(`${pod.metadata.name} on ${node.metadata.name}: ${port}`);
    return silence;
  },
  read: () => Promise.reject(new Error('nobody measures here')),
  connectAgent: () => Promise.reject(new Error('nobody asks for the agent itself here')),
};

let t: TestApi;
const namespace = 'default';
const { signal } = new AbortController();

beforeAll(async () => {
  t = await startTestApi({ streams });
  await t.api.create(t.admin, nodes, {}, { metadata: { name: 'n1' } });
  await pod('one', ['main']);
  await pod('two', ['a', 'b'], { initContainers: [{ name: 'setup', image: 'x' }] });
  await pod('marked', ['a', 'b'], {}, { 'kubectl.kubernetes.io/default-container': 'b' });
  await pod('pending', ['main'], { nodeName: undefined });
  await pod('lost', ['main'], { nodeName: 'gone' });
  await pod('done', ['main']);
  const phase = { type: 'application/merge-patch+json', body: { status: { phase: 'Succeeded' } } } as const;
  await t.api.patch(t.admin, pods, { namespace, name: 'done', subresource: 'status' }, phase);
});
afterAll(() => t.close());

function pod(name: string, containers: string[], spec: object = {}, annotations: object = {}) {
  const body = {
    metadata: { name, annotations },
    spec: { nodeName: 'n1', containers: containers.map((container) => ({ name: container, image: 'x' })), ...spec },
  };
  return t.api.create(t.admin, pods, { namespace }, body);
}

async function log(name: string, options: LogOptions = {}): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await t.api.log(t.admin, { namespace, name }, options, signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function exec(name: string, container?: string) {
  return t.api.exec(t.admin, { namespace, name }, { container, command: ['ls'] }, signal);
}

function attach(name: string, container?: string) {
  return t.api.attach(t.admin, { namespace, name }, { container, stdin: true }, signal);
}

describe('the container', () => {
  test.each([
    { name: 'one', container: undefined, expected: 'main' },
    { name: 'two', container: 'b', expected: 'b' },
    { name: 'two', container: 'setup', expected: 'setup' },
    { name: 'marked', container: undefined, expected: 'b' },
    { name: 'marked', container: 'a', expected: 'a' },
  ])('$container of pod $name is $expected', async ({ name, container, expected }) => {
    expect(await log(name, { container, tailLines: 5 })).toBe('hello');
    const { target, options } = asked.at(-1)!;
    expect(target).toMatchObject({ container: expected, node: { metadata: { name: 'n1' } } });
    expect(target.pod.metadata.name).toBe(name);
    expect(options).toEqual({ container: expected, tailLines: 5 });
    await exec(name, container);
    expect(asked.at(-1)!.target.container).toBe(expected);
    await attach(name, container);
    expect(asked.at(-1)!).toEqual({ target, options: { container: expected, stdin: true } });
  });
});

test('a port is forwarded to the pod on its node', async () => {
  const { connect } = await t.api.portForward(t.admin, { namespace, name: 'one' }, {}, signal);
  await connect(80);
  await connect(81);
  expect(ports).toEqual(['one on n1: 80', 'one on n1: 81']);
});

describe('what is refused', () => {
  test.each([
    {
      name: 'two',
      container: undefined,
      code: 400,
      message:
        'a container name must be specified for pod two, choose one of: [a b] or one of the init containers: [setup]',
    },
    { name: 'one', container: 'x', code: 400, message: 'container x is not valid for pod one' },
    { name: 'lost', container: undefined, code: 404, message: 'nodes "gone" not found' },
    { name: 'none', container: undefined, code: 404, message: 'pods "none" not found' },
  ])('$container of pod $name: $message', async ({ name, container, code, message }) => {
    await expect(log(name, { container })).rejects.toMatchObject({ code, message });
    await expect(exec(name, container)).rejects.toMatchObject({ code, message });
  });

  test('exec where nothing runs', async () => {
    await expect(exec('done')).rejects.toMatchObject({
      code: 400,
      message: 'cannot exec into a container in a completed pod; current phase is Succeeded',
    });
    await expect(exec('pending')).rejects.toMatchObject({
      code: 400,
      message: 'pod pending does not have a host assigned',
    });
  });

  test('attach and port-forward where nothing runs', async () => {
    await expect(attach('done')).rejects.toMatchObject({
      code: 400,
      message: 'cannot attach to a container in a completed pod; current phase is Succeeded',
    });
    await expect(t.api.portForward(t.admin, { namespace, name: 'done' }, {}, signal)).rejects.toMatchObject({
      code: 400,
      message: 'cannot forward ports of a completed pod; current phase is Succeeded',
    });
  });

  test('users who may not', async () => {
    const user = { name: 'x', groups: [] };
    await expect(t.api.exec(user, { namespace, name: 'one' }, { command: ['ls'] }, signal)).rejects.toMatchObject({
      code: 403,
      message:
        'pods "one" is forbidden: User "x" cannot create resource "pods/exec" in API group "" in the namespace "default"',
    });
  });
});

test('the log of a pod that waits for a node is empty, that of a finished one is not', async () => {
  expect(await log('pending')).toBe('');
  expect(await log('done')).toBe('hello');
});

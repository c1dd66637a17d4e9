// A log from the node to the browser: over the real core of the API server, whose streams the test writes.
import { type New, type Node, nodes, type Pod, pods } from '@berth/objects';
import { afterEach, expect, test } from 'vitest';
import { readLog, startTestGateway, type TestGateway, type TestStreams } from './testing/test-gateway.ts';

let running: TestGateway;

afterEach(() => running[Symbol.asyncDispose]());

const pod: New<Pod> = {
  metadata: { name: 'web-1', namespace: 'default' },
  spec: { nodeName: 'node-0', containers: [{ name: 'main', image: 'berth/hello' }] },
};

async function start(streams: TestStreams): Promise<void> {
  running = await startTestGateway({ streams });
  await running.client.create(nodes, { metadata: { name: 'node-0' }, spec: {} } as New<Node>);
  await running.client.create(pods, pod);
}

function streamsOf(log: (signal: AbortSignal) => AsyncIterable<Uint8Array>): TestStreams {
  const nobody = () => Promise.reject(new Error('nobody asks for anything but logs here'));
  return {
    log: async (_pod, _options, signal) => log(signal),
    exec: nobody,
    attach: nobody,
    connect: nobody,
    connectAgent: nobody,
    read: nobody,
  };
}

async function* chunks(count: number): AsyncIterable<Uint8Array> {
  for (let n = 0; n < count; n++) {
    yield new TextEncoder().encode(Array.from({ length: 100 }, (_, line) => `line ${n * 100 + line}\n`).join(''));
  }
}

test('50,000 lines at once come in order, none dropped, and then the end', async () => {
  await start(streamsOf(() => chunks(500)));
  const socket = (await running.signedIn()).socket();
  const frames = await readLog(socket, 'l', { namespace: 'default', pod: 'web-1' });
  const lines = frames.flatMap((frame) => (frame.kind === 'lines' ? frame.lines : []));
  expect(frames.filter(({ kind }) => kind === 'dropped')).toEqual([]);
  expect(lines).toHaveLength(50_000);
  expect(lines.every((line, n) => line === `line ${n}`)).toBe(true);
  expect(frames.at(-1)).toEqual({ kind: 'end', reason: 'the container ended' });
  socket.disconnect();
});

test('a browser that closes a log, and one that goes away, end it at the node', async () => {
  const open = new Set<AbortSignal>();
  let change = () => {};
  const endless = async function* (signal: AbortSignal): AsyncIterable<Uint8Array> {
    open.add(signal);
    yield new TextEncoder().encode('up\n');
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    open.delete(signal);
    change();
  };
  const left = async (count: number) => {
    while (open.size > count) {
      await new Promise<void>((resolve) => {
        change = resolve;
      });
    }
  };
  await start(streamsOf(endless));
  const socket = (await running.signedIn()).socket();
  const follow = async (id: string) => {
    const first = new Promise<void>((resolve) => socket.on('log', (of) => of === id && resolve()));
    expect(await socket.emitWithAck('openLog', id, { namespace: 'default', pod: 'web-1' })).toEqual({ ok: true });
    await first;
  };
  await follow('one');
  await follow('two');
  expect(open.size).toBe(2);
  socket.emit('close', 'one');
  await left(1);
  socket.disconnect();
  await left(0);
  expect(open.size).toBe(0);
});

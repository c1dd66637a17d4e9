import { FakeClock } from '@berth/host/testing';
import { expect, test } from 'vitest';
import { freshSpec } from '../../testing/container-specs.ts';
import { runtimeSuite } from '../../testing/runtime-suite.ts';
import { AddressPool } from './addresses.ts';
import { createSimulatedRuntime } from './simulated-runtime.ts';

runtimeSuite('simulated', async () => {
  const clock = new FakeClock();
  return {
    runtime: createSimulatedRuntime({ clock, delayMs: 10, missingImages: ['localhost:9/berth/missing:1'] }),
    network: 'simulated',
    addresses: '10.244.0.',
    async eventually(look) {
      await clock.advance(10);
      const found = await look();
      if (found === undefined) throw new Error('it did not come about');
      return found;
    },
    async close() {},
  };
});

const pod = { uid: 'u', namespace: 'default', name: 'p' };

async function startOne(annotations: Record<string, string> = {}) {
  const clock = new FakeClock();
  const runtime = createSimulatedRuntime({ clock });
  const shape = {
    hostIPC: false,
    hostPID: false,
    sysctls: {},
    memoryVolumes: [],
    gracePeriodSeconds: 30,
    hostPorts: [],
  };
  await runtime.createSandbox({ pod, hostname: 'p', network: 'simulated', annotations, ...shape });
  const { sandboxes } = await runtime.observe(pod);
  const id = await runtime.startContainer(freshSpec(pod, sandboxes[0]?.id ?? ''));
  return { clock, runtime, id };
}

async function textOf(chunks: AsyncIterable<{ readonly data: Uint8Array }>): Promise<string> {
  let text = '';
  for await (const { data } of chunks) text += Buffer.from(data).toString();
  return text;
}

const signal = new AbortController().signal;

test('a log says that the node is simulated, then what a test writes', async () => {
  const { clock, runtime, id } = await startOne();
  await clock.advance(5_000);
  runtime.writeLog(id, 'two');
  expect(await textOf(runtime.logs(id, { follow: false, timestamps: false }, signal))).toBe(
    'This node is simulated: no program runs here.\ntwo\n',
  );
  expect(await textOf(runtime.logs(id, { follow: false, timestamps: true, tailLines: 1 }, signal))).toBe(
    '2026-01-01T00:00:05.000000000Z two\n',
  );
  expect(await textOf(runtime.logs(id, { follow: false, timestamps: false, since: clock.now() }, signal))).toBe(
    'two\n',
  );
  expect(await textOf(runtime.logs(id, { follow: false, timestamps: false, tailLines: 0 }, signal))).toBe('');
});

test('annotations say how containers end', async () => {
  const annotations = { 'berth.dev/simulated-exit-code': '3', 'berth.dev/simulated-run-seconds': '60' };
  const { clock, runtime } = await startOne(annotations);
  await clock.advance(59_999);
  expect((await runtime.observe(pod)).containers[0]?.status.phase).toBe('running');
  await clock.advance(1);
  expect((await runtime.observe(pod)).containers[0]?.status).toMatchObject({ phase: 'exited', exitCode: 3 });
});

test('annotations say what containers use; without them it is nothing', async () => {
  const used = await startOne({ 'berth.dev/simulated-cpu': '250m', 'berth.dev/simulated-memory': '64Mi' });
  await used.clock.advance(10_000);
  expect(await used.runtime.usage(used.id)).toMatchObject({
    at: used.clock.now(),
    cpuNanoseconds: 2.5e9,
    memory: { workingSetBytes: 64 * 1024 * 1024 },
  });
  for (const cpu of [undefined, 'much']) {
    const annotations: Record<string, string> = cpu ? { 'berth.dev/simulated-cpu': cpu } : {};
    const { clock, runtime, id } = await startOne(annotations);
    await clock.advance(10_000);
    expect(await runtime.usage(id)).toMatchObject({ cpuNanoseconds: 0, memory: { workingSetBytes: 0 } });
  }
});

test('addresses are those of the subnet, come back when they are free, and end', () => {
  const pool = new AddressPool('10.0.0.252/30');
  expect(pool.take()).toBe('10.0.0.254');
  expect(() => pool.take()).toThrow('no address is free');
  pool.release('10.0.0.254');
  expect(pool.take()).toBe('10.0.0.254');
});

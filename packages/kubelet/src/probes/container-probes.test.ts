import { FakeClock } from '@berth/host/testing';
import type { Container, Probe } from '@berth/objects';
import { expect, test } from 'vitest';
import type { Health } from '../pod/memory.ts';
import { ContainerProbes } from './container-probes.ts';

/** `answers`: whether each probe passes at the moment. */
function probing(container: Partial<Container>, adopted?: Health) {
  const clock = new FakeClock();
  const answers = { startup: true, liveness: true, readiness: true };
  const asked: string[] = [];
  const failures: string[] = [];
  const kindOf = (probe: Probe) =>
    probe === container.startupProbe ? 'startup' : probe === container.livenessProbe ? 'liveness' : 'readiness';
  const probes = new ContainerProbes({
    container: { name: 'web', ...container },
    startedAt: clock.now(),
    adopted,
    clock,
    async check(probe) {
      const kind = kindOf(probe);
      asked.push(`${kind} ${clock.monotonic() / 1000}`);
      return { ok: answers[kind], output: 'no' };
    },
    onChange() {},
    onFailure: (kind, output) => failures.push(`${kind}: ${output}`),
    onWarning() {},
  });
  probes.start();
  return { clock, answers, asked, failures, probes };
}

test('the first readiness probe comes at its time, the others in its rhythm', async () => {
  const { clock, asked, probes } = probing({ readinessProbe: { initialDelaySeconds: 3, periodSeconds: 2 } });
  expect(probes.health).toEqual({ started: true, ready: false, failed: undefined });
  await clock.advance(7_000);
  expect(asked).toEqual(['readiness 3', 'readiness 5', 'readiness 7']);
  expect(probes.health.ready).toBe(true);
});

test.each([
  { name: 'forward', ms: 3_600_000 },
  { name: 'back', ms: -3_600_000 },
])('a wall clock that is set an hour $name changes no rhythm', async ({ ms }) => {
  const { clock, asked } = probing({ readinessProbe: { periodSeconds: 2 } });
  await clock.advance(2_000);
  clock.set(ms);
  await clock.advance(4_000);
  expect(asked).toEqual(['readiness 0', 'readiness 2', 'readiness 4', 'readiness 6']);
});

test('thresholds count results in a row', async () => {
  const { clock, answers, failures, probes } = probing({
    readinessProbe: { periodSeconds: 1, failureThreshold: 3, successThreshold: 2 },
  });
  const step = async (ok: boolean) => {
    answers.readiness = ok;
    await clock.advance(1_000);
    return probes.health.ready;
  };
  await clock.advance(0);
  const seen = [];
  for (const ok of [true, false, false, true, false, false, false, true, true]) seen.push(await step(ok));
  expect(seen).toEqual([true, true, true, true, true, true, false, false, true]);
  expect(failures).toHaveLength(5);
});

test('a failed liveness probe ends the probing', async () => {
  const { clock, answers, asked, probes } = probing({
    livenessProbe: { periodSeconds: 1, failureThreshold: 2 },
    readinessProbe: { periodSeconds: 1 },
  });
  await clock.advance(1_000);
  answers.liveness = false;
  await clock.advance(10_000);
  expect(probes.health).toEqual({ started: true, ready: false, failed: 'liveness' });
  expect(asked.filter((line) => line.startsWith('liveness'))).toHaveLength(4);
  expect(clock.waiting).toBe(0);
});

test('the startup probe holds the others back', async () => {
  const { clock, answers, asked, probes } = probing({
    startupProbe: { periodSeconds: 1, failureThreshold: 5 },
    livenessProbe: { periodSeconds: 1 },
  });
  answers.startup = false;
  await clock.advance(2_000);
  expect(probes.health.started).toBe(false);
  answers.startup = true;
  await clock.advance(2_000);
  expect(probes.health.started).toBe(true);
  expect(asked).toEqual(['startup 0', 'startup 1', 'startup 2', 'startup 3', 'liveness 3', 'liveness 4']);
});

test('a startup probe that never passes fails the container', async () => {
  const { clock, answers, probes } = probing({ startupProbe: { periodSeconds: 1, failureThreshold: 3 } });
  answers.startup = false;
  await clock.advance(2_000);
  expect(probes.health.failed).toBe('startup');
});

test('what was ready before the agent was restarted stays so until a probe says otherwise', async () => {
  const adopted = { started: true, ready: true, failed: undefined };
  const { clock, answers, probes } = probing({ startupProbe: {}, readinessProbe: { periodSeconds: 1 } }, adopted);
  answers.readiness = false;
  expect(probes.health).toEqual(adopted);
  await clock.advance(2_000);
  expect(probes.health.ready).toBe(false);
});

test('a probe without an answer fails when its time is over', async () => {
  const clock = new FakeClock();
  const failures: string[] = [];
  const probes = new ContainerProbes({
    container: { name: 'web', livenessProbe: { timeoutSeconds: 2, failureThreshold: 1 } },
    startedAt: clock.now(),
    adopted: undefined,
    clock,
    check: (_probe, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ ok: false, output: 'timed out' }));
      }),
    onChange() {},
    onFailure: (kind, output) => failures.push(`${kind}: ${output}`),
    onWarning() {},
  });
  probes.start();
  await clock.advance(2_000);
  expect(failures).toEqual(['liveness: timed out']);
  expect(probes.health.failed).toBe('liveness');
});

test('a probe that passes with a warning passes, and is told of', async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const probes = new ContainerProbes({
    container: { name: 'web', readinessProbe: {} },
    startedAt: clock.now(),
    adopted: undefined,
    clock,
    check: async () => ({ ok: true, warning: true, output: 'led elsewhere' }),
    onChange() {},
    onFailure: (kind, output) => told.push(`${kind} failed: ${output}`),
    onWarning: (kind, output) => told.push(`${kind}: ${output}`),
  });
  probes.start();
  await clock.advance(0);
  expect(told).toEqual(['readiness: led elsewhere']);
  expect(probes.health.ready).toBe(true);
});

test('a container that is gone is not probed', async () => {
  const { clock, asked, probes } = probing({ livenessProbe: { periodSeconds: 1 } });
  await clock.advance(1_000);
  probes.stop();
  await clock.advance(10_000);
  expect(asked).toHaveLength(2);
});

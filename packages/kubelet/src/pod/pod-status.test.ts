import type { Container, Pod } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import type { PodState } from '../runtime/port.ts';
import {
  exited,
  instanceOf,
  memoryOf,
  now,
  podOf,
  type Remembered,
  running,
  sandbox,
  stateOf,
} from '../testing/pods.ts';
import { type PodStatusView, podStatus } from './pod-status.ts';

const web: Container = { name: 'web', image: 'web:1' };
const side: Container = { name: 'side', image: 'side:1' };
const setup: Container = { name: 'setup', image: 'setup:1' };
const time = '2026-01-01T00:00:00Z';

function statusOf(
  pod: Pod,
  observed: PodState,
  { memory, ...changes }: Partial<Omit<PodStatusView, 'memory'>> & { readonly memory?: Remembered } = {},
) {
  return podStatus({
    pod,
    observed,
    memory: memoryOf(memory),
    runtimeName: 'docker',
    now,
    hostIP: '192.0.2.1',
    startTime: now,
    ended: false,
    reported: undefined,
    ...changes,
  });
}

const phases: [string, Pod, PodState, Partial<PodStatusView>, string][] = [
  ['nothing yet', podOf(), stateOf([], []), {}, 'Pending'],
  ['running', podOf(), stateOf([instanceOf(web, running)]), {}, 'Running'],
  ['one of two', podOf({ containers: [web, side] }), stateOf([instanceOf(web, running)]), {}, 'Pending'],
  ['init container at work', podOf({ initContainers: [setup] }), stateOf([instanceOf(setup, running)]), {}, 'Pending'],
  ['crashed, to be restarted', podOf(), stateOf([instanceOf(web, exited(1))]), {}, 'Running'],
  ['done', podOf({ restartPolicy: 'Never' }), stateOf([instanceOf(web, exited(0))]), {}, 'Succeeded'],
  ['failed', podOf({ restartPolicy: 'Never' }), stateOf([instanceOf(web, exited(1))]), {}, 'Failed'],
  [
    'failed, to be repeated',
    podOf({ restartPolicy: 'OnFailure' }),
    stateOf([instanceOf(web, exited(1))]),
    {},
    'Running',
  ],
  [
    'one failed while another runs',
    podOf({ containers: [web, side], restartPolicy: 'Never' }),
    stateOf([instanceOf(web, exited(1)), instanceOf(side, running)]),
    {},
    'Running',
  ],
  [
    'failed init container',
    podOf({ initContainers: [setup], restartPolicy: 'Never' }),
    stateOf([instanceOf(setup, exited(2))]),
    {},
    'Failed',
  ],
  ['ended by request, cleanly', podOf(), stateOf([instanceOf(web, exited(0))]), { ended: true }, 'Succeeded'],
  ['ended by request, killed', podOf(), stateOf([instanceOf(web, exited(137))]), { ended: true }, 'Failed'],
  ['ended before it began', podOf(), stateOf([], []), { ended: true }, 'Failed'],
  ['terminal before', podOf({}, { phase: 'Succeeded' }), stateOf([], []), {}, 'Succeeded'],
];

test.each(phases)('phase: %s', (_name, pod, observed, changes, phase) => {
  expect(statusOf(pod, observed, { ...changes, memory: {} }).phase).toBe(phase);
});

describe('container statuses', () => {
  test('of a container that is being created', () => {
    const status = statusOf(podOf(), stateOf()).containerStatuses?.[0];
    expect(status).toEqual({
      name: 'web',
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: {},
      ready: false,
      started: false,
      restartCount: 0,
      image: 'web:1',
      imageID: '',
    });
  });

  test('of a container behind init containers', () => {
    const status = statusOf(podOf({ initContainers: [setup] }), stateOf([instanceOf(setup, running)]));
    expect(status.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
    expect(status.initContainerStatuses?.[0]?.state?.running).toBeDefined();
  });

  test('of a container that runs after a crash', () => {
    const observed = stateOf([
      instanceOf(web, running, { id: 'new', restartCount: 3 }),
      instanceOf(
        web,
        {
          ...exited(137),
          phase: 'exited',
          oomKilled: true,
          exitCode: 137,
          startedAt: now - 9_000,
          finishedAt: now - 8_000,
        },
        { id: 'old', restartCount: 2 },
      ),
    ]);
    const memory = { terminationMessages: new Map([['old', 'too big']]) };
    expect(statusOf(podOf(), observed, { memory }).containerStatuses?.[0]).toEqual({
      name: 'web',
      state: { running: { startedAt: '2025-12-31T23:59:00Z' } },
      lastState: {
        terminated: {
          exitCode: 137,
          reason: 'OOMKilled',
          message: 'too big',
          startedAt: '2025-12-31T23:59:51Z',
          finishedAt: '2025-12-31T23:59:52Z',
          containerID: 'docker://old',
        },
      },
      ready: true,
      started: true,
      restartCount: 3,
      image: 'web:1',
      imageID: 'docker://web:1',
      containerID: 'docker://new',
    });
  });

  test('of a container that backs off', () => {
    const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 10s' };
    const memory = { containers: { web: { waiting } } };
    const status = statusOf(podOf(), stateOf([instanceOf(web, exited(1))]), { memory }).containerStatuses?.[0];
    expect(status).toMatchObject({
      state: { waiting },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
      ready: false,
    });
  });

  test('of a container that the runtime has lost after the pod was done', () => {
    const before = {
      name: 'web',
      image: 'web:1',
      imageID: 'x',
      ready: false,
      restartCount: 1,
      state: { terminated: { exitCode: 0 } },
    };
    const status = statusOf(podOf({}, { phase: 'Succeeded', containerStatuses: [before] }), stateOf([], []));
    expect(status.containerStatuses).toEqual([{ ...before, started: false }]);
  });
});

describe('conditions', () => {
  const conditionsOf = (status: Pod['status']) =>
    Object.fromEntries(
      (status?.conditions ?? []).map(({ type, status, reason }) => [type, reason ? `${status} ${reason}` : status]),
    );

  test('of a pod that is ready', () => {
    expect(conditionsOf(statusOf(podOf(), stateOf([instanceOf(web, running)])))).toEqual({
      PodReadyToStartContainers: 'True',
      Initialized: 'True',
      Ready: 'True',
      ContainersReady: 'True',
      PodScheduled: 'True',
    });
  });

  test('of a pod whose probe does not pass', () => {
    const memory = { health: new Map([['web-0', { started: true, ready: false, failed: undefined }]]) };
    const status = statusOf(podOf(), stateOf([instanceOf(web, running)]), { memory });
    expect(conditionsOf(status)).toMatchObject({
      Ready: 'False ContainersNotReady',
      ContainersReady: 'False ContainersNotReady',
    });
    expect(status.conditions?.[2]?.message).toBe('containers with unready status: [web]');
  });

  test('of a pod that is being set up', () => {
    const status = statusOf(podOf({ initContainers: [setup] }), stateOf([instanceOf(setup, running)]));
    expect(conditionsOf(status)).toMatchObject({ Initialized: 'False ContainersNotInitialized' });
  });

  test('of a pod that is done', () => {
    const status = statusOf(
      podOf({ restartPolicy: 'Never' }),
      stateOf([instanceOf(web, exited(0))], [{ ...sandbox, ready: false }]),
    );
    expect(conditionsOf(status)).toMatchObject({ Ready: 'False PodCompleted', PodReadyToStartContainers: 'False' });
  });

  test('behind a gate that others hold', () => {
    const spec = { readinessGates: [{ conditionType: 'berth.dev/gate' }] };
    const observed = stateOf([instanceOf(web, running)]);
    expect(conditionsOf(statusOf(podOf(spec), observed))).toMatchObject({
      Ready: 'False ReadinessGatesNotReady',
      ContainersReady: 'True',
    });
    const opened = podOf(spec, { conditions: [{ type: 'berth.dev/gate', status: 'True' }] });
    expect(conditionsOf(statusOf(opened, observed))).toMatchObject({ Ready: 'True' });
  });

  test('keep the time of their last change', () => {
    const lastTransitionTime = '2020-01-01T00:00:00Z';
    const before = [
      { type: 'Ready', status: 'True' as const, lastTransitionTime },
      { type: 'Initialized', status: 'False' as const, lastTransitionTime },
    ];
    const { conditions } = statusOf(podOf({}, { conditions: before }), stateOf([instanceOf(web, running)]));
    expect(conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime).toBe(lastTransitionTime);
    expect(conditions?.find(({ type }) => type === 'Initialized')?.lastTransitionTime).toBe(time);
  });
});

test('ephemeral containers have statuses of their own, and no part in the phase', () => {
  const debug = { name: 'debug', image: 'tools:1' };
  const pod = podOf({ ephemeralContainers: [debug, { name: 'next', image: 'tools:1' }] });
  const observed = stateOf([instanceOf(web, running), instanceOf(debug, exited(2))]);
  const status = statusOf(pod, observed);
  expect(status.phase).toBe('Running');
  expect(status.containerStatuses).toHaveLength(1);
  expect(status.ephemeralContainerStatuses).toMatchObject([
    { name: 'debug', ready: false, restartCount: 0, state: { terminated: { exitCode: 2 } } },
    { name: 'next', ready: false, state: { waiting: { reason: 'ContainerCreating' } } },
  ]);
});

test('a pod on the node’s network has the node’s address', () => {
  const observed = stateOf([instanceOf(web, running)], [{ ...sandbox, address: undefined }]);
  expect(statusOf(podOf({ hostNetwork: true }), observed)).toMatchObject({ podIP: '192.0.2.1', hostIP: '192.0.2.1' });
});

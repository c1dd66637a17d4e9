import type { Container, Pod } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import type { ContainerPhase, ContainerState, PodState, SandboxState } from '../runtime/port.ts';
import { specHash } from './container-spec.ts';
import { type Desired, decide } from './decide.ts';
import { type ContainerMemory, freshContainer, type PodMemory } from './memory.ts';

const now = 1_000_000;
const web: Container = { name: 'web', image: 'web:1' };
const side: Container = { name: 'side', image: 'side:1' };
const setup: Container = { name: 'setup', image: 'setup:1' };
const proxy: Container = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' };

const sandbox: SandboxState = { id: 's1', ready: true, createdAt: 1, address: '10.0.0.2', gracePeriodSeconds: 30 };
const running: ContainerPhase = { phase: 'running', startedAt: now - 60_000 };

function exited(exitCode: number, secondsAgo = 60): ContainerPhase {
  const finishedAt = now - secondsAgo * 1000;
  return { phase: 'exited', startedAt: finishedAt - 1000, finishedAt, exitCode, oomKilled: false };
}

function pod(spec: Partial<Pod['spec']> = {}, status: Pod['status'] = {}): Pod {
  const metadata = { name: 'p', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [web], ...spec }, status };
}

function instance(container: Container, status: ContainerPhase, changes: Partial<ContainerState> = {}): ContainerState {
  const { name, image = '' } = container;
  const identity = { id: `${name}-0`, name, sandboxId: 's1', restartCount: 0, specHash: specHash(container) };
  return { ...identity, image, imageId: `docker://${image}`, createdAt: 1, status, ...changes };
}

function state(containers: readonly ContainerState[] = [], sandboxes: readonly SandboxState[] = [sandbox]): PodState {
  return { pod: { uid: 'u', namespace: 'default', name: 'p' }, sandboxes, containers };
}

interface Remembered {
  readonly containers?: Readonly<Record<string, Partial<ContainerMemory>>>;
  readonly stopping?: PodMemory['stopping'];
  readonly health?: PodMemory['health'];
  readonly volumes?: PodMemory['volumes'];
  readonly sandbox?: PodMemory['sandbox'];
}

function memory(remembered: Remembered = {}): PodMemory {
  const containers = Object.entries(remembered.containers ?? {}).map(([name, known]): [string, ContainerMemory] => [
    name,
    { ...freshContainer, ...known },
  ]);
  return {
    containers: new Map(containers),
    stopping: remembered.stopping ?? new Map(),
    health: remembered.health ?? new Map(),
    terminationMessages: new Map(),
    volumes: remembered.volumes ?? { state: 'ready' },
    sandbox: remembered.sandbox ?? { state: 'due' },
  };
}

const present = { image: { state: 'present' } } as const;
const stopping = { since: now - 5_000, graceMs: 30_000, hook: 'done', signalled: true } as const;

interface Case {
  readonly name: string;
  readonly pod?: Pod;
  readonly observed: PodState;
  readonly memory?: Remembered;
  readonly expected: object;
}

const runCases: Case[] = [
  {
    name: 'volumes come first',
    observed: state([], []),
    memory: { volumes: { state: 'due' } },
    expected: { do: 'prepareVolumes' },
  },
  {
    name: 'volumes that failed are tried again when their time comes',
    observed: state([], []),
    memory: { volumes: { state: 'failed', until: now + 5 } },
    expected: { do: 'wait', until: now + 5 },
  },
  {
    name: 'volumes that failed do not disturb what runs',
    observed: state([instance(web, running)]),
    memory: { volumes: { state: 'failed', until: now + 5 } },
    expected: { do: 'wait', until: now + 5 },
  },
  { name: 'then the sandbox', observed: state([], []), expected: { do: 'createSandbox' } },
  {
    name: 'a sandbox that could not be made is tried again later',
    observed: state([], []),
    memory: { sandbox: { state: 'failed', until: now + 9 } },
    expected: { do: 'wait', until: now + 9 },
  },
  { name: 'then the image', observed: state(), expected: { do: 'ensureImage', container: web } },
  {
    name: 'a pull is waited for',
    observed: state(),
    memory: { containers: { web: { image: { state: 'pulling' } } } },
    expected: { do: 'wait' },
  },
  {
    name: 'then the container',
    observed: state(),
    memory: { containers: { web: present } },
    expected: { do: 'startContainer', container: web, sandboxId: 's1', restartCount: 0 },
  },
  { name: 'what runs is left alone', observed: state([instance(web, running)]), expected: { do: 'wait' } },
  {
    name: 'a container that lacks something is tried again later',
    observed: state(),
    memory: { containers: { web: { retryAt: now + 7 } } },
    expected: { do: 'wait', until: now + 7 },
  },
  {
    name: 'the first crash is followed at once',
    observed: state([instance(web, exited(1, 0))]),
    memory: { containers: { web: present } },
    expected: { do: 'startContainer', container: web, sandboxId: 's1', restartCount: 1 },
  },
  {
    name: 'the second is held back, which is reported once',
    observed: state([instance(web, exited(1, 4), { restartCount: 1 })]),
    memory: { containers: { web: { ...present, crashBackOff: { delayMs: 10_000, since: now - 5_000 } } } },
    expected: { do: 'noteBackOff', container: web, of: 'crash', delayMs: 10_000 },
  },
  {
    name: 'and then waited for',
    observed: state([instance(web, exited(1, 4), { restartCount: 1 })]),
    memory: {
      containers: { web: { ...present, notedBackOff: 'web-0', crashBackOff: { delayMs: 10_000, since: now - 5_000 } } },
    },
    expected: { do: 'wait', until: now + 6_000 },
  },
  {
    name: 'a count goes on from the API when the containers were lost',
    pod: pod(
      {},
      {
        containerStatuses: [
          { name: 'web', image: '', imageID: '', ready: true, restartCount: 4, containerID: 'docker://x' },
        ],
      },
    ),
    observed: state(),
    memory: { containers: { web: present } },
    expected: { do: 'startContainer', container: web, sandboxId: 's1', restartCount: 5 },
  },
  {
    name: 'the policy OnFailure leaves a success alone',
    pod: pod({ containers: [web, side], restartPolicy: 'OnFailure' }),
    observed: state([instance(web, exited(0)), instance(side, running)]),
    expected: { do: 'wait' },
  },
  {
    name: 'a pod that is done gives its sandbox up',
    pod: pod({ restartPolicy: 'Never' }),
    observed: state([instance(web, exited(1))]),
    expected: { do: 'stopSandbox', id: 's1' },
  },
  {
    name: 'a pod that the API knows as done never runs again, whatever was lost',
    pod: pod({ restartPolicy: 'Never' }, { phase: 'Succeeded' }),
    observed: state([], []),
    expected: { do: 'wait' },
  },
  {
    name: 'a new image replaces the container',
    observed: state([instance({ ...web, image: 'web:0' }, running)]),
    expected: {
      do: 'beginStop',
      stops: [{ container: { name: 'web' }, message: 'Container web definition changed, will be restarted' }],
    },
  },
  {
    name: 'a failed liveness probe stops the container',
    observed: state([instance(web, running)]),
    memory: { health: new Map([['web-0', { started: true, ready: false, failed: 'liveness' }]]) },
    expected: { do: 'beginStop', stops: [{ message: 'Container web failed liveness probe, will be restarted' }] },
  },
  {
    name: 'stopping one container does not hold up another',
    pod: pod({ containers: [web, side] }),
    observed: state([instance(web, running)]),
    memory: { stopping: new Map([['web-0', stopping]]), containers: { side: present } },
    expected: { do: 'startContainer', container: side },
  },
  {
    name: 'what ran in a lost sandbox is stopped',
    observed: state([instance(web, running)], [{ ...sandbox, ready: false }]),
    expected: { do: 'beginStop', stops: [{ graceMs: 2_000 }] },
  },
  {
    name: 'then the lost sandbox is removed',
    observed: state([instance(web, exited(137))], [{ ...sandbox, ready: false }]),
    expected: { do: 'removeSandbox', id: 's1' },
  },
  {
    name: 'of dead containers two are kept',
    observed: state([
      instance(web, running, { id: 'w3', restartCount: 3 }),
      instance(web, exited(1), { id: 'w2', restartCount: 2 }),
      instance(web, exited(1), { id: 'w1', restartCount: 1 }),
      instance(web, exited(1), { id: 'w0', restartCount: 0 }),
    ]),
    expected: { do: 'removeContainers', ids: ['w1', 'w0'] },
  },
  {
    name: 'a container that was created and never started is cleared away',
    observed: state([instance(web, { phase: 'created' })]),
    expected: { do: 'removeContainers', ids: ['web-0'] },
  },
  {
    name: 'init containers go first',
    pod: pod({ initContainers: [setup] }),
    observed: state(),
    expected: { do: 'ensureImage', container: setup },
  },
  {
    name: 'and are waited for',
    pod: pod({ initContainers: [setup] }),
    observed: state([instance(setup, running)]),
    memory: { containers: { web: present } },
    expected: { do: 'wait' },
  },
  {
    name: 'a failed one is repeated',
    pod: pod({ initContainers: [setup] }),
    observed: state([instance(setup, exited(1))]),
    memory: { containers: { setup: present } },
    expected: { do: 'startContainer', container: setup, restartCount: 1 },
  },
  {
    name: 'a failed one ends a pod that restarts nothing',
    pod: pod({ initContainers: [setup], restartPolicy: 'Never' }),
    observed: state([instance(setup, exited(1))]),
    expected: { do: 'stopSandbox', id: 's1' },
  },
  {
    name: 'after them the others',
    pod: pod({ initContainers: [setup] }),
    observed: state([instance(setup, exited(0))]),
    memory: { containers: { web: present } },
    expected: { do: 'startContainer', container: web },
  },
  {
    name: 'in a new sandbox they run again',
    pod: pod({ initContainers: [setup] }),
    observed: state([instance(setup, exited(0), { sandboxId: 's0' }), instance(web, exited(1), { sandboxId: 's0' })]),
    memory: { containers: { setup: present, web: present } },
    expected: { do: 'startContainer', container: setup, restartCount: 1 },
  },
  {
    name: 'a sidecar that has started lets the others begin',
    pod: pod({ initContainers: [proxy] }),
    observed: state([instance(proxy, running)]),
    memory: { containers: { web: present } },
    expected: { do: 'startContainer', container: web },
  },
  {
    name: 'a sidecar that has not, does not',
    pod: pod({ initContainers: [proxy] }),
    observed: state([instance(proxy, running)]),
    memory: {
      containers: { web: present },
      health: new Map([['proxy-0', { started: false, ready: false, failed: undefined }]]),
    },
    expected: { do: 'wait' },
  },
  {
    name: 'a sidecar ends when the others are done',
    pod: pod({ initContainers: [proxy], restartPolicy: 'Never' }),
    observed: state([instance(proxy, running), instance(web, exited(0))]),
    expected: { do: 'beginStop', stops: [{ container: { name: 'proxy' } }] },
  },
];

describe('a pod that is to run', () => {
  test.each(runCases)('$name', ({ pod: given = pod(), observed, memory: remembered, expected }) => {
    const desired: Desired = { state: 'run', pod: given };
    expect(decide({ desired, observed, memory: memory(remembered), now })).toMatchObject(expected);
  });
});

const endCases: (Case & { readonly graceSeconds?: number })[] = [
  {
    name: 'its containers are asked to end',
    observed: state([instance(web, running)]),
    expected: { do: 'beginStop', stops: [{ graceMs: 30_000 }] },
  },
  {
    name: 'after the hook the signal',
    observed: state([instance(web, running)]),
    memory: { stopping: new Map([['web-0', { ...stopping, signalled: false }]]) },
    expected: { do: 'signal', containers: [{ id: 'web-0' }] },
  },
  {
    name: 'no signal while the hook runs',
    observed: state([instance(web, running)]),
    memory: { stopping: new Map([['web-0', { ...stopping, signalled: false, hook: 'running' }]]) },
    expected: { do: 'wait', until: now + 25_000 },
  },
  {
    name: 'after the signal the grace period',
    observed: state([instance(web, running)]),
    memory: { stopping: new Map([['web-0', stopping]]) },
    expected: { do: 'wait', until: now + 25_000 },
  },
  {
    name: 'which a second request shortens',
    graceSeconds: 3,
    observed: state([instance(web, running)]),
    memory: { stopping: new Map([['web-0', stopping]]) },
    expected: { do: 'kill', containers: [{ id: 'web-0' }] },
  },
  {
    name: 'a kill that did nothing is repeated',
    observed: state([instance(web, running)]),
    memory: { stopping: new Map([['web-0', { ...stopping, killedAt: now - 10_000 }]]) },
    expected: { do: 'kill' },
  },
  {
    name: 'sidecars go last',
    pod: pod({ initContainers: [proxy] }),
    observed: state([instance(web, running), instance(proxy, running)]),
    memory: { stopping: new Map([['web-0', stopping]]) },
    expected: { do: 'wait' },
  },
  {
    name: 'then the sandbox stops',
    observed: state([instance(web, exited(0))]),
    expected: { do: 'stopSandbox', id: 's1' },
  },
  {
    name: 'then the end is reported',
    observed: state([instance(web, exited(0))], [{ ...sandbox, ready: false }]),
    expected: { do: 'reportEnd' },
  },
];

describe('a pod that is to end', () => {
  test.each(endCases)('$name', ({ pod: given = pod(), observed, memory: remembered, expected, graceSeconds = 30 }) => {
    const desired: Desired = { state: 'end', pod: given, graceSeconds, deleteObject: true };
    expect(decide({ desired, observed, memory: memory(remembered), now })).toMatchObject(expected);
  });
});

const goneCases: Case[] = [
  { name: 'what runs is asked to end', observed: state([instance(web, running)]), expected: { do: 'beginStop' } },
  {
    name: 'containers are removed',
    observed: state([instance(web, exited(0))]),
    expected: { do: 'removeContainers', ids: ['web-0'] },
  },
  { name: 'then the sandbox', observed: state(), expected: { do: 'removeSandbox', id: 's1' } },
  { name: 'then the volumes', observed: state([], []), expected: { do: 'removeVolumes' } },
  {
    name: 'then it is forgotten',
    observed: state([], []),
    memory: { volumes: { state: 'removed' } },
    expected: { do: 'forget' },
  },
];

describe('a pod that the API does not know', () => {
  test.each(goneCases)('$name', ({ observed, memory: remembered, expected }) => {
    const desired: Desired = { state: 'gone', graceSeconds: 30 };
    expect(decide({ desired, observed, memory: memory(remembered), now })).toMatchObject(expected);
  });
});

test('an image that cannot be had is shown as failed first, then as backing off, then tried again', () => {
  const at = (sinceMs: number, noted: boolean) => {
    const image = {
      state: 'failed',
      reason: 'ErrImagePull',
      message: 'no',
      until: now - sinceMs + 10_000,
      noted,
    } as const;
    const remembered = memory({
      containers: { web: { image, imageBackOff: { delayMs: 10_000, since: now - sinceMs } } },
    });
    return decide({ desired: { state: 'run', pod: pod() }, observed: state(), memory: remembered, now });
  };
  expect(at(500, false)).toEqual({ do: 'wait', until: now + 1_500 });
  expect(at(2_000, false)).toMatchObject({ do: 'noteBackOff', of: 'image' });
  expect(at(2_000, true)).toEqual({ do: 'wait', until: now + 8_000 });
  expect(at(10_000, true)).toMatchObject({ do: 'ensureImage' });
});

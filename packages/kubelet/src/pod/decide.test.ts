import type { Container, EphemeralContainer, Pod } from '@berth/objects';
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
import { type Desired, decide } from './decide.ts';

const web: Container = { name: 'web', image: 'web:1' };
const side: Container = { name: 'side', image: 'side:1' };
const setup: Container = { name: 'setup', image: 'setup:1' };
const proxy: Container = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' };

const present = { image: { state: 'present' } } as const;
const stopping = { since: now - 5_000, graceMs: 30_000, hook: 'done', signalled: true } as const;

interface Case {
  readonly name: string;
  readonly pod?: Pod;
  readonly observed: PodState;
  readonly memory?: Remembered;
  readonly expected: object;
}

const debug: EphemeralContainer = { name: 'debug', image: 'tools:1' };
const debugged = (spec: Partial<Pod['spec']> = {}, status?: Pod['status']) =>
  podOf({ ephemeralContainers: [debug], ...spec }, status);
const sandboxId = sandbox.id;

const runCases: Case[] = [
  {
    name: 'an ephemeral container starts beside what runs',
    pod: debugged(),
    observed: stateOf([instanceOf(web, running)]),
    memory: { containers: { debug: present } },
    expected: { do: 'startContainer', container: debug, sandboxId, restartCount: 0 },
  },
  {
    name: 'an ephemeral container does not wait for init containers',
    pod: debugged({ initContainers: [setup] }),
    observed: stateOf([instanceOf(setup, exited(1, 0))]),
    memory: { containers: { debug: present } },
    expected: { do: 'startContainer', container: debug, sandboxId, restartCount: 0 },
  },
  {
    name: 'an ephemeral container that ended stays as it is',
    pod: debugged(),
    observed: stateOf([instanceOf(web, running), instanceOf(debug, exited(1))]),
    expected: { do: 'wait' },
  },
  {
    name: 'an ephemeral container that was lost does not come again',
    pod: debugged(
      {},
      {
        ephemeralContainerStatuses: [
          { name: 'debug', image: '', imageID: '', ready: false, restartCount: 0, containerID: 'docker://debug-0' },
        ],
      },
    ),
    observed: stateOf([instanceOf(web, running)]),
    expected: { do: 'wait' },
  },
  {
    name: 'a pod whose containers have ended ends its ephemeral ones',
    pod: debugged({ restartPolicy: 'Never' }),
    observed: stateOf([instanceOf(web, exited(0)), instanceOf(debug, running)]),
    expected: { do: 'beginStop' },
  },
  {
    name: 'volumes come first',
    observed: stateOf([], []),
    memory: { volumes: { state: 'due' } },
    expected: { do: 'prepareVolumes' },
  },
  {
    name: 'volumes that failed are tried again when their time comes',
    observed: stateOf([], []),
    memory: { volumes: { state: 'failed', until: now + 5 } },
    expected: { do: 'wait', until: now + 5 },
  },
  {
    name: 'volumes that failed do not disturb what runs',
    observed: stateOf([instanceOf(web, running)]),
    memory: { volumes: { state: 'failed', until: now + 5 } },
    expected: { do: 'wait', until: now + 5 },
  },
  { name: 'then the sandbox', observed: stateOf([], []), expected: { do: 'createSandbox' } },
  {
    name: 'a sandbox that could not be made is tried again later',
    observed: stateOf([], []),
    memory: { sandbox: { state: 'failed', until: now + 9 } },
    expected: { do: 'wait', until: now + 9 },
  },
  { name: 'then the image', observed: stateOf(), expected: { do: 'ensureImage', container: web } },
  {
    name: 'a pull is waited for',
    observed: stateOf(),
    memory: { containers: { web: { image: { state: 'pulling' } } } },
    expected: { do: 'wait' },
  },
  {
    name: 'then the container',
    observed: stateOf(),
    memory: { containers: { web: present } },
    expected: { do: 'startContainer', container: web, sandboxId: 's1', restartCount: 0 },
  },
  { name: 'what runs is left alone', observed: stateOf([instanceOf(web, running)]), expected: { do: 'wait' } },
  {
    name: 'a container that lacks something is tried again later',
    observed: stateOf(),
    memory: { containers: { web: { retryAt: now + 7 } } },
    expected: { do: 'wait', until: now + 7 },
  },
  {
    name: 'the first crash is followed at once',
    observed: stateOf([instanceOf(web, exited(1, 0))]),
    memory: { containers: { web: present } },
    expected: { do: 'startContainer', container: web, sandboxId: 's1', restartCount: 1 },
  },
  {
    name: 'the second is held back, which is reported once',
    observed: stateOf([instanceOf(web, exited(1, 4), { restartCount: 1 })]),
    memory: { containers: { web: { ...present, crashBackOff: { delayMs: 10_000, since: now - 5_000 } } } },
    expected: { do: 'noteBackOff', container: web, of: 'crash', delayMs: 10_000 },
  },
  {
    name: 'and then waited for',
    observed: stateOf([instanceOf(web, exited(1, 4), { restartCount: 1 })]),
    memory: {
      containers: { web: { ...present, notedBackOff: 'web-0', crashBackOff: { delayMs: 10_000, since: now - 5_000 } } },
    },
    expected: { do: 'wait', until: now + 6_000 },
  },
  {
    name: 'a count goes on from the API when the containers were lost',
    pod: podOf(
      {},
      {
        containerStatuses: [
          { name: 'web', image: '', imageID: '', ready: true, restartCount: 4, containerID: 'docker://x' },
        ],
      },
    ),
    observed: stateOf(),
    memory: { containers: { web: present } },
    expected: { do: 'startContainer', container: web, sandboxId: 's1', restartCount: 5 },
  },
  {
    name: 'the policy OnFailure leaves a success alone',
    pod: podOf({ containers: [web, side], restartPolicy: 'OnFailure' }),
    observed: stateOf([instanceOf(web, exited(0)), instanceOf(side, running)]),
    expected: { do: 'wait' },
  },
  {
    name: 'a pod that is done gives its sandbox up',
    pod: podOf({ restartPolicy: 'Never' }),
    observed: stateOf([instanceOf(web, exited(1))]),
    expected: { do: 'stopSandbox', id: 's1' },
  },
  {
    name: 'a pod that the API knows as done never runs again, whatever was lost',
    pod: podOf({ restartPolicy: 'Never' }, { phase: 'Succeeded' }),
    observed: stateOf([], []),
    expected: { do: 'wait' },
  },
  {
    name: 'a new image replaces the container',
    observed: stateOf([instanceOf({ ...web, image: 'web:0' }, running)]),
    expected: {
      do: 'beginStop',
      stops: [{ container: { name: 'web' }, message: 'Container web definition changed, will be restarted' }],
    },
  },
  {
    name: 'a failed liveness probe stops the container',
    observed: stateOf([instanceOf(web, running)]),
    memory: { health: new Map([['web-0', { started: true, ready: false, failed: 'liveness' }]]) },
    expected: { do: 'beginStop', stops: [{ message: 'Container web failed liveness probe, will be restarted' }] },
  },
  {
    name: 'stopping one container does not hold up another',
    pod: podOf({ containers: [web, side] }),
    observed: stateOf([instanceOf(web, running)]),
    memory: { stopping: new Map([['web-0', stopping]]), containers: { side: present } },
    expected: { do: 'startContainer', container: side },
  },
  {
    name: 'what ran in a lost sandbox is stopped',
    observed: stateOf([instanceOf(web, running)], [{ ...sandbox, ready: false }]),
    expected: { do: 'beginStop', stops: [{ graceMs: 2_000 }] },
  },
  {
    name: 'then the lost sandbox is removed',
    observed: stateOf([instanceOf(web, exited(137))], [{ ...sandbox, ready: false }]),
    expected: { do: 'removeSandbox', id: 's1' },
  },
  {
    name: 'of dead containers two are kept',
    observed: stateOf([
      instanceOf(web, running, { id: 'w3', restartCount: 3 }),
      instanceOf(web, exited(1), { id: 'w2', restartCount: 2 }),
      instanceOf(web, exited(1), { id: 'w1', restartCount: 1 }),
      instanceOf(web, exited(1), { id: 'w0', restartCount: 0 }),
    ]),
    expected: { do: 'removeContainers', ids: ['w1', 'w0'] },
  },
  {
    name: 'a container that was created and never started is cleared away',
    observed: stateOf([instanceOf(web, { phase: 'created' })]),
    expected: { do: 'removeContainers', ids: ['web-0'] },
  },
  {
    name: 'init containers go first',
    pod: podOf({ initContainers: [setup] }),
    observed: stateOf(),
    expected: { do: 'ensureImage', container: setup },
  },
  {
    name: 'and are waited for',
    pod: podOf({ initContainers: [setup] }),
    observed: stateOf([instanceOf(setup, running)]),
    memory: { containers: { web: present } },
    expected: { do: 'wait' },
  },
  {
    name: 'a failed one is repeated',
    pod: podOf({ initContainers: [setup] }),
    observed: stateOf([instanceOf(setup, exited(1))]),
    memory: { containers: { setup: present } },
    expected: { do: 'startContainer', container: setup, restartCount: 1 },
  },
  {
    name: 'a failed one ends a pod that restarts nothing',
    pod: podOf({ initContainers: [setup], restartPolicy: 'Never' }),
    observed: stateOf([instanceOf(setup, exited(1))]),
    expected: { do: 'stopSandbox', id: 's1' },
  },
  {
    name: 'after them the others',
    pod: podOf({ initContainers: [setup] }),
    observed: stateOf([instanceOf(setup, exited(0))]),
    memory: { containers: { web: present } },
    expected: { do: 'startContainer', container: web },
  },
  {
    name: 'in a new sandbox they run again',
    pod: podOf({ initContainers: [setup] }),
    observed: stateOf([
      instanceOf(setup, exited(0), { sandboxId: 's0' }),
      instanceOf(web, exited(1), { sandboxId: 's0' }),
    ]),
    memory: { containers: { setup: present, web: present } },
    expected: { do: 'startContainer', container: setup, restartCount: 1 },
  },
  {
    name: 'a sidecar that has started lets the others begin',
    pod: podOf({ initContainers: [proxy] }),
    observed: stateOf([instanceOf(proxy, running)]),
    memory: { containers: { web: present } },
    expected: { do: 'startContainer', container: web },
  },
  {
    name: 'a sidecar that has not, does not',
    pod: podOf({ initContainers: [proxy] }),
    observed: stateOf([instanceOf(proxy, running)]),
    memory: {
      containers: { web: present },
      health: new Map([['proxy-0', { started: false, ready: false, failed: undefined }]]),
    },
    expected: { do: 'wait' },
  },
  {
    name: 'a sidecar ends when the others are done',
    pod: podOf({ initContainers: [proxy], restartPolicy: 'Never' }),
    observed: stateOf([instanceOf(proxy, running), instanceOf(web, exited(0))]),
    expected: { do: 'beginStop', stops: [{ container: { name: 'proxy' } }] },
  },
];

describe('a pod that is to run', () => {
  test.each(runCases)('$name', ({ pod: given = podOf(), observed, memory: remembered, expected }) => {
    const desired: Desired = { state: 'run', pod: given };
    expect(decide({ desired, observed, memory: memoryOf(remembered), now })).toMatchObject(expected);
  });
});

const endCases: (Case & { readonly graceSeconds?: number })[] = [
  {
    name: 'its containers are asked to end',
    observed: stateOf([instanceOf(web, running)]),
    expected: { do: 'beginStop', stops: [{ graceMs: 30_000 }] },
  },
  {
    name: 'after the hook the signal',
    observed: stateOf([instanceOf(web, running)]),
    memory: { stopping: new Map([['web-0', { ...stopping, signalled: false }]]) },
    expected: { do: 'signal', containers: [{ id: 'web-0' }] },
  },
  {
    name: 'no signal while the hook runs',
    observed: stateOf([instanceOf(web, running)]),
    memory: { stopping: new Map([['web-0', { ...stopping, signalled: false, hook: 'running' }]]) },
    expected: { do: 'wait', until: now + 25_000 },
  },
  {
    name: 'after the signal the grace period',
    observed: stateOf([instanceOf(web, running)]),
    memory: { stopping: new Map([['web-0', stopping]]) },
    expected: { do: 'wait', until: now + 25_000 },
  },
  {
    name: 'which a second request shortens',
    graceSeconds: 3,
    observed: stateOf([instanceOf(web, running)]),
    memory: { stopping: new Map([['web-0', stopping]]) },
    expected: { do: 'kill', containers: [{ id: 'web-0' }] },
  },
  {
    name: 'a kill that did nothing is repeated',
    observed: stateOf([instanceOf(web, running)]),
    memory: { stopping: new Map([['web-0', { ...stopping, killedAt: now - 10_000 }]]) },
    expected: { do: 'kill' },
  },
  {
    name: 'sidecars go last',
    pod: podOf({ initContainers: [proxy] }),
    observed: stateOf([instanceOf(web, running), instanceOf(proxy, running)]),
    memory: { stopping: new Map([['web-0', stopping]]) },
    expected: { do: 'wait' },
  },
  {
    name: 'then the sandbox stops',
    observed: stateOf([instanceOf(web, exited(0))]),
    expected: { do: 'stopSandbox', id: 's1' },
  },
  {
    name: 'then the end is reported',
    observed: stateOf([instanceOf(web, exited(0))], [{ ...sandbox, ready: false }]),
    expected: { do: 'reportEnd' },
  },
];

describe('a pod that is to end', () => {
  test.each(endCases)(
    '$name',
    ({ pod: given = podOf(), observed, memory: remembered, expected, graceSeconds = 30 }) => {
      const desired: Desired = { state: 'end', pod: given, graceSeconds, deleteObject: true };
      expect(decide({ desired, observed, memory: memoryOf(remembered), now })).toMatchObject(expected);
    },
  );
});

const goneCases: Case[] = [
  { name: 'what runs is asked to end', observed: stateOf([instanceOf(web, running)]), expected: { do: 'beginStop' } },
  {
    name: 'containers are removed',
    observed: stateOf([instanceOf(web, exited(0))]),
    expected: { do: 'removeContainers', ids: ['web-0'] },
  },
  { name: 'then the sandbox', observed: stateOf(), expected: { do: 'removeSandbox', id: 's1' } },
  { name: 'then the volumes', observed: stateOf([], []), expected: { do: 'removeVolumes' } },
  {
    name: 'then it is forgotten',
    observed: stateOf([], []),
    memory: { volumes: { state: 'removed' } },
    expected: { do: 'forget' },
  },
];

describe('a pod that the API does not know', () => {
  test.each(goneCases)('$name', ({ observed, memory: remembered, expected }) => {
    const desired: Desired = { state: 'gone', graceSeconds: 30 };
    expect(decide({ desired, observed, memory: memoryOf(remembered), now })).toMatchObject(expected);
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
    const remembered = memoryOf({
      containers: { web: { image, imageBackOff: { delayMs: 10_000, since: now - sinceMs } } },
    });
    return decide({ desired: { state: 'run', pod: podOf() }, observed: stateOf(), memory: remembered, now });
  };
  expect(at(500, false)).toEqual({ do: 'wait', until: now + 1_500 });
  expect(at(2_000, false)).toMatchObject({ do: 'noteBackOff', of: 'image' });
  expect(at(2_000, true)).toEqual({ do: 'wait', until: now + 8_000 });
  expect(at(10_000, true)).toMatchObject({ do: 'ensureImage' });
});

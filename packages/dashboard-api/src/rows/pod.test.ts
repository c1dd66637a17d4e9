import type { ContainerStatus, Pod } from '@berth/objects';
import { expect, test } from 'vitest';
import type { PodRow } from '../contract.ts';
import { podRow } from './pod.ts';

type Parts = {
  readonly node?: string | null;
  readonly phase?: Pod['status']['phase'];
  readonly containers?: readonly (Partial<ContainerStatus> & { readonly name: string })[];
  readonly status?: Partial<Pod['status']>;
  readonly metadata?: Partial<Pod['metadata']>;
};

function pod({ node = 'node-0', phase = 'Running', containers = [], status = {}, metadata = {} }: Parts): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      uid: 'u1',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec: {
      ...(node ? { nodeName: node } : {}),
      containers: (containers.length > 0 ? containers : [{ name: 'main' }]).map(({ name }) => ({ name })),
    },
    status: {
      phase,
      containerStatuses: containers.map((container) => ({
        ready: false,
        restartCount: 0,
        image: '',
        imageID: '',
        ...container,
      })),
      ...status,
    },
  };
}

const up = { ready: true, state: { running: {} } };

const cases: { title: string; pod: Pod; row: Partial<PodRow> }[] = [
  {
    title: 'not scheduled yet',
    pod: pod({ node: null, phase: 'Pending' }),
    row: { state: 'pending', status: 'Pending', reason: 'It waits for the scheduler to choose a node.' },
  },
  {
    title: 'nowhere to go',
    pod: pod({
      node: null,
      phase: 'Pending',
      status: {
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/2 nodes are available: 2 Insufficient cpu.',
          },
        ],
      },
    }),
    row: { state: 'pending', reason: '0/2 nodes are available: 2 Insufficient cpu.' },
  },
  {
    title: 'its containers are being made',
    pod: pod({ phase: 'Pending', containers: [{ name: 'main', state: { waiting: { reason: 'ContainerCreating' } } }] }),
    row: { state: 'starting', status: 'ContainerCreating', reason: undefined, readyContainers: 0, containers: 1 },
  },
  {
    title: 'running, not ready',
    pod: pod({ containers: [{ name: 'main', state: { running: {} } }] }),
    row: { state: 'starting', status: 'Running', reason: 'Container main runs but is not ready.' },
  },
  {
    title: 'running and ready, with its numbers',
    pod: pod({
      containers: [
        { name: 'main', ...up, restartCount: 2 },
        { name: 'side', ...up },
      ],
      status: { podIP: '10.244.0.7' },
      metadata: {
        labels: { app: 'web' },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'ReplicationController', name: 'web', uid: 'rc', controller: true },
        ],
      },
    }),
    row: {
      state: 'running',
      status: 'Running',
      reason: undefined,
      readyContainers: 2,
      containers: 2,
      restarts: 2,
      ip: '10.244.0.7',
      node: 'node-0',
      owner: { kind: 'ReplicationController', name: 'web' },
      labels: { app: 'web' },
      services: ['front'],
      createdAt: Date.UTC(2026, 0, 1),
    },
  },
  {
    title: 'one has done its work, the other runs',
    pod: pod({
      containers: [
        { name: 'main', ...up },
        { name: 'once', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
      ],
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    }),
    row: { state: 'running', readyContainers: 1, containers: 2 },
  },
  {
    title: 'crashing again and again',
    pod: pod({
      containers: [
        {
          name: 'main',
          restartCount: 5,
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s' } },
          lastState: { terminated: { exitCode: 1, reason: 'Error' } },
        },
      ],
    }),
    row: {
      state: 'failing',
      status: 'CrashLoopBackOff',
      restarts: 5,
      reason: 'Container main keeps ending: it ended with exit code 1 last time.',
    },
  },
  {
    title: 'killed for its memory',
    pod: pod({
      containers: [{ name: 'main', state: { terminated: { exitCode: 137, signal: 9, reason: 'OOMKilled' } } }],
    }),
    row: {
      state: 'failing',
      status: 'OOMKilled',
      reason: 'Container main was killed because it used more memory than its limit.',
    },
  },
  {
    title: 'an image that nobody has',
    pod: pod({
      phase: 'Pending',
      containers: [{ name: 'main', state: { waiting: { reason: 'ErrImagePull', message: 'no such image: nope' } } }],
    }),
    row: { state: 'failing', status: 'ErrImagePull', reason: 'Container main waits: no such image: nope' },
  },
  {
    title: 'done',
    pod: pod({
      phase: 'Succeeded',
      containers: [{ name: 'main', state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
    }),
    row: { state: 'succeeded', status: 'Completed', reason: undefined },
  },
  {
    title: 'evicted',
    pod: pod({ phase: 'Failed', status: { reason: 'Evicted', message: 'The node was low on memory.' } }),
    row: { state: 'failing', status: 'Evicted', reason: 'The node was low on memory.' },
  },
  {
    title: 'asked to stop',
    pod: pod({ containers: [{ name: 'main', ...up }], metadata: { deletionTimestamp: '2026-01-01T00:01:00Z' } }),
    row: { state: 'terminating', status: 'Terminating', reason: 'It was asked to stop and has not ended yet.' },
  },
  {
    title: 'on a node that is silent',
    pod: pod({ phase: 'Unknown' }),
    row: { state: 'unknown', status: 'Unknown', reason: 'Nothing was heard of it from node node-0.' },
  },
];

test.each(cases)('$title', ({ pod, row }) => {
  const built = podRow(pod, ['front']);
  expect({ ...built, reason: built.reason }).toMatchObject(row);
});

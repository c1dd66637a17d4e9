// Owns the tests of the answer to 'why isn't it running?'.
import type { ContainerStatus, Pod } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { whyNot } from './why-not.ts';

function pod(status: Partial<Pod['status']>, nodeName?: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default' } as Pod['metadata'],
    spec: { containers: [{ name: 'c', image: 'i' }], nodeName },
    status,
  };
}
const container = (change: Partial<ContainerStatus>): ContainerStatus => ({
  name: 'c',
  image: 'i',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...change,
});
const unschedulable = {
  type: 'PodScheduled',
  status: 'False',
  message: '0/2 nodes are available: 2 Insufficient cpu.',
} as const;

describe('whyNot', () => {
  const cases = [
    {
      name: 'a ready pod needs no answer',
      pod: pod({ conditions: [{ type: 'Ready', status: 'True' }] }, 'n'),
      at: undefined,
    },
    { name: 'nor one that has done its work', pod: pod({ phase: 'Succeeded' }, 'n'), at: undefined },
    { name: 'no node looked at yet', pod: pod({}), at: 'Place here' },
    { name: 'no node takes it', pod: pod({ conditions: [unschedulable] }), at: 'Place stuck' },
    {
      name: 'the image is missing',
      pod: pod({ containerStatuses: [container({ state: { waiting: { reason: 'ErrImagePull' } } })] }, 'n'),
      at: 'Image stuck',
    },
    {
      name: 'containers are being made',
      pod: pod({ containerStatuses: [container({ state: { waiting: { reason: 'ContainerCreating' } } })] }, 'n'),
      at: 'Image here',
    },
    {
      name: 'it crashes',
      pod: pod({ containerStatuses: [container({ state: { waiting: { reason: 'CrashLoopBackOff' } } })] }, 'n'),
      at: 'Start stuck',
    },
    {
      name: 'it runs, and its probe does not answer yet',
      pod: pod({ containerStatuses: [container({ state: { running: {} } })] }, 'n'),
      at: 'Ready here',
    },
  ];
  for (const { name, pod: subject, at } of cases) {
    it(name, () => {
      const step = whyNot(subject)?.steps.find(({ state }) => state === 'here' || state === 'stuck');
      expect(step && `${step.name} ${step.state}`).toBe(at);
    });
  }

  it('tells what the scheduler said', () => {
    expect(whyNot(pod({ conditions: [unschedulable] }))?.steps[0]?.text).toContain('Insufficient cpu');
  });

  it('tells how the container ended the last time', () => {
    const status = container({
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-01-01T00:00:00Z' } },
    });
    expect(whyNot(pod({ containerStatuses: [status] }, 'n'))?.exits).toMatchObject([
      { container: 'c', code: 137, reason: 'OOMKilled' },
    ]);
  });
});

import { type Clock, silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { conflictError, type KubeObject, notFoundError, type Pod, type PodStatus, pods } from '@berth/objects';
import { expect, test, vi } from 'vitest';
import { podOf } from '../testing/pods.ts';
import { StatusWriter } from './status-writer.ts';

interface Write {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  readonly status: PodStatus;
}

/** An API server that keeps one pod, and fails as it is told to. */
function server(clock: Clock = new FakeClock(), stored: Pod = podOf()) {
  const writes: Write[] = [];
  const failures: Error[] = [];
  let current = stored;
  const client = {
    async get<T extends KubeObject>() {
      return current as unknown as T;
    },
    async patch<T extends KubeObject>(_resource: unknown, _target: unknown, patch: { readonly body: unknown }) {
      const failure = failures.shift();
      if (failure) throw failure;
      const body = patch.body as Write;
      writes.push(body);
      const metadata = { ...current.metadata, resourceVersion: String(Number(current.metadata.resourceVersion) + 1) };
      current = { ...current, metadata, status: body.status };
      return current as unknown as T;
    },
  };
  const writer = new StatusWriter(
    client as unknown as ConstructorParameters<typeof StatusWriter>[0],
    clock,
    silentLogger,
  );
  return {
    writer,
    writes,
    failures,
    replace: (pod: Pod) => {
      current = pod;
    },
  };
}

const phase = (phase: PodStatus['phase']): PodStatus => ({ phase });

test('writes the last of what was published at once, on the version that is known', async () => {
  const { writer, writes } = server();
  writer.publish(podOf(), phase('Pending'));
  writer.publish(podOf(), phase('Running'));
  await writer.settled('u');
  expect(writes.map(({ status }) => status.phase)).toEqual(['Running']);
  expect(writes[0]?.metadata).toEqual({ uid: 'u', resourceVersion: '1' });
});

test('builds on its own last write, which the informer may not show yet', async () => {
  const { writer, writes } = server();
  for (const status of [phase('Pending'), phase('Running')]) {
    writer.publish(podOf(), status);
    await writer.settled('u');
  }
  expect(writes.map(({ metadata }) => metadata.resourceVersion)).toEqual(['1', '2']);
});

test('writes nothing when nothing changed', async () => {
  const { writer, writes } = server();
  writer.publish(podOf({}, phase('Running')), phase('Running'));
  await writer.settled('u');
  expect(writes).toEqual([]);
});

test('takes away what it no longer says, and leaves the conditions of others', async () => {
  const gate = { type: 'berth.dev/gate', status: 'True' as const };
  const { writer, writes } = server();
  const before = podOf(
    {},
    { phase: 'Running', podIP: '10.0.0.2', conditions: [gate, { type: 'Ready', status: 'True' }] },
  );
  writer.publish(before, { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] });
  await writer.settled('u');
  expect(writes[0]?.status).toMatchObject({ podIP: null, conditions: [{ type: 'Ready', status: 'False' }, gate] });
});

test('after a conflict it reads again', async () => {
  const { writer, writes, failures, replace } = server();
  const newer = podOf();
  replace({ ...newer, metadata: { ...newer.metadata, resourceVersion: '7' } });
  failures.push(conflictError(pods, 'p', 'changed'));
  writer.publish(podOf(), phase('Running'));
  await writer.settled('u');
  expect(writes.map(({ metadata }) => metadata.resourceVersion)).toEqual(['7']);
});

test('leaves another pod of the same name alone', async () => {
  const { writer, writes, failures, replace } = server();
  const other = podOf();
  replace({ ...other, metadata: { ...other.metadata, uid: 'other' } });
  failures.push(conflictError(pods, 'p', 'changed'));
  writer.publish(podOf(), phase('Running'));
  await writer.settled('u');
  expect(writes).toEqual([]);
});

test('tries again when the API server could not be reached, but not for a pod that is gone', async () => {
  const clock = new FakeClock();
  const { writer, writes, failures } = server(clock);
  failures.push(new Error('connection refused'));
  writer.publish(podOf(), phase('Running'));
  await writer.settled('u');
  expect(writes).toEqual([]);
  await clock.advance(3_000);
  await vi.waitFor(() => expect(writes).toHaveLength(1));
  failures.push(notFoundError(pods, 'p'));
  writer.publish(podOf(), phase('Failed'));
  await writer.settled('u');
  expect(clock.waiting).toBe(0);
});

// A node that was only cut off for a while left its pods NotReady for ever: the writer held its status for confirmed.
test('writes again what others have overwritten while the node was silent', async () => {
  const { writer, writes, replace } = server();
  const ready = (status: 'True' | 'False'): PodStatus => ({
    phase: 'Running',
    conditions: [{ type: 'Ready', status }],
  });
  writer.publish(podOf(), ready('True'));
  await writer.settled('u');
  const pod = podOf({}, ready('False'));
  const marked = { ...pod, metadata: { ...pod.metadata, resourceVersion: '9' } };
  replace(marked);
  writer.publish(marked, ready('True'));
  await writer.settled('u');
  expect(writes.map(({ status }) => status.conditions?.[0]?.status)).toEqual(['True', 'True']);
});

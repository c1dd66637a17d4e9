// The kubelet over the simulated runtime and the real API core.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApi, type TestApi } from '@berth/apiserver/testing';
import { type Client, inProcessClient } from '@berth/client';
import { silentLogger, systemRandom } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { isReason, leases, type Node, nodes, type Pod, pods } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventRecorder, RecordedEvent } from './events/event-recorder.ts';
import { createKubelet, type KubeletOptions } from './kubelet.ts';
import { createSimulatedRuntime, type SimulatedRuntime } from './runtime/simulated/index.ts';

const nodeName = 'node-1';

let clock: FakeClock;
let api: TestApi;
let client: Client;
let runtime: SimulatedRuntime;
let directory: string;
let recorded: (RecordedEvent & { readonly about: string | undefined })[];
let stopAgent: () => Promise<void>;

beforeEach(async () => {
  clock = new FakeClock();
  api = await startTestApi({ clock });
  client = inProcessClient(api.api, api.admin);
  runtime = createSimulatedRuntime({ clock, missingImages: ['missing:1'] });
  directory = await mkdtemp(join(tmpdir(), 'berth-kubelet-'));
  recorded = [];
  for (const name of ['default', 'kube-node-lease']) {
    await api.namespace(name).catch((error: unknown) => {
      if (!isReason(error, 'AlreadyExists')) throw error;
    });
  }
  await startAgent();
});

afterEach(async () => {
  await stopAgent();
  await api.close();
  await rm(directory, { recursive: true, force: true });
});

async function startAgent(options: Partial<KubeletOptions> = {}): Promise<void> {
  const stop = new AbortController();
  const recorder: EventRecorder = {
    record: (about, event) => recorded.push({ ...event, about: about.name }),
  };
  const kubelet = createKubelet({
    client,
    runtime,
    clock,
    random: systemRandom,
    log: silentLogger,
    nodeName,
    nodeAddress: '192.0.2.1',
    dataDirectory: directory,
    dns: { nameservers: [], domain: 'cluster.local' },
    async joinNetwork(podCIDR) {
      runtime.usePodCIDR(podCIDR);
      return 'simulated';
    },
    recorder,
    ...options,
  });
  const starting = kubelet.start(stop.signal);
  await vi.waitFor(() => client.get(nodes, { name: nodeName }));
  const patch = { type: 'application/merge-patch+json', body: { spec: { podCIDR: '10.244.5.0/24' } } } as const;
  await client.patch(nodes, { name: nodeName }, patch);
  const { done } = await starting;
  stopAgent = async () => {
    stop.abort();
    await done;
  };
}

async function createPod(name: string, spec: Partial<Pod['spec']> = {}, annotations = {}): Promise<Pod> {
  const containers = [{ name: 'app', image: 'app:1' }];
  return client.create<Pod>(
    pods,
    { metadata: { name, annotations }, spec: { nodeName, containers, ...spec } },
    { namespace: 'default' },
  );
}

function podThat(name: string, is: (pod: Pod) => boolean): Promise<Pod> {
  return vi.waitFor(async () => {
    const pod = await client.get(pods, { namespace: 'default', name });
    expect(is(pod), JSON.stringify(pod.status)).toBe(true);
    return pod;
  });
}

function podGone(name: string): Promise<void> {
  return vi.waitFor(() =>
    expect(client.get(pods, { namespace: 'default', name })).rejects.toThrow(`pods "${name}" not found`),
  );
}

function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function containerId(pod: Pod): string {
  return pod.status?.containerStatuses?.[0]?.containerID?.replace('simulated://', '') ?? '';
}

describe('the node', () => {
  test('is registered, marked as simulated, and Ready once it has its subnet', async () => {
    const node = await vi.waitFor(async () => {
      const found: Node = await client.get(nodes, { name: nodeName });
      expect(found.status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
      return found;
    });
    expect(node.metadata.labels).toMatchObject({
      'kubernetes.io/hostname': nodeName,
      'kubernetes.io/os': 'linux',
      'berth.dev/simulated': 'true',
    });
    expect(node.status.nodeInfo?.containerRuntimeVersion).toBe('simulated://1.0');
    expect(node.status.addresses).toContainEqual({ type: 'InternalIP', address: '192.0.2.1' });
    expect(node.status.capacity).toMatchObject({ pods: '110' });
  });

  test('its lease goes with the node', async () => {
    const { metadata } = await vi.waitFor(() => client.get(leases, { namespace: 'kube-node-lease', name: nodeName }));
    const { uid } = (await client.get(nodes, { name: nodeName })).metadata;
    expect(metadata.ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid }]);
  });

  test('renews its lease every ten seconds', async () => {
    const renewTime = async () =>
      (await client.get(leases, { namespace: 'kube-node-lease', name: nodeName })).spec.renewTime;
    const first = await vi.waitFor(renewTime);
    await clock.advance(10_000);
    await vi.waitFor(async () => expect(await renewTime()).not.toBe(first));
  });

  test('offers what somebody has given it', async () => {
    const give = (quantity: string | null) =>
      client.patch(
        nodes,
        { name: nodeName, subresource: 'status' },
        { type: 'application/merge-patch+json', body: { status: { capacity: { 'example.com/dongle': quantity } } } },
      );
    const offered = async (quantity: string | undefined) => {
      await clock.advance(10_000);
      await vi.waitFor(async () => {
        const { status } = await client.get(nodes, { name: nodeName });
        expect(status.capacity?.['example.com/dongle']).toBe(quantity);
        expect(status.allocatable?.['example.com/dongle']).toBe(quantity);
      });
    };
    await give('4');
    await offered('4');
    await give(null);
    await offered(undefined);
  });

  // After a pause of the server nodes stayed NotReady until they were looked at again, up to five minutes.
  test('takes a status back at once that the control plane wrote in its absence', async () => {
    const node = await vi.waitFor(async () => {
      const found: Node = await client.get(nodes, { name: nodeName });
      expect(found.status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
      return found;
    });
    const conditions = node.status.conditions?.map((condition) => ({ ...condition, status: 'Unknown' as const }));
    await client.updateStatus(nodes, { ...node, status: { ...node.status, conditions } });
    await vi.waitFor(async () => {
      const { status } = await client.get(nodes, { name: nodeName });
      expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
    });
  });
});

describe('a pod', () => {
  test('runs with an address of the node’s subnet', async () => {
    await createPod('web');
    const pod = await podThat('web', isReady);
    expect(pod.status).toMatchObject({ phase: 'Running', hostIP: '192.0.2.1', podIP: '10.244.5.2' });
    expect(recorded.map(({ reason }) => reason)).toEqual(['Pulled', 'Created', 'Started']);
  });

  test('leaves no timer behind while nothing happens', async () => {
    await createPod('idle');
    await podThat('idle', isReady);
    const { waiting } = clock;
    await createPod('idle-too');
    await podThat('idle-too', isReady);
    expect(clock.waiting).toBe(waiting);
  });

  test('ends as its annotation says', async () => {
    await createPod('job', { restartPolicy: 'Never' }, { 'berth.dev/simulated-exit-code': '4' });
    const pod = await podThat('job', ({ status }) => status?.phase === 'Failed');
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 4, reason: 'Error' });
  });

  test('is restarted at once, then after 10 s, 20 s and so on', async () => {
    await createPod('crash');
    let pod = await podThat('crash', isReady);
    for (const [restart, seconds] of [0, 10, 20, 40].entries()) {
      runtime.exit(containerId(pod), 1);
      if (seconds > 0) {
        await podThat('crash', ({ status }) =>
          Boolean(status?.containerStatuses?.[0]?.state?.waiting?.message?.startsWith(`back-off ${seconds}s `)),
        );
        await clock.advance(seconds * 1000);
      }
      pod = await podThat(
        'crash',
        (found) => found.status?.containerStatuses?.[0]?.restartCount === restart + 1 && isReady(found),
      );
    }
  });

  test('that is deleted ends, and its object goes', async () => {
    await createPod('short');
    await podThat('short', isReady);
    await client.delete(pods, { namespace: 'default', name: 'short' });
    await podGone('short');
    await vi.waitFor(async () => expect(await runtime.list()).toEqual([]));
    expect(recorded).toContainEqual(expect.objectContaining({ reason: 'Killing', message: 'Stopping container app' }));
  });

  test('whose object is deleted at once is ended all the same', async () => {
    await createPod('forced');
    await podThat('forced', isReady);
    await client.delete(pods, { namespace: 'default', name: 'forced' }, { gracePeriodSeconds: 0 });
    await vi.waitFor(async () => expect(await runtime.list()).toEqual([]));
  });

  test('may take the name of one that is still ending', async () => {
    const first = await createPod('again');
    await podThat('again', isReady);
    await client.delete(pods, { namespace: 'default', name: 'again' }, { gracePeriodSeconds: 0 });
    await createPod('again');
    const second = await podThat('again', isReady);
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    await vi.waitFor(async () =>
      expect((await runtime.list()).map(({ pod }) => pod.uid)).toEqual([second.metadata.uid]),
    );
  });

  test('that asks for a kernel parameter of the whole machine is refused', async () => {
    await createPod('tuner', { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] } });
    const { status } = await podThat('tuner', (pod) => pod.status?.phase === 'Failed');
    const why = 'forbidden sysctl: "kernel.msgmax" not allowlisted';
    expect(status).toMatchObject({ reason: 'SysctlForbidden', message: `Pod was rejected: ${why}` });
    expect(status).not.toHaveProperty('containerStatuses');
    const event = { type: 'Warning', reason: 'SysctlForbidden', message: why, about: 'tuner' };
    expect(recorded).toEqual([event]);
    expect(await runtime.list()).toEqual([]);
    await client.delete(pods, { namespace: 'default', name: 'tuner' });
    await podGone('tuner');
  });

  test('past its deadline fails and stays', async () => {
    await createPod('late', { activeDeadlineSeconds: 60 });
    await podThat('late', isReady);
    await clock.advance(60_000);
    const pod = await podThat('late', ({ status }) => status?.phase === 'Failed');
    expect(pod.status?.reason).toBe('DeadlineExceeded');
    await vi.waitFor(async () => expect((await runtime.list())[0]?.sandboxes[0]?.ready).toBe(false));
  });

  test('is ready only when its probe passes, and restarted when it is no longer alive', async () => {
    let exitCode = 1;
    runtime.onExec(() => ({ exitCode, output: 'not yet' }));
    const exec = { command: ['check'] };
    await createPod('probed', {
      containers: [
        {
          name: 'app',
          image: 'app:1',
          readinessProbe: { exec, periodSeconds: 5 },
          livenessProbe: { exec, initialDelaySeconds: 30, periodSeconds: 10, failureThreshold: 2 },
        },
      ],
    });
    await podThat('probed', ({ status }) => status?.containerStatuses?.[0]?.started === true);
    await clock.advance(0);
    await vi.waitFor(() =>
      expect(recorded).toContainEqual(
        expect.objectContaining({ reason: 'Unhealthy', message: 'Readiness probe failed: not yet' }),
      ),
    );
    exitCode = 0;
    await clock.advance(5_000);
    await podThat('probed', isReady);
    exitCode = 1;
    await clock.advance(40_000);
    await podThat('probed', ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1);
    expect(recorded).toContainEqual(
      expect.objectContaining({ reason: 'Killing', message: 'Container app failed liveness probe, will be restarted' }),
    );
  });

  test('whose image cannot be had backs off', async () => {
    await createPod('imageless', { containers: [{ name: 'app', image: 'missing:1' }] });
    await podThat(
      'imageless',
      ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImagePull',
    );
    await clock.advance(2_000);
    await podThat(
      'imageless',
      ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ImagePullBackOff',
    );
  });

  test.each([
    { name: 'forward', ms: 3_600_000 },
    { name: 'back', ms: -3_600_000 },
  ])('whose image cannot be had is tried again in its time, when the clock is set an hour $name', async ({ ms }) => {
    const isWaiting = (reason: string) => (pod: Pod) =>
      pod.status?.containerStatuses?.[0]?.state?.waiting?.reason === reason;
    const tries = () => recorded.filter(({ reason }) => reason === 'Pulling').length;
    await createPod('imageless', { containers: [{ name: 'app', image: 'missing:1' }] });
    await podThat('imageless', isWaiting('ErrImagePull'));
    clock.set(ms);
    await clock.advance(2_000);
    await podThat('imageless', isWaiting('ImagePullBackOff'));
    await clock.advance(7_900);
    expect(tries()).toBe(1);
    await clock.advance(100);
    await vi.waitFor(() => expect(tries()).toBe(2));
  });
});

describe('an agent that was restarted', () => {
  test('finds its pods, ends those that were deleted meanwhile, and touches no other', async () => {
    await createPod('kept');
    await createPod('deleted');
    const before = await podThat('kept', isReady);
    await podThat('deleted', isReady);
    await stopAgent();
    await client.delete(pods, { namespace: 'default', name: 'deleted' }, { gracePeriodSeconds: 0 });
    await clock.advance(120_000);
    const readyTime = async () =>
      (await client.get(nodes, { name: nodeName })).status.conditions?.find(({ type }) => type === 'Ready')
        ?.lastTransitionTime;
    const readySince = await readyTime();
    await startAgent();
    await vi.waitFor(async () => expect((await runtime.list()).map(({ pod }) => pod.name)).toEqual(['kept']));
    const after = await podThat('kept', isReady);
    expect(after.status).toEqual(before.status);
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(await readyTime()).toBe(readySince);
  });
});

describe('a static manifest', () => {
  test('runs, is shown by a mirror that cannot be deleted for good, and ends with its file', async () => {
    await stopAgent();
    const manifests = join(directory, 'manifests');
    await mkdir(manifests);
    const manifest = join(manifests, 'fixed.yaml');
    await writeFile(
      manifest,
      'apiVersion: v1\nkind: Pod\nmetadata: {name: fixed}\nspec: {containers: [{name: app, image: "app:1"}]}\n',
    );
    await startAgent({ manifestDirectory: manifests });
    const mirror = await podThat(`fixed-${nodeName}`, isReady);
    expect(mirror.metadata.annotations).toHaveProperty('kubernetes.io/config.mirror');
    await client.delete(pods, { namespace: 'default', name: mirror.metadata.name }, { gracePeriodSeconds: 0 });
    const again = await podThat(mirror.metadata.name, isReady);
    expect(containerId(again)).toBe(containerId(mirror));
    await rm(manifest);
    await clock.advance(20_200);
    await podGone(mirror.metadata.name);
    await vi.waitFor(async () => expect(await runtime.list()).toEqual([]));
  });
});

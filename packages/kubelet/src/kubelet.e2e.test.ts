// The kubelet over real Docker and the real API core: the life of pods.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import type { Draft, Pod } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DockerNode, until } from './testing/docker-node.ts';

let node: DockerNode;

beforeAll(async () => {
  node = await DockerNode.create();
  await node.startAgent();
});

afterAll(async () => {
  await node.close();
});

describe('a pod', () => {
  test('starts, answers, and is told apart by kubectl', async () => {
    await node.createPod('web', { containers: [{ name: 'hello', ports: [{ containerPort: 8080 }] }] });
    const pod = await node.podThat('web', 'is ready', isReady);
    expect(pod.status).toMatchObject({ phase: 'Running', hostIP: '127.0.0.1', qosClass: 'BestEffort' });
    expect(pod.status?.podIP).toMatch(/^10\.251\.7\.\d+$/);
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      name: 'hello',
      ready: true,
      started: true,
      restartCount: 0,
      containerID: expect.stringMatching(/^docker:\/\/[0-9a-f]{64}$/),
    });
    expect(await fetchText(`http://${pod.status?.podIP}:8080/`)).toBe('Hello from web on an unnamed node\n');
    const reasons = await until('three events', async () => {
      const found = (await node.events('web')).map(({ reason, message }) => `${reason}: ${message}`);
      return found.length >= 3 ? found : undefined;
    });
    expect(reasons.sort()).toEqual([
      'Created: Created container: hello',
      'Pulled: Container image "berth/hello:1" already present on machine',
      'Started: Started container hello',
    ]);
  });

  test('ends within its grace period, and its object goes', async () => {
    await node.createPod('polite', { containers: [{ name: 'hello' }] });
    const pod = await node.podThat('polite', 'is ready', isReady);
    await node.deletePod('polite');
    await node.podGone('polite');
    await until('its containers are gone', async () =>
      (await node.containersOf(pod.metadata.uid)).length === 0 ? true : undefined,
    );
  });

  test('that ignores the signal is killed when the grace period is over, after its pre-stop hook', async () => {
    await node.createPod('stubborn', {
      terminationGracePeriodSeconds: 2,
      containers: [
        {
          ...shell('app', 'trap "" TERM; while :; do sleep 1; done'),
          lifecycle: { preStop: { exec: { command: ['sh', '-c', 'echo bye > /proc/1/fd/1'] } } },
        },
      ],
    });
    const { metadata } = await node.podThat('stubborn', 'is ready', isReady);
    const log = node.followLog(metadata.uid, 'app');
    const began = Date.now();
    await node.deletePod('stubborn');
    await node.podGone('stubborn');
    const took = Date.now() - began;
    expect(took).toBeGreaterThan(1_900);
    expect(took).toBeLessThan(8_000);
    expect(await log).toBe('bye\n');
  });

  test('with init containers runs them one by one before the others', async () => {
    await node.createPod('staged', {
      volumes: [{ name: 'shared', emptyDir: {} }],
      initContainers: [
        { ...shell('first', 'echo 1 >> /shared/log'), volumeMounts: [{ name: 'shared', mountPath: '/shared' }] },
        { ...shell('second', 'echo 2 >> /shared/log'), volumeMounts: [{ name: 'shared', mountPath: '/shared' }] },
      ],
      containers: [
        {
          ...shell('main', 'cat /shared/log; exec sleep 1000'),
          volumeMounts: [{ name: 'shared', mountPath: '/shared', readOnly: true }],
        },
      ],
    });
    const pod = await node.podThat('staged', 'is ready', isReady);
    expect(pod.status?.initContainerStatuses?.map(({ state }) => state?.terminated?.reason)).toEqual([
      'Completed',
      'Completed',
    ]);
    await node.logThat(pod.metadata.uid, 'main', '1\n2\n');
  });

  test('that is done succeeds, and fails with what it said last', async () => {
    await node.createPod('done', { restartPolicy: 'Never', containers: [shell('job', 'exit 0')] });
    await node.createPod('failed', {
      restartPolicy: 'Never',
      containers: [shell('job', 'echo went wrong > /dev/termination-log; exit 3')],
    });
    const done = await node.podThat('done', 'succeeds', ({ status }) => status?.phase === 'Succeeded');
    expect(done.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    const failed = await node.podThat('failed', 'fails', ({ status }) => status?.phase === 'Failed');
    expect(failed.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 3,
      reason: 'Error',
      message: 'went wrong\n',
    });
    await until('their sandboxes are stopped', async () => {
      const running = (await node.containersOf(done.metadata.uid)).filter(({ State }) => State === 'running');
      return running.length === 0 ? true : undefined;
    });
  });

  test('that uses more memory than it may is reported as OOMKilled', async () => {
    await node.createPod('greedy', {
      restartPolicy: 'Never',
      containers: [
        {
          ...shell('hog', 'x=0123456789abcdef; while :; do x=$x$x; done'),
          resources: { limits: { memory: '16Mi', cpu: '500m' } },
        },
      ],
    });
    const pod = await node.podThat('greedy', 'fails', ({ status }) => status?.phase === 'Failed');
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(pod.status?.qosClass).toBe('Guaranteed');
  });
});

describe('a container', () => {
  test('that was killed from outside is restarted, and the log of the one before stays', async () => {
    await node.createPod('killed', { containers: [shell('app', 'echo life of $HOSTNAME_FILE; exec sleep 1000')] });
    const before = await node.podThat('killed', 'is ready', isReady);
    await node.logThat(before.metadata.uid, 'app', 'life of\n');
    await node.docker.getContainer(containerId(before)).kill();
    const after = await node.podThat('killed', 'has restarted', (pod) => isReady(pod) && restarts(pod) === 1);
    const status = after.status?.containerStatuses?.[0];
    expect(status?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
    expect(status?.lastState?.terminated?.containerID).toBe(`docker://${containerId(before)}`);
    expect(after.status?.podIP).toBe(before.status?.podIP);
    expect(await node.log(before.metadata.uid, 'app', 1)).toBe('life of\n');
  });

  test('that goes on failing backs off', async () => {
    await node.createPod('crashing', { containers: [shell('app', 'exit 1')] });
    const pod = await node.podThat(
      'crashing',
      'backs off',
      ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
    );
    const status = pod.status?.containerStatuses?.[0];
    expect(status?.state?.waiting?.message).toBe(
      `back-off 10s restarting failed container=app pod=crashing_default(${pod.metadata.uid})`,
    );
    expect(status).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 1 } } });
    expect(pod.status?.phase).toBe('Running');
  });

  test('whose program there is not shows why', async () => {
    await node.createPod('nowhere', { containers: [{ name: 'app', command: ['/no/such/program'] }] });
    const pod = await node.podThat('nowhere', 'has ended', ({ status }) =>
      Boolean(
        status?.containerStatuses?.[0]?.lastState?.terminated ?? status?.containerStatuses?.[0]?.state?.terminated,
      ),
    );
    const status = pod.status?.containerStatuses?.[0];
    const terminated = status?.lastState?.terminated ?? status?.state?.terminated;
    expect(terminated).toMatchObject({ exitCode: 128, reason: 'StartError' });
    expect(terminated?.message).toContain('no such file or directory');
  });

  test('whose image is not here waits, as the policy says', async () => {
    const image = 'localhost:9/berth/none:1';
    await node.createPod('never', { containers: [{ name: 'app', image, imagePullPolicy: 'Never' }] });
    await node.createPod('pulls', { containers: [{ name: 'app', image }] });
    const never = await node.podThat('never', 'waits', (pod) => waitingReason(pod) === 'ErrImageNeverPull');
    expect(never.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe(
      `Container image "${image}" is not present with pull policy of Never`,
    );
    const pulls = await node.podThat('pulls', 'waits', (pod) => waitingReason(pod) === 'ImagePullBackOff');
    expect(pulls.status?.phase).toBe('Pending');
  });

  test('is restarted when its liveness probe fails, and gets no traffic while it is not ready', async () => {
    await node.createPod('sick', {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'app',
          ports: [{ name: 'http', containerPort: 8080 }],
          livenessProbe: {
            exec: { command: ['sh', '-c', 'test ! -e /tmp-sick'] },
            periodSeconds: 1,
            timeoutSeconds: 10,
            failureThreshold: 2,
          },
          readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1, timeoutSeconds: 10 },
        },
      ],
    });
    const before = await node.podThat('sick', 'is ready', isReady);
    await node.exec(containerId(before), ['touch', '/tmp-sick']);
    await node.podThat('sick', 'has restarted', (pod) => restarts(pod) === 1 && isReady(pod));
    const messages = (await node.events('sick')).map(({ message }) => message);
    expect(messages).toContain('Liveness probe failed: ');
    expect(messages).toContain('Container app failed liveness probe, will be restarted');
  });
});

describe('a sandbox', () => {
  test('that is lost is made again with everything in it', async () => {
    await node.createPod('homeless', { containers: [{ name: 'hello' }] });
    const before = await node.podThat('homeless', 'is ready', isReady);
    const containers = await node.containersOf(before.metadata.uid);
    const pause = containers.find(({ Labels }) => Labels['berth.role'] === 'sandbox');
    await node.docker.getContainer(pause?.Id ?? '').kill();
    const after = await node.podThat('homeless', 'is ready again', (pod) => restarts(pod) === 1 && isReady(pod));
    expect(await fetchText(`http://${after.status?.podIP}:8080/`)).toContain('Hello from homeless');
  });
});

describe('an agent', () => {
  test('that is restarted finds its pods and touches nothing', async () => {
    await node.createPod('kept', {
      containers: [{ name: 'hello', readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }],
    });
    await node.createPod('leaves', { containers: [{ name: 'hello' }] });
    const before = await node.podThat('kept', 'is ready', isReady);
    const leaves = await node.podThat('leaves', 'is ready', isReady);
    const ids = await runningIds(before);
    await node.stopAgent();
    expect(await runningIds(before)).toEqual(ids);
    await node.deletePod('leaves', 0);
    const remains = join(node.dataDirectory, 'agents', 'kubelet-e2e', 'pods', 'long-gone');
    await mkdir(remains);
    await node.startAgent();
    await until('the pod that was deleted meanwhile is gone', async () =>
      (await node.containersOf(leaves.metadata.uid)).length === 0 && !existsSync(remains) ? true : undefined,
    );
    expect(await runningIds(before)).toEqual(ids);
    const after = await node.podThat('kept', 'is ready', isReady);
    expect(after.status).toEqual(before.status);
    await node.docker.getContainer(containerId(after)).kill();
    await node.podThat('kept', 'has restarted', (pod) => restarts(pod) === 1 && isReady(pod));
  });
});

function shell(name: string, script: string) {
  return { name, command: ['sh', '-c', script] };
}

function isReady(pod: Draft<Pod>): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function restarts(pod: Draft<Pod>): number {
  return pod.status?.containerStatuses?.[0]?.restartCount ?? 0;
}

function waitingReason(pod: Draft<Pod>): string | undefined {
  return pod.status?.containerStatuses?.[0]?.state?.waiting?.reason;
}

function containerId(pod: Draft<Pod>): string {
  return pod.status?.containerStatuses?.[0]?.containerID?.replace('docker://', '') ?? '';
}

async function runningIds(pod: Draft<Pod>): Promise<string[]> {
  const containers = await node.containersOf(pod.metadata.uid);
  return containers
    .filter(({ State }) => State === 'running')
    .map(({ Id }) => Id)
    .sort();
}

/** Ready without a probe says nothing of whether the program listens yet. */
function fetchText(url: string): Promise<string> {
  return until(`an answer from ${url}`, () => fetchOnce(url).catch(() => undefined));
}

function fetchOnce(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

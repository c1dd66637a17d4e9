// What a new user does in the first hour, on a machine that has nothing but Node.js: from a fresh clone to real
// containers on two nodes, and back to a clean machine. One cluster, one step after the other.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Node, ObjectList, Pod, ReplicationController, Service } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually, output, run } from './harness/programs.ts';

const minutes = 60_000;
const clone = join(mkdtempSync(join(tmpdir(), 'berth-clone-')), 'berth');
const cluster = new Cluster({
  project: clone,
  command: ['npm', 'start', '--'],
  // Pods leave a silent node sooner than after five minutes.
  env: { npm_config_loglevel: 'error', BERTH_POD_EVICTION_SECONDS: '60' },
  timeoutMs: 10 * minutes,
});
let kubectl: Kubectl;
let firstLine = '';

beforeAll(async () => {
  await freshClone();
  firstLine = await cluster.start();
  kubectl = await cluster.kubectl();
}, 12 * minutes);

afterAll(async () => {
  await cluster.remove();
  rmSync(dirname(clone), { recursive: true, force: true });
}, 2 * minutes);

/** What git holds of this checkout, or would: no packages, nothing built. */
async function freshClone(): Promise<void> {
  const files = (await output('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']))
    .split('\0')
    .filter(Boolean);
  for (const file of files.filter((name) => existsSync(name))) {
    const target = join(clone, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(file, target);
  }
}

const helloPods = async () => (await kubectl.json<ObjectList<Pod>>('get', 'pods', '-l', 'app=hello')).items;
const isReady = (pod: Pod) => pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
const alive = (pods: readonly Pod[]) => pods.filter(({ metadata }) => !metadata.deletionTimestamp);

function readyPods(count: number, timeoutMs = minutes): Promise<readonly Pod[]> {
  return eventually(
    `${count} ready pods`,
    async () => {
      const pods = await helloPods();
      return pods.length === count && pods.every(isReady) && pods;
    },
    timeoutMs,
  );
}

/** The pod's own container in Docker, not the one that holds its network. */
async function containerOf(pod: Pod): Promise<string> {
  return pod.status.containerStatuses![0]!.containerID!.replace('docker://', '');
}

async function runningContainers(): Promise<string[]> {
  const id = readFileSync(join(cluster.dataDir, 'agents/node-1/cluster-id'), 'utf8').trim();
  return (await output('docker', ['ps', '-q', '--no-trunc', '--filter', `label=berth.cluster=${id}`]))
    .split('\n')
    .filter(Boolean)
    .sort();
}

describe('npm start from a fresh clone', () => {
  it('prints one line that names what one needs', () => {
    expect(firstLine).toMatch(/^Berth is up: API https:\/\/127\.0\.0\.1:6443 /);
    expect(firstLine).toContain(`KUBECONFIG=${cluster.kubeconfig}`);
    expect(cluster.setupLink).toMatch(/^http:\/\/127\.0\.0\.1:7070\/setup\?token=\S+$/);
  });

  it('downloads nothing that only tests need', () => {
    expect(existsSync(join(clone, 'node_modules/lmdb'))).toBe(true);
    expect(existsSync(join(clone, 'node_modules/vitest'))).toBe(false);
    expect(existsSync(join(clone, 'node_modules/@aws-cdk'))).toBe(false);
  });

  it('shows three running pods, spread over both nodes, each in its node’s subnet', async () => {
    const pods = await readyPods(3);
    const nodes = (await kubectl.json<ObjectList<Node>>('get', 'nodes')).items;
    expect(nodes.map(({ metadata }) => metadata.name)).toEqual(['node-1', 'node-2']);
    expect(new Set(pods.map(({ spec }) => spec.nodeName))).toEqual(new Set(['node-1', 'node-2']));
    for (const pod of pods) {
      const subnet = nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName)!.spec.podCIDR!;
      expect(pod.status.podIP).toMatch(new RegExp(`^${subnet.replace(/\.0\/24$/, '').replaceAll('.', '\\.')}\\.\\d+$`));
    }
    const wide = await kubectl('get', 'pods', '-o', 'wide');
    expect(wide.split('\n').filter((line) => /\b1\/1 +Running\b/.test(line))).toHaveLength(3);
  });

  it('answers at the service’s cluster address and at its node port, from all three in turn', async () => {
    const { spec } = await kubectl.json<Service>('get', 'service', 'hello');
    const names = new Set((await readyPods(3)).map(({ metadata }) => metadata.name));
    for (const address of [`http://${spec.clusterIP}`, 'http://127.0.0.1:30080']) {
      const answers = new Set<string>();
      for (let request = 0; request < 6; request++) {
        const text = await output('curl', ['-s', '--max-time', '5', address]);
        answers.add([...names].find((name) => text.includes(name)) ?? text);
      }
      expect(answers).toEqual(names);
    }
  });

  it('lets a pod reach the service by its DNS name', async () => {
    const [pod] = await readyPods(3);
    for (const name of ['hello', 'hello.default', 'hello.default.svc.cluster.local']) {
      expect(await kubectl('exec', pod!.metadata.name, '--', 'wget', '-q', '-O', '-', `http://${name}`)).toContain(
        'hello-',
      );
    }
  });
});

describe('when something breaks', () => {
  it('restarts a container that was killed', async () => {
    const [pod] = await readyPods(3);
    await output('docker', ['kill', await containerOf(pod!)]);
    const { status } = await eventually('the container runs again', async () => {
      const now = await kubectl.json<Pod>('get', 'pod', pod!.metadata.name);
      return now.status.containerStatuses![0]!.restartCount === 1 && isReady(now) && now;
    });
    expect(status.containerStatuses![0]!.lastState?.terminated?.exitCode).toBe(137);
  });

  it('replaces a pod that was deleted', async () => {
    const [pod] = await readyPods(3);
    await kubectl('delete', 'pod', pod!.metadata.name);
    const pods = await readyPods(3);
    expect(pods.map(({ metadata }) => metadata.uid)).not.toContain(pod!.metadata.uid);
  });

  it(
    'replaces the pods of a node whose agent was killed, and takes the node back when it returns',
    async () => {
      await readyPods(3);
      const command = await cluster.kill('node-2');
      await eventually(
        'node-2 is not ready',
        async () => /node-2 +NotReady/.test(await kubectl('get', 'nodes')),
        2 * minutes,
      );
      await eventually(
        'three ready pods on node-1',
        async () => {
          const pods = alive(await helloPods()).filter(isReady);
          return pods.length === 3 && pods.every(({ spec }) => spec.nodeName === 'node-1');
        },
        3 * minutes,
      );
      await cluster.startAgain(command);
      await eventually('node-2 is ready', async () => /node-2 +Ready/.test(await kubectl('get', 'nodes')));
      // What ran there was given up while the agent was away: it is ended now.
      await eventually('no pod is left behind', async () => (await helloPods()).length === 3);
      await kubectl('scale', 'rc', 'hello', '--replicas=6');
      const pods = await readyPods(6);
      expect(new Set(pods.map(({ spec }) => spec.nodeName))).toEqual(new Set(['node-1', 'node-2']));
      await kubectl('scale', 'rc', 'hello', '--replicas=3');
      await readyPods(3);
    },
    6 * minutes,
  );

  it('is as it was after the server was killed and started again, and no container was touched', async () => {
    await readyPods(3);
    const before = await runningContainers();
    const { metadata } = await kubectl.json<ReplicationController>('get', 'rc', 'hello');
    const command = await cluster.kill('server');
    // Services go on while there is no server.
    expect(await output('curl', ['-s', '--max-time', '5', 'http://127.0.0.1:30080'])).toContain('hello-');
    await cluster.startAgain(command);
    await eventually('the server answers', async () => (await kubectl.run(['get', '--raw', '/readyz'])).code === 0);
    const after = await kubectl.json<ReplicationController>('get', 'rc', 'hello');
    expect(after.metadata.uid).toBe(metadata.uid);
    await readyPods(3);
    await kubectl('get', 'nodes');
    expect(await runningContainers()).toEqual(before);
  });
});

describe('stopping and starting', () => {
  it('adopts on the next start the containers that Ctrl-C left', async () => {
    const before = await runningContainers();
    await cluster.stop();
    expect(await runningContainers()).toEqual(before);
    const line = await cluster.start();
    expect(line).toMatch(/^Berth is up/);
    const pods = await readyPods(3);
    expect(pods).toHaveLength(3);
    expect(await runningContainers()).toEqual(before);
  });

  // Once it ended silently, without having done anything, when a cluster was still up.
  it('stops what runs and leaves nothing behind, after npm run down', async () => {
    const { code } = await run('npm', ['run', 'down', '--', '--data-dir', cluster.dataDir], { cwd: clone });
    expect(code).toBe(0);
    expect(await runningContainers()).toEqual([]);
    expect(await output('docker', ['ps', '-aq', '--filter', 'label=berth.node'])).toBe('');
    expect(await output('docker', ['network', 'ls', '-q', '--filter', 'label=berth.node'])).toBe('');
    expect(await output('nft', ['list', 'tables'])).not.toContain('berth');
    expect(await output('iptables', ['-S'])).not.toContain('10.244.');
    expect(await output('ip', ['route'])).not.toContain('10.244.');
    expect(readFileSync(join(cluster.dataDir, 'admin.kubeconfig'), 'utf8')).toContain('server: https://127.0.0.1:6443');
  });
});

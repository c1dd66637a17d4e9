// The whole of docker-compose.yml: images built from this checkout without a registry, a cluster on etcd and PostgreSQL,
// two nodes, and nothing left at the end. Beside other clusters of the machine: it has names, ports and networks of its own.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, ObjectList, Pod, Service } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubectl, kubectl as kubectlFor } from '../harness/kubectl.ts';
import { eventually, output } from '../harness/programs.ts';
import { makeBases, removeImages } from './bases.ts';

const minutes = 60_000;
const tag = `e2e-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), 'berth-compose-'));
const dataDir = join(folder, 'data');
const project = `berth-${tag}`;
const nodeNames = ['compose-1', 'compose-2'];
const settings: Record<string, string> = {
  DOCKER_BUILDKIT: '0',
  COMPOSE_DOCKER_CLI_BUILD: '0',
  COMPOSE_FILE: 'docker-compose.yml:e2e/compose/sandbox.yml',
  COMPOSE_PROJECT_NAME: project,
  BERTH_TAG: tag,
  BERTH_DATA_DIR: dataDir,
  BERTH_NODE_PREFIX: 'compose',
  BERTH_NODE_PORT_RANGE: '32600-32699',
  BERTH_CLUSTER_CIDR: '10.231.0.0/16',
  BERTH_SERVICE_CIDR: '10.232.0.0/16',
  BERTH_DNS_ADDRESS: '10.232.0.10',
  BERTH_PROXY_TABLE: 'berth_compose',
  BERTH_ADMIN_PASSWORD: 'a password for one test',
};
let kubectl: Kubectl;
let clusterId = '';

function compose(args: readonly string[], timeoutMs = 3 * minutes): Promise<string> {
  return output('docker-compose', args, { env: settings, timeoutMs });
}

beforeAll(async () => {
  const [bases, ports] = await Promise.all([makeBases(tag), freePorts(4)]);
  Object.assign(settings, {
    BERTH_API_PORT: ports[0],
    BERTH_DASHBOARD_PORT: ports[1],
    BERTH_NODE_1_PORT: ports[2],
    BERTH_NODE_2_PORT: ports[3],
    NODE_IMAGE: bases.system,
    DEBIAN_IMAGE: bases.system,
    BUILD_IMAGE: bases.build,
    POSTGRES_IMAGE: bases.postgres,
  });
  await compose(['build'], 5 * minutes);
  await compose(['up', '-d']);
  kubectl = await kubectlFor(join(dataDir, 'admin.kubeconfig'));
  clusterId = await kubectl('get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}');
}, 10 * minutes);

afterAll(async () => {
  if (clusterId) await removeCluster();
  await compose(['down', '--volumes', '--timeout', '5']);
  await removeImages(tag);
  rmSync(folder, { recursive: true, force: true });
}, 3 * minutes);

/** What docs/containers.md names, for this cluster alone. */
async function removeCluster(): Promise<void> {
  await compose(['run', '--rm', '--no-deps', 'node-1', 'remove', '--cluster-id', clusterId]);
}

const isReady = (object: Node | Pod) =>
  object.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');

async function readyPod(name: string): Promise<Pod> {
  return eventually(`${name} is ready`, async () => {
    const pod = await kubectl.json<Pod>('get', 'pod', name);
    return isReady(pod) && pod;
  });
}

async function containersOfPods(): Promise<string[]> {
  const found = await output('docker', ['ps', '--quiet', '--filter', `label=berth.cluster=${clusterId}`]);
  return found.split('\n').filter(Boolean).sort();
}

describe('docker-compose up', () => {
  it('has two ready nodes, each half of the machine', async () => {
    const nodes = await eventually('two ready nodes', async () => {
      const { items } = await kubectl.json<ObjectList<Node>>('get', 'nodes');
      return items.length === 2 && items.every(isReady) && items;
    });
    expect(nodes.map(({ metadata }) => metadata.name)).toEqual(nodeNames);
    for (const { status, spec } of nodes) {
      expect(status.capacity?.cpu).toBe(cpuQuantity(availableParallelism() / 2));
      expect(spec.podCIDR).toMatch(/^10\.231\.\d+\.0\/24$/);
    }
  });

  it('runs pods on both nodes, which answer kubectl and each other', async () => {
    await kubectl('create', 'configmap', 'greeting', '--from-literal=text=from the API');
    for (const node of nodeNames) {
      await kubectl.run(['create', '-f', '-'], { input: JSON.stringify(webPod(node)) });
    }
    const pods = await Promise.all(nodeNames.map(readyPod));
    expect(pods.map(({ spec }) => spec.nodeName)).toEqual(nodeNames);
    const [first, second] = nodeNames as [string, string];
    expect(
      await kubectl('exec', first, '--', 'wget', '-q', '-O', '-', `http://${pods[1]!.status.podIP}:8080`),
    ).toContain(second);
    expect(await kubectl('logs', second)).toContain('listens on port 8080');
    expect(await kubectl('exec', first, '--', 'cat', '/greeting/text')).toBe('from the API');
  });

  it('reaches services at their addresses', async () => {
    await kubectl('create', 'service', 'nodeport', 'web', '--tcp=80:8080', '--node-port=32680');
    await kubectl('set', 'selector', 'service', 'web', 'app=web');
    const { spec } = await kubectl.json<Service>('get', 'service', 'web');
    for (const address of [`http://${spec.clusterIP}`, 'http://127.0.0.1:32680']) {
      await eventually(`an answer at ${address}`, async () => output('curl', ['-sf', '--max-time', '2', address]));
    }
  });

  it('keeps the state in etcd and the dashboard’s tables in PostgreSQL', async () => {
    const etcdctl = ['exec', '-T', 'etcd', 'etcdctl', '--endpoints', 'unix://etcd:2379'];
    expect(await compose([...etcdctl, 'get', '--prefix', '/berth', '--keys-only'])).toMatch(
      /pods\/default\/compose-1$/m,
    );
    const psql = ['exec', '-T', 'postgres', 'psql', '-U', 'berth', '-At', '-c'];
    expect(await compose([...psql, 'SELECT name FROM "User"'])).toBe('admin\n');
    expect(await compose([...psql, 'SELECT migration_name FROM _prisma_migrations'])).toMatch(/_first$/m);
  });

  it('serves the dashboard', async () => {
    const answer = await fetch(`http://127.0.0.1:${settings.BERTH_DASHBOARD_PORT}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<html');
  });
});

describe('docker-compose down', () => {
  it(
    'leaves the pods running, and the next up takes them back with all state',
    async () => {
      const before = await containersOfPods();
      expect(before).not.toEqual([]);
      await compose(['down']);
      expect(await containersOfPods()).toEqual(before);
      await compose(['up', '-d']);
      await Promise.all(nodeNames.map(readyPod));
      await eventually('logs through the new agents', async () => (await kubectl('logs', nodeNames[1]!)) !== '');
      expect(await containersOfPods()).toEqual(before);
    },
    3 * minutes,
  );

  it(
    'leaves nothing once the cluster is removed too',
    async () => {
      await compose(['down']);
      await removeCluster();
      const ofProject = ['--filter', `label=com.docker.compose.project=${project}`];
      for (const filter of [['--filter', `label=berth.cluster=${clusterId}`], ofProject]) {
        expect(await output('docker', ['ps', '--all', '--quiet', ...filter])).toBe('');
        expect(await output('docker', ['network', 'ls', '--quiet', ...filter])).toBe('');
      }
      await compose(['down', '--volumes']);
      expect(await output('docker', ['volume', 'ls', '--quiet', ...ofProject])).toBe('');
      expect(await output('nft', ['list', 'tables'])).not.toContain('berth_compose');
      expect(await output('iptables-save', [])).not.toContain(clusterId);
      expect(await output('ip', ['route'])).not.toContain('10.231.');
    },
    2 * minutes,
  );
});

/** On the node of its name, with files that the agent writes and the Engine mounts. */
function webPod(node: string): object {
  const volumes = [{ name: 'greeting', configMap: { name: 'greeting' } }];
  const volumeMounts = [{ name: 'greeting', mountPath: '/greeting' }];
  const container = { name: 'web', image: 'berth/hello:1', ports: [{ containerPort: 8080 }], volumeMounts };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: node, labels: { app: 'web' } },
    spec: { nodeName: node, containers: [container], volumes, terminationGracePeriodSeconds: 1 },
  };
}

/** Ports of 127.0.0.1 on which nobody listens now. */
async function freePorts(count: number): Promise<string[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => `${(server.address() as AddressInfo).port}`);
  for (const server of servers) server.close();
  return ports;
}

function cpuQuantity(cores: number): string {
  return Number.isInteger(cores) ? `${cores}` : `${cores * 1000}m`;
}

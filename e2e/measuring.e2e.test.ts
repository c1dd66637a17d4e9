// What nodes and pods use, from Docker's statistics to kubectl top, on real Docker.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { allKubectlVersions, type Kubectl, kubectl as kubectlOf } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample'] });
let kubectl: Kubectl;

const pod = (name: string, scripts: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: scripts.map((script, index) => ({
      name: `c${index}`,
      image: 'berth/hello:1',
      command: ['sh', '-c', script],
      resources: { limits: { cpu: '300m' } },
    })),
  },
});

beforeAll(async () => {
  await cluster.start();
  kubectl = await cluster.kubectl();
  const items = [pod('busy', ['while :; do :; done', 'sleep 1000']), pod('calm', ['sleep 1000'])];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await eventually('the pods', async () => (await kubectl.run(['apply', '-f', '-'], { input })).code === 0);
  await kubectl('wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s');
  // Two rounds of the API server's measuring.
  const shown = async (kind: string, name: string) => (await kubectl.run(['top', kind])).stdout.includes(name);
  await eventually('figures', async () => (await shown('pod', 'calm')) && (await shown('node', 'node-2')), 90_000);
});

afterAll(() => cluster.remove());

const rows = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

describe.each(allKubectlVersions)('kubectl %s', (version) => {
  let top: (...args: string[]) => Promise<string[][]>;

  beforeAll(async () => {
    const run = await kubectlOf(cluster.kubeconfig, version);
    top = async (...args) => rows(await run('top', ...args));
  });

  it('top pod shows who is busy first, and what the others use', async () => {
    const [head, busy, calm] = await top('pod', '--sort-by=cpu');
    expect(head).toEqual(['NAME', 'CPU(cores)', 'MEMORY(bytes)']);
    expect(busy).toEqual(['busy', expect.stringMatching(/^[1-3]?[0-9][0-9]m$/), expect.stringMatching(/^\d+Mi$/)]);
    expect(calm?.slice(0, 2)).toEqual(['calm', expect.stringMatching(/^[0-9]m$/)]);
  });

  it('top pod -l and --containers', async () => {
    const found = await top('pod', '-l', 'app=busy', '--containers', '--sort-by=cpu');
    expect(found.map(([name, container]) => [name, container])).toEqual([
      ['POD', 'NAME'],
      ['busy', 'c0'],
      ['busy', 'c1'],
    ]);
  });

  it('top node shows shares of what each node has', async () => {
    const found = await top('node', '--sort-by=memory');
    expect(found[0]).toEqual([
      'NAME',
      'CPU(cores)',
      expect.stringMatching(/CPU[%(]/),
      'MEMORY(bytes)',
      expect.any(String),
    ]);
    expect(
      found
        .slice(1)
        .map(([name]) => name)
        .sort(),
    ).toEqual(['node-1', 'node-2']);
    for (const [, cpu, share] of found.slice(1))
      expect([cpu, share]).toEqual([expect.stringMatching(/^\d+m$/), expect.stringMatching(/^\d+%$/)]);
  });
});

it('metrics.k8s.io is a group like any other', async () => {
  expect(await kubectl('api-versions')).toContain('metrics.k8s.io/v1beta1\n');
  expect(await kubectl('get', 'pods.metrics.k8s.io', 'busy')).toMatch(
    /^NAME +CPU +MEMORY +WINDOW\nbusy +\d+n +\d+Ki +\d/,
  );
  const { code, stderr } = await kubectl.run(['delete', 'pods.metrics.k8s.io', 'busy']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('the server does not allow this method')]);
});

it('an agent tells of itself and of its pods', async () => {
  const agents = await kubectl.json<{ spec: { nodeName: string } }>('get', 'pod', 'busy');
  const root = `/api/v1/nodes/${agents.spec.nodeName}/proxy`;
  const { pods } = JSON.parse(await kubectl('get', '--raw', `${root}/stats/summary`)) as {
    pods: { podRef: { name: string }; network: { rxBytes: number }; memory: { workingSetBytes: number } }[];
  };
  const busy = pods.find(({ podRef }) => podRef.name === 'busy');
  expect(busy?.memory.workingSetBytes).toBeGreaterThan(10_000);
  expect(busy?.network.rxBytes).toBeGreaterThanOrEqual(0);
  expect(await kubectl('get', '--raw', `${root}/metrics/resource`)).toMatch(
    /^container_cpu_usage_seconds_total\{container="c0",namespace="default",pod="busy"\} \d/m,
  );
  const metrics = await kubectl('get', '--raw', `${root}/metrics`);
  expect(metrics).toMatch(/^kubelet_running_pods [12]$/m);
  expect(metrics).toMatch(/^process_cpu_seconds_total /m);
});

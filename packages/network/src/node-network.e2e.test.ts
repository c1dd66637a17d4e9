import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@berth/host';
import { createInformer, type Informer } from '@berth/informers';
import { FakeSource } from '@berth/informers/testing';
import { type Node, nodes } from '@berth/objects';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './command.ts';
import { createNodeNetwork, type NodeNetwork, removeNodeNetworks } from './index.ts';

// Real Docker, two nodes of this machine. Everything is named after the test and gone after it.
const clusterId = `e2e-network-${process.pid}`;
const clusterNetwork = '10.250.0.0/16';
const image = `berth-e2e-network-${process.pid}`;
const nodeNames = [1, 2].map((n) => `e2e-${process.pid}-${n}`) as [string, string];

const docker = new Docker();
const source = new FakeSource();
let informer: Informer<Node>;
let stop = new AbortController();
let running: Promise<unknown>[] = [];
const containers: string[] = [];

beforeAll(async () => {
  await buildImage();
  nodeNames.forEach((name, n) => {
    source.put(nodes, nodeObject(name, `10.250.${n + 1}.0/24`));
  });
});

afterAll(async () => {
  await stopNetworks();
  for (const name of containers) await runCommand('docker', ['rm', '-f', name]);
  await removeNodeNetworks({ docker, clusterId });
  await runCommand('docker', ['rmi', '-f', image]);
});

test('nodes get their networks, and pods see each other with their own addresses', async () => {
  const [one, two] = await startNetworks();
  expect(one!.state).toEqual({
    ready: true,
    name: `berth-${nodeNames[0]}`,
    subnet: '10.250.1.0/24',
    gateway: '10.250.1.1',
  });
  await runPod('one', one!);
  await runPod('two', two!);
  expect(await who('one', await addressOf('two'))).toBe(await addressOf('one'));
  expect(await who('two', await addressOf('one'))).toBe(await addressOf('two'));
});

test('an agent that starts again adopts the network and adds no rule twice', async () => {
  const rulesBefore = await ownRules();
  const idBefore = await networkIds();
  await stopNetworks();
  await startNetworks();
  expect(await networkIds()).toEqual(idBefore);
  expect(await ownRules()).toEqual(rulesBefore);
  expect(rulesBefore).toHaveLength(4);
  expect(await who('one', await addressOf('two'))).toBe(await addressOf('one'));
});

test('a new pod may talk to itself through the bridge', async () => {
  const { bridge } = await inspectBridge();
  await expect.poll(() => hairpins(bridge)).toEqual(['1']);
});

test('a network of another cluster is left alone, and the node says why it is not ready', async () => {
  const other = createNodeNetwork({ ...optionsFor(nodeNames[0]), clusterId: `${clusterId}-other` });
  const abort = new AbortController();
  const { done } = await other.start(abort.signal);
  await expect
    .poll(() => other.state)
    .toMatchObject({ ready: false, reason: expect.stringContaining('belongs to another Berth cluster') });
  abort.abort();
  await done;
  await removeNodeNetworks({ docker, clusterId: `${clusterId}-other` });
  expect(await ownRules()).toHaveLength(4);
});

test('removal takes everything of the cluster and nothing else', async () => {
  await stopNetworks();
  const others = await networksOfOthers();
  await removeNodeNetworks({ docker, clusterId });
  expect(await networkIds()).toEqual([]);
  expect(await ownRules()).toEqual([]);
  expect(await networksOfOthers()).toEqual(others);
});

function optionsFor(nodeName: string) {
  return { docker, clusterId, clusterNetwork, nodeName, nodes: informer, clock: systemClock, log: silentLogger };
}

async function startNetworks(): Promise<NodeNetwork[]> {
  stop = new AbortController();
  informer = createInformer({ client: source, resource: nodes, clock: systemClock, log: silentLogger });
  running = [(await informer.start(stop.signal)).done];
  const networks = nodeNames.map((name) => createNodeNetwork(optionsFor(name)));
  for (const network of networks) running.push((await network.start(stop.signal)).done);
  await expect.poll(() => networks.map(({ state }) => state.ready), { timeout: 10_000 }).toEqual([true, true]);
  return networks;
}

async function stopNetworks(): Promise<void> {
  stop.abort();
  await Promise.all(running);
}

async function buildImage(): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), 'berth-e2e-image-'));
  await runCommand('cp', ['/bin/busybox', context]);
  await writeFile(join(context, 'who'), '#!/bin/busybox sh\necho\necho $REMOTE_ADDR\n', { mode: 0o755 });
  await writeFile(
    join(context, 'Dockerfile'),
    'FROM scratch\nCOPY busybox /bin/busybox\nCOPY who /www/cgi-bin/who\nCMD ["/bin/busybox", "httpd", "-f", "-h", "/www"]\n',
  );
  await runCommand('env', ['DOCKER_BUILDKIT=0', 'docker', 'build', '-q', '-t', image, context]);
  await rm(context, { recursive: true });
}

const containerOf = (pod: string) => `${clusterId}-${pod}`;

async function runPod(pod: string, network: NodeNetwork): Promise<void> {
  if (!network.state.ready) throw new Error(network.state.reason);
  containers.push(containerOf(pod));
  await runCommand('docker', ['run', '-d', '--name', containerOf(pod), '--network', network.state.name, image]);
}

async function addressOf(pod: string): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return (await runCommand('docker', ['inspect', '-f', format, containerOf(pod)])).trim();
}

/** As whom a pod is seen by the one that it calls. */
async function who(pod: string, address: string): Promise<string> {
  const get = ['/bin/busybox', 'wget', '-qO-', `http://${address}/cgi-bin/who`];
  const shown = await runCommand('docker', ['exec', containerOf(pod), ...get]);
  return shown.trim().replace(/^\[::ffff:(.*)\]$/, '$1');
}

async function ownRules(): Promise<string[]> {
  const all = await Promise.all(['filter', 'nat'].map((table) => runCommand('iptables-save', ['-t', table])));
  return all
    .join('\n')
    .split('\n')
    .filter((line) => line.replaceAll('"', '').includes(`berth:${clusterId} `));
}

async function networkIds(): Promise<string[]> {
  const found = await docker.listNetworks({ filters: { label: [`berth.cluster=${clusterId}`] } });
  return found.map(({ Id }) => Id).sort();
}

async function networksOfOthers(): Promise<string[]> {
  const own = new Set(await networkIds());
  return (await docker.listNetworks())
    .map(({ Id }) => Id)
    .filter((id) => !own.has(id))
    .sort();
}

async function inspectBridge(): Promise<{ bridge: string }> {
  const { Options } = (await docker.getNetwork(`berth-${nodeNames[0]}`).inspect()) as {
    Options: Record<string, string>;
  };
  return { bridge: Options['com.docker.network.bridge.name']! };
}

async function hairpins(bridge: string): Promise<string[]> {
  const modes = await runCommand('sh', ['-c', `cat /sys/class/net/${bridge}/brif/*/hairpin_mode`]);
  return modes.trim().split('\n');
}

function nodeObject(name: string, podCIDR: string): Node {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { podCIDR }, status: {} } as unknown as Node;
}

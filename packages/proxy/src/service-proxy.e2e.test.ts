import type { Endpoints, Node, Service } from '@berth/objects';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Agent,
  addresses,
  apiServers,
  type Feed,
  Machine,
  machineAddress,
  type Place,
} from './testing/machine.ts';

const machine = new Machine();
let agents: [Agent, Agent];

const pods = ['pod-1', 'pod-2', 'pod-3'] as const;
const web = { name: 'web', clusterIP: '10.250.64.20', nodePort: 30080 };

beforeAll(async () => {
  await machine.start();
  const feed = [
    put('nodes', node('node-1')),
    put('nodes', node('node-2')),
    put('services', service(web)),
    put('endpoints', endpointsOf('web', pods)),
  ];
  agents = [await machine.agent('node-1', '10.250.1.1', feed), await machine.agent('node-2', '10.250.2.1', feed)];
});
afterAll(() => machine[Symbol.asyncDispose]());

test('one of the two agents programs what was there when it started', async () => {
  await expect.poll(() => machine.get('machine', web.clusterIP)).toContain('pod-');
});

const ways: readonly { from: Place; to: string; seenAs: string | undefined }[] = [
  { from: 'machine', to: web.clusterIP, seenAs: undefined },
  { from: 'pod-4', to: web.clusterIP, seenAs: addresses['pod-4'] },
  { from: 'machine', to: `127.0.0.1:${web.nodePort}`, seenAs: '10.250.1.1' },
  { from: 'machine', to: `${machineAddress}:${web.nodePort}`, seenAs: undefined },
  { from: 'caller', to: `${machineAddress}:${web.nodePort}`, seenAs: '10.250.1.1' },
  { from: 'pod-4', to: `10.250.2.1:${web.nodePort}`, seenAs: '10.250.1.1' },
];
test.each(ways)('$from reaches $to, all three pods in turn', async ({ from, to, seenAs }) => {
  const answers: string[] = [];
  for (let n = 0; n < 6; n++) answers.push(await machine.get(from, to));
  expect(counted(answers)).toEqual({ 'pod-1': 2, 'pod-2': 2, 'pod-3': 2 });
  if (seenAs) expect(new Set(answers.map(callerOf))).toEqual(new Set([seenAs]));
});

test('a pod on the bridge of its backends is answered from the service, and sees itself through it', async () => {
  const answers: string[] = [];
  for (let n = 0; n < 6; n++) answers.push(await machine.get('pod-1', web.clusterIP));
  expect(counted(answers)).toEqual({ 'pod-1': 2, 'pod-2': 2, 'pod-3': 2 });
  expect(answers.filter((answer) => podOf(answer) !== 'pod-1').map(callerOf)).toEqual(
    Array(4).fill(addresses['pod-1']),
  );
});

test('a service without ready endpoints refuses at once, by its address and by its node port', async () => {
  const lonely = { name: 'lonely', clusterIP: '10.250.64.21', nodePort: 30081 };
  await feedAll([put('services', service(lonely)), put('endpoints', endpointsOf('lonely', []))]);
  for (const [from, to] of [
    ['machine', lonely.clusterIP],
    ['pod-1', lonely.clusterIP],
    ['caller', `${machineAddress}:${lonely.nodePort}`],
    ['machine', `127.0.0.1:${lonely.nodePort}`],
  ] as const)
    await expect.poll(() => machine.get(from, to)).toMatch(/refused|Couldn't connect/);
  await feedAll([put('endpoints', endpointsOf('lonely', ['pod-2']))]);
  await expect.poll(() => machine.get('caller', `${machineAddress}:${lonely.nodePort}`)).toContain('pod-2');
});

test('the API answers pods at its service’s address, though its server listens on a loopback address alone', async () => {
  const kubernetes = { name: 'kubernetes', clusterIP: '10.250.64.1' };
  await feedAll([put('services', service(kubernetes))]);
  for (const pod of ['pod-1', 'pod-4'] as const)
    await expect.poll(() => machine.get(pod, kubernetes.clusterIP)).toBe(`api ${addresses[pod]}`);
  await expect.poll(() => machine.get('machine', kubernetes.clusterIP)).toMatch(/^api /);
});

test('the API’s address follows the agent to another server', async () => {
  await feedAll([{ apiServer: apiServers['another-api'] }]);
  await expect.poll(() => machine.get('pod-1', '10.250.64.1')).toBe(`another-api ${addresses['pod-1']}`);
});

test('session affinity keeps a caller with its pod, and lets it go when the pod goes', async () => {
  const sticky = { name: 'sticky', clusterIP: '10.250.64.22', sessionAffinity: 'ClientIP' };
  await feedAll([put('services', service(sticky)), put('endpoints', endpointsOf('sticky', pods))]);
  await expect.poll(() => machine.get('pod-4', sticky.clusterIP)).toContain('pod-');
  const first = podOf(await machine.get('pod-4', sticky.clusterIP));
  for (let n = 0; n < 4; n++) expect(podOf(await machine.get('pod-4', sticky.clusterIP))).toBe(first);
  const others = pods.filter((pod) => pod !== first);
  await feedAll([put('endpoints', endpointsOf('sticky', others))]);
  await expect.poll(async () => podOf(await machine.get('pod-4', sticky.clusterIP))).not.toBe(first);
  const second = podOf(await machine.get('pod-4', sticky.clusterIP));
  await feedAll([put('endpoints', endpointsOf('sticky', pods))]);
  await expect.poll(async () => podOf(await machine.get('caller', sticky.clusterIP))).toBeTruthy();
  expect(podOf(await machine.get('pod-4', sticky.clusterIP))).toBe(second);
});

test('a UDP flow leaves a pod that is no longer an endpoint', async () => {
  const udp = { name: 'udp', clusterIP: '10.250.64.23', protocol: 'UDP' };
  await feedAll([put('services', service(udp)), put('endpoints', endpointsOf('udp', ['pod-1'], 'UDP'))]);
  await expect.poll(() => machine.ask('pod-4', udp.clusterIP, 80)).toBe(`pod-1 ${addresses['pod-4']}`);
  await feedAll([put('endpoints', endpointsOf('udp', ['pod-2'], 'UDP'))]);
  await expect.poll(() => machine.ask('pod-4', udp.clusterIP, 80)).toBe(`pod-2 ${addresses['pod-4']}`);
});

test('names: services, headless services, what is not there', async () => {
  await feedAll([
    put('services', service({ name: 'headless', clusterIP: 'None' })),
    put('endpoints', endpointsOf('headless', ['pod-1', 'pod-2'])),
  ]);
  const domain = 'default.svc.cluster.test';
  await expect
    .poll(async () => ((await machine.lookup('pod-1', `headless.${domain}`, 'A')) as string[]).toSorted())
    .toEqual([addresses['pod-1'], addresses['pod-2']]);
  expect(await machine.lookup('pod-4', `web.${domain}`, 'A')).toEqual([web.clusterIP]);
  expect(await machine.lookup('machine', `web.${domain}`, 'A')).toEqual([web.clusterIP]);
  expect(await machine.lookup('pod-4', `web.${domain}`, 'AAAA')).toBe('ENODATA');
  expect(await machine.lookup('pod-4', `nobody.${domain}`, 'A')).toBe('ENOTFOUND');
});

test('when the owner is killed with -9, another agent takes over with what is true by then', async () => {
  const late = { name: 'late', clusterIP: '10.250.64.24' };
  const [owner, other] = agents;
  await owner.kill();
  await other.feed([put('services', service(late)), put('endpoints', endpointsOf('late', ['pod-3']))]);
  await other.feed([put('endpoints', endpointsOf('web', ['pod-2']))]);
  const began = performance.now();
  await expect
    .poll(() => machine.get('caller', `${machineAddress}:${web.nodePort}`), { interval: 20 })
    .toContain('pod-2');
  await expect.poll(() => machine.get('pod-4', late.clusterIP), { interval: 20 }).toContain('pod-3');
  expect(performance.now() - began).toBeLessThan(1_500);
  for (let n = 0; n < 3; n++) expect(await machine.get('machine', web.clusterIP)).toContain('pod-2');
  expect(await machine.lookup('pod-1', 'late.default.svc.cluster.test', 'A')).toEqual([late.clusterIP]);
});

/** Both agents see the same cluster. */
async function feedAll(feed: Feed): Promise<void> {
  for (const agent of agents) await agent.feed(feed);
}

function put(plural: string, object: object): Feed[number] {
  return { plural, object };
}

function node(name: string): Node {
  const status = { addresses: [{ type: 'InternalIP', address: machineAddress }] };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {}, status } as unknown as Node;
}

function service(options: {
  name: string;
  clusterIP: string;
  nodePort?: number;
  protocol?: string;
  sessionAffinity?: string;
}): Service {
  const { name, clusterIP, nodePort, protocol = 'TCP', sessionAffinity } = options;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { clusterIP, sessionAffinity, ports: [{ port: 80, protocol, nodePort }] },
    status: {},
  } as unknown as Service;
}

function endpointsOf(name: string, ready: readonly (keyof typeof addresses)[], protocol = 'TCP'): Endpoints {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, namespace: 'default' },
    subsets: [{ addresses: ready.map((pod) => ({ ip: addresses[pod] })), ports: [{ port: 80, protocol }] }],
  } as unknown as Endpoints;
}

const podOf = (answer: string) => answer.split(' ')[0];
const callerOf = (answer: string) => answer.split(' ')[1];

function counted(answers: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[podOf(answer)!] = (counts[podOf(answer)!] ?? 0) + 1;
  return counts;
}

// The wall clock of a machine is set an hour forward and back, while a server on etcd and a simulated node run on it: the
// same process leads, the node stays Ready, pods stay where they are and new ones start, and tokens end by the clock.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lease, Node, ObjectList, Pod } from '@berth/objects';
import { type EtcdProcess, startEtcd } from '@berth/store/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';
import { freePort, Server } from './harness/server.ts';
import { WallClock } from './harness/wall-clock.ts';

const hour = 3_600;
const directory = mkdtempSync(join(tmpdir(), 'berth-clock-'));
const leaders = ['kube-controller-manager', 'kube-scheduler'];

let etcd: EtcdProcess;
let clock: WallClock;
let server: Server;
let kubectl: Kubectl;

beforeAll(async () => {
  etcd = await startEtcd();
  clock = await WallClock.in(join(directory, 'wall-clock'));
  const flags = ['--store', 'etcd', '--etcd-endpoints', etcd.endpoint, '--node-credentials', 'node-1'];
  server = await Server.start(flags, clock.env);
  const agent = ['--node-name', 'node-1', '--data-dir', server.dataDir, '--runtime', 'simulated'];
  server.run('agent', [...agent, '--port', `${await freePort()}`], clock.env);
  kubectl = await server.kubectl();
  await eventually('the node is there', () => kubectl('get', 'node', 'node-1'));
  await kubectl('wait', 'node/node-1', '--for=condition=Ready', '--timeout=30s');
  await eventually('pods may be made', () => kubectl('get', 'serviceaccount', 'default'));
  await kubectl('create', 'deployment', 'web', '--image=berth/hello:1', '--replicas=2');
  await kubectl('rollout', 'status', 'deployment/web', '--timeout=30s');
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await etcd?.[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

const leaderOf = async (name: string) => {
  const { spec } = await kubectl.json<Lease>('get', 'lease', name, '-n', 'kube-system');
  return `${spec.holderIdentity} ${spec.leaseTransitions}`;
};
const podsOfWeb = async () => {
  const { items } = await kubectl.json<ObjectList<Pod>>('get', 'pods', '-l', 'app=web');
  return items.map(({ metadata, status }) => `${metadata.uid} ${status?.containerStatuses?.[0]?.restartCount}`).sort();
};
const readinessOf = async () => {
  const { status } = await kubectl.json<Node>('get', 'node', 'node-1');
  return status.conditions?.find(({ type }) => type === 'Ready')?.status;
};
const renewal = async (name: string, namespace: string) =>
  (await kubectl.json<Lease>('get', 'lease', name, '-n', namespace)).spec.renewTime;
/** Of the default account, for ten minutes. */
const newToken = async () => (await kubectl('create', 'token', 'default', '--duration=10m')).trim();
const isKnown = async (token: string) => {
  const as = ['--server', server.address, '--insecure-skip-tls-verify', '--token', token];
  const { code, stderr } = await kubectl.run([...as, 'auth', 'whoami'], { env: { KUBECONFIG: '/dev/null' } });
  if (code !== 0) expect(stderr).toMatch(/provide credentials|Unauthorized/);
  return code === 0;
};

it('set an hour forward and back: nobody takes that for silence, and everything goes on', async () => {
  const first = await newToken();
  expect(await isKnown(first)).toBe(true);
  await jump('forward', hour);
  const second = await newToken();
  // The first ended fifty minutes ago.
  expect([await isKnown(first), await isKnown(second)]).toEqual([false, true]);
  await jump('back', 0);
  // That the second has been found good is remembered: nobody is sent away because the clock was wrong before.
  expect([await isKnown(first), await isKnown(second), await isKnown(await newToken())]).toEqual([true, true, true]);
  const audit = join(server.dataDir, 'audit');
  expect(readdirSync(audit)).toEqual(['audit.log']);
  const last = JSON.parse(readFileSync(join(audit, 'audit.log'), 'utf8').trim().split('\n').at(-1)!);
  expect(Math.abs(Date.parse(last.stageTimestamp) - Date.now())).toBeLessThan(30_000);
});

async function jump(name: string, to: number): Promise<void> {
  const before = { leaders: await Promise.all(leaders.map(leaderOf)), pods: await podsOfWeb() };
  const renewals = () => Promise.all([renewal(leaders[0]!, 'kube-system'), renewal('node-1', 'kube-node-lease')]);
  const seen = await renewals();
  clock.set(to);
  // Whoever counts with the wall clock has had the time to go wrong when the leases have been renewed.
  await eventually('the leases are renewed', async () => {
    const now = await renewals();
    return now.every((time, index) => time !== seen[index]);
  });
  await kubectl('create', 'deployment', name, '--image=berth/hello:1');
  await kubectl('rollout', 'status', `deployment/${name}`, '--timeout=20s');
  expect(await readinessOf()).toBe('True');
  expect({ leaders: await Promise.all(leaders.map(leaderOf)), pods: await podsOfWeb() }).toEqual(before);
}

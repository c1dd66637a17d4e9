// Two servers on one etcd, and what speaks to them from outside: an agent, and the loops in a process of their own. The
// server dies that they speak to; they go on with the other, of which they were told, and nothing is lost on the way.
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEtcd } from '@berth/store/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';
import { freePort, Server } from './harness/server.ts';

/** A node is given up after so long. */
const graceSeconds = 12;
let etcd: Awaited<ReturnType<typeof startEtcd>>;
let first: Server;
let second: Server;
/** Has no server: where the agent and the loops keep their files, and what ends them. */
let elsewhere: Server;
let kubectl: Kubectl;

beforeAll(async () => {
  etcd = await startEtcd();
  const flags = ['--store', 'etcd', '--etcd-endpoints', etcd.endpoint, '--components', 'apiserver'];
  first = await Server.start([...flags, '--node-credentials', 'one']);
  second = await Server.prepared(flags);
  mkdirSync(second.dataDir, { recursive: true, mode: 0o700 });
  cpSync(join(first.dataDir, 'pki'), join(second.dataDir, 'pki'), { recursive: true });
  await second.restart();
  kubectl = await second.kubectl();

  elsewhere = await Server.prepared([]);
  for (const file of ['agents', 'pki', 'kube-controller-manager.kubeconfig', 'kube-scheduler.kubeconfig'])
    cpSync(join(first.dataDir, file), join(elsewhere.dataDir, file), { recursive: true });
  const others = ['--server', second.address];
  const grace = ['--node-monitor-grace-seconds', `${graceSeconds}`];
  elsewhere.runParts('controllers,scheduler', [...others, ...grace]);
  const agent = ['--node-name', 'one', '--data-dir', elsewhere.dataDir, '--runtime', 'simulated', ...others];
  elsewhere.run('agent', [...agent, '--port', `${await freePort()}`]);
}, 120_000);
afterAll(async () => {
  for (const part of [elsewhere, second, first, etcd]) await part[Symbol.asyncDispose]();
});

const isReady = (what: string) => async () => {
  const asked = await kubectl.run(['wait', '--for=condition=Ready', what, '--timeout=1s']);
  return asked.code === 0;
};
/** Since when the node has been as ready as it is. */
const readySince = () =>
  kubectl('get', 'node', 'one', '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].lastTransitionTime}');
const scale = (replicas: number) => kubectl('scale', 'deployment', 'web', `--replicas=${replicas}`);
const rolledOut = () => kubectl('rollout', 'status', 'deployment/web', '--timeout=20s');

it('agent, controllers and scheduler go on when the server dies that they speak to', { timeout: 120_000 }, async () => {
  await eventually('the node is ready', isReady('node/one'));
  await kubectl('create', 'deployment', 'web', '--image=x', '--replicas=2');
  await rolledOut();
  const since = await readySince();
  const pods = await kubectl('get', 'pods', '-o', 'jsonpath={.items[*].metadata.uid}');

  await first.kill();
  const died = Date.now();
  await scale(4);
  await rolledOut();
  expect(Date.now() - died).toBeLessThan(10_000);
  // Had its agent not reached anybody, the node would be unknown by now.
  await eventually('the grace period is over', async () => Date.now() - died > (graceSeconds + 5) * 1000);
  expect(await readySince()).toBe(since);
  expect((await kubectl('get', 'pods', '-o', 'jsonpath={.items[*].metadata.uid}')).split(' ')).toEqual(
    expect.arrayContaining(pods.split(' ')),
  );
});

it('and the other way round, when that one is back and the other one dies', { timeout: 120_000 }, async () => {
  await first.restart();
  kubectl = await first.kubectl();
  const since = await readySince();
  await second.kill();
  await scale(6);
  await rolledOut();
  expect(await readySince()).toBe(since);
});

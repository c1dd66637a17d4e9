// One cluster in several processes: the API in one, controllers and scheduler in a second, the dashboard in a third.
// Each acts under the names that it has in one process, as the audit log shows.
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectList, Pod } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DashboardSession } from './harness/dashboard.ts';
import { allKubectlVersions, type Kubectl, kubectl as kubectlOf } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';
import { freePort, Server } from './harness/server.ts';

const password = 'three processes, one cluster';
const partFiles = ['kube-controller-manager', 'kube-scheduler', 'dashboard'].map((part) => `${part}.kubeconfig`);
const controller = {
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    selector: { app: 'web' },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'berth/hello:1' }] } },
  },
};
const scratch = mkdtempSync(join(tmpdir(), 'berth-processes-'));
let server: Server;
let firstLoops: ChildProcess;
let kubectl: Kubectl;

beforeAll(async () => {
  server = await Server.start(['--components', 'apiserver', '--node-credentials', 'one', ...auditEverything()]);
  firstLoops = server.runParts('controllers,scheduler');
  server.runParts('dashboard', [], { BERTH_ADMIN_PASSWORD: password });
  const agent = ['--node-name', 'one', '--data-dir', server.dataDir, '--runtime', 'simulated'];
  server.run('agent', [...agent, '--port', `${await freePort()}`]);
  kubectl = await server.kubectl();
  await server.dashboardAnswers();
}, 120_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

/** The default policy leaves the loops out. */
function auditEverything(): string[] {
  const file = join(scratch, 'policy.yaml');
  writeFileSync(file, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n');
  return ['--audit-policy-file', file];
}

interface Audited {
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly impersonatedUser?: { readonly username: string };
  readonly objectRef?: { readonly resource: string; readonly subresource?: string; readonly name?: string };
  readonly userAgent?: string;
}

function writes(): Audited[] {
  const lines = readFileSync(join(server.dataDir, 'audit/audit.log'), 'utf8').trim().split('\n');
  return lines
    .map((line) => JSON.parse(line) as Audited)
    .filter(({ stage, verb }) => stage === 'ResponseComplete' && !['get', 'list', 'watch'].includes(verb));
}

const readyPods = (count: number) =>
  eventually(`${count} ready pods`, async () => {
    const { items } = await kubectl.json<ObjectList<Pod>>('get', 'pods', '-l', 'app=web');
    const ready = items.filter(({ status }) =>
      status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'),
    );
    return ready.length === count && items.length === count;
  });

describe('the API in a process of its own', () => {
  it('leaves each other part a way in that its owner alone can read', () => {
    for (const file of partFiles) expect(statSync(join(server.dataDir, file)).mode & 0o777, file).toBe(0o600);
  });

  it('leaves none for what it runs itself', async () => {
    await using whole = await Server.start();
    for (const file of partFiles) expect(existsSync(join(whole.dataDir, file)), file).toBe(false);
  });
});

describe('controllers and scheduler in another process', () => {
  it('do their work under their own names', async () => {
    await kubectl.run(['create', '-f', '-'], { input: JSON.stringify(controller) });
    await readyPods(1);
    await kubectl('scale', 'rc', 'web', '--replicas=3');
    await readyPods(3);
    await kubectl('scale', 'rc', 'web', '--replicas=2');
    await readyPods(2);
    const found = await eventually('the audit log has it all', async () => {
      const all = writes();
      return all.some(({ verb, objectRef }) => verb === 'delete' && objectRef?.resource === 'pods') && all;
    });
    const by = (verb: string, resource: string, subresource?: string) =>
      new Set(
        found
          .filter((one) => one.verb === verb && one.objectRef?.resource === resource)
          .filter((one) => one.objectRef?.subresource === subresource)
          .map(({ user }) => user.username),
      );
    const account = 'system:serviceaccount:kube-system:replication-controller';
    expect(by('create', 'pods')).toEqual(new Set([account]));
    expect(by('update', 'replicationcontrollers', 'status')).toEqual(new Set([account]));
    expect(by('create', 'pods', 'binding')).toEqual(new Set(['system:kube-scheduler']));
    expect(by('create', 'serviceaccounts', 'token')).toContain('system:kube-controller-manager');
  });

  it('do nothing as the administrator', () => {
    const administrators = writes().filter(({ user }) => user.username === 'kubernetes-admin');
    expect(new Set(administrators.map(({ userAgent = '' }) => userAgent.split('/')[0]))).toEqual(new Set(['kubectl']));
  });

  it('take turns, where several processes run them', async () => {
    const holder = (lease: string) =>
      kubectl('get', 'lease', '-n', 'kube-system', lease, '-o', 'jsonpath={.spec.holderIdentity}');
    const loops = ['kube-controller-manager', 'kube-scheduler'];
    const before = await Promise.all(loops.map(holder));
    server.runParts('controllers,scheduler');
    await server.end(firstLoops);
    await eventually('the second process leads', async () => {
      const now = await Promise.all(loops.map(holder));
      return now.every((name, index) => name !== '' && name !== before[index]);
    });
    await kubectl('scale', 'rc', 'web', '--replicas=3');
    await readyPods(3);
  });

  it('go on when the account of one is deleted', async () => {
    await kubectl('delete', 'serviceaccount', '-n', 'kube-system', 'replication-controller');
    await kubectl('scale', 'rc', 'web', '--replicas=4');
    await readyPods(4);
  });
});

describe('the dashboard in a third', () => {
  it('acts as whoever is signed in', async () => {
    const session = await DashboardSession.signIn(server.dashboard, password);
    const scale = { namespace: 'default', name: 'web', expected: 4, replicas: 1 };
    await session.mutate('replicationControllers.scale', scale);
    await readyPods(1);
    const scaled = await eventually('the audit log has it', async () =>
      writes().find(({ user, objectRef }) => user.username === 'system:dashboard' && objectRef?.name === 'web'),
    );
    expect(scaled.impersonatedUser?.username).toBe('admin');
  });

  it('makes tokens by which kubectl is the person, until they are revoked', async () => {
    const session = await DashboardSession.signIn(server.dashboard, password);
    const { kubeconfig } = await session.mutate<{ kubeconfig: string }>('tokens.create', { name: 'laptop', days: 7 });
    const file = join(scratch, 'laptop.kubeconfig');
    writeFileSync(file, kubeconfig, { mode: 0o600 });
    for (const version of allKubectlVersions) {
      const asPerson = await kubectlOf(file, version);
      expect(await asPerson('get', 'rc', 'web', '-o', 'name')).toBe('replicationcontroller/web\n');
    }
    const asPerson = await kubectlOf(file);
    expect(await asPerson('auth', 'whoami')).toMatch(
      /Username +admin\nGroups +\[system:masters system:authenticated\]/,
    );
    const list = () => session.query<{ id: string; lastUsedAt?: number }[]>('tokens.list');
    const [found] = await eventually('its use is noted', async () => {
      const all = await list();
      return all[0]?.lastUsedAt !== undefined && all;
    });
    await session.mutate('tokens.revoke', { id: found!.id });
    expect((await asPerson.run(['get', 'rc'])).stderr).toMatch(/Unauthorized|must be logged in/);
  });
});

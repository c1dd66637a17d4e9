// Several servers on one etcd, each with a data directory of its own, set up as docs/operations.md tells it.
import { cpSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startPostgresql } from '@berth/db/testing';
import type { Endpoints } from '@berth/objects';
import { startEtcd } from '@berth/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DashboardSession } from './harness/dashboard.ts';
import { type Kubectl, kubectl as kubectlOf } from './harness/kubectl.ts';
import { eventually, output } from './harness/programs.ts';
import { freePort, Server } from './harness/server.ts';

const password = 'several servers, one cluster';
let etcd: Awaited<ReturnType<typeof startEtcd>>;
let first: Server;
let kubectl: Kubectl;
let flags: string[];

beforeAll(async () => {
  etcd = await startEtcd();
  flags = ['--store', 'etcd', '--etcd-endpoints', etcd.endpoint];
  first = await Server.start([...flags, '--node-credentials', 'one']);
  kubectl = await first.kubectl();
}, 60_000);
afterAll(async () => {
  await first[Symbol.asyncDispose]();
  await etcd[Symbol.asyncDispose]();
});

/** What has to be the same, and nothing else. */
function copyAuthority(to: Server): void {
  const directory = join(to.dataDir, 'pki');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const file of ['ca.crt', 'ca.key', 'sa.key', 'sa.pub'])
    cpSync(join(first.dataDir, 'pki', file), join(directory, file));
}

describe('a second server', () => {
  it('with another authority does not start, says what to do, and leaves the cluster as it is', async () => {
    await using second = await Server.prepared(flags);
    const before = await kubectl('get', 'endpoints,configmaps,leases', '-A', '-o', 'name');
    const { code, stdout, stderr } = await second.runToEnd();
    expect(code).toBe(1);
    expect(stdout + stderr).toContain(
      `the certificate authority in ${join(second.dataDir, 'pki')} is not that of the cluster`,
    );
    expect(stdout + stderr).toContain(
      'copy ca.crt, ca.key, sa.key and sa.pub there from the pki directory of one of its servers',
    );
    expect(await kubectl('get', 'endpoints,configmaps,leases', '-A', '-o', 'name')).toBe(before);
    // As it was told.
    copyAuthority(second);
    await second.restart();
    expect(await (await second.kubectl())('auth', 'whoami')).toContain('kubernetes-admin');
  });

  it('with the authority of the first serves everybody whom the first serves', async () => {
    await using second = await Server.prepared(flags);
    copyAuthority(second);
    await second.restart();
    const elsewhere = ['--server', second.address];
    expect(await kubectl(...elsewhere, 'auth', 'whoami')).toContain('kubernetes-admin');
    await eventually('the account', () => kubectl('get', 'serviceaccount', 'default'));
    const token = (await kubectl('create', 'token', 'default')).trim();
    const asAccount = await kubectlOf('/dev/null');
    const ca = ['--certificate-authority', join(first.dataDir, 'pki/ca.crt'), '--token', token];
    expect(await asAccount(...ca, ...elsewhere, 'auth', 'whoami')).toContain('system:serviceaccount:default:default');
    const agent = ['--node-name', 'one', '--data-dir', first.dataDir, '--runtime', 'simulated'];
    first.run('agent', [...agent, '--port', `${await freePort()}`]);
    await eventually('the node is ready', async () => / Ready /.test(await kubectl('get', 'node', 'one')));
    const metrics = ['get', '--raw', '/api/v1/nodes/one/proxy/metrics'];
    expect(await kubectl(...elsewhere, ...metrics)).toContain('kubelet_');
  });
});

/** Where the dashboards keep people and sessions. */
const databases = {
  'tables of their own': async () => ({ flags: [] as string[], [Symbol.asyncDispose]: async () => {} }),
  'one PostgreSQL': async () => {
    const server = await startPostgresql();
    return { flags: ['--database-url', server.url], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  },
};

describe.each(Object.entries(databases))('API tokens of dashboards with %s', (_name, open) => {
  it('work on each server, and are revoked on each at once', async () => {
    await using database = await open();
    const env = { BERTH_ADMIN_PASSWORD: password };
    await using one = await Server.prepared([...flags, ...database.flags], env);
    await using two = await Server.prepared([...flags, ...database.flags], env);
    for (const server of [one, two]) {
      copyAuthority(server);
      await server.restart();
    }
    const sessions = [
      await DashboardSession.signIn(one.dashboard, password),
      await DashboardSession.signIn(two.dashboard, password),
    ] as const;
    const { token } = await sessions[0].mutate<{ token: string }>('tokens.create', { name: 'laptop' });
    const asked = await kubectlOf('/dev/null');
    const whoami = ({ address }: Server) =>
      asked.run([
        '--certificate-authority',
        join(first.dataDir, 'pki/ca.crt'),
        '--token',
        token,
        '--server',
        address,
        'auth',
        'whoami',
      ]);
    for (const server of [one, two, first]) {
      expect((await whoami(server)).stdout).toMatch(/Username +admin\nGroups +\[system:masters system:authenticated\]/);
    }
    const listed = () => sessions[1].query<{ id: string; name: string; lastUsedAt?: number }[]>('tokens.list');
    const [found] = await eventually('the other dashboard tells of its use', async () => {
      const all = await listed();
      return all[0]?.lastUsedAt !== undefined && all;
    });
    expect(found?.name).toBe('laptop');
    await sessions[1].mutate('tokens.revoke', { id: found!.id });
    for (const server of [two, one, first]) expect((await whoami(server)).stderr).toContain('Unauthorized');
    expect(await sessions[0].query('tokens.list')).toEqual([]);
  }, 120_000);
});

describe('the kubernetes service', () => {
  const subsets = async () => {
    const found = await kubectl.json<Endpoints>('get', 'endpoints', 'kubernetes');
    return found.subsets?.map(({ addresses = [] }) => addresses.map(({ ip }) => ip).join()).sort();
  };
  const slices = () => kubectl('get', 'endpointslices', '-l', 'kubernetes.io/service-name=kubernetes', '-o', 'json');
  const reached = (...addresses: string[]) =>
    eventually(`endpoints ${addresses}`, async () => {
      const text = await slices();
      return `${await subsets()}` === `${addresses}` && addresses.every((address) => text.includes(`"${address}"`));
    });

  it('leads to all servers that are alive, and comes back when it is deleted', async () => {
    await using one = await Server.prepared([...flags, '--host-names', '192.0.2.1']);
    copyAuthority(one);
    await one.restart();
    await using two = await Server.prepared([...flags, '--host-names', '192.0.2.2']);
    copyAuthority(two);
    await two.restart();
    await reached('192.0.2.1', '192.0.2.2');
    const token = ['token', '--kubeconfig', join(one.dataDir, 'admin.kubeconfig'), 'create', '--print-join-command'];
    expect(await output(process.execPath, [resolve('apps/cli/dist/berth.js'), ...token])).toMatch(
      /^npx berth agent(?: --server https:\/\/192\.0\.2\.[12]:\d+){2} --token /,
    );
    const uid = () => kubectl('get', 'service', 'kubernetes', '-o', 'jsonpath={.metadata.uid}');
    const before = await uid();
    await kubectl('delete', 'service', '--all', '-n', 'default');
    await kubectl('delete', 'endpoints', 'kubernetes', '--ignore-not-found');
    await kubectl('delete', 'endpointslices', '--all', '-n', 'default');
    await eventually('another service', async () => (await uid()) !== before, 15_000);
    await reached('192.0.2.1', '192.0.2.2');
    await two.stop();
    await reached('192.0.2.1');
  }, 120_000);
});

// A machine joins by a token: it gets its certificates by asking for them, is a node, and goes on past their end. The
// certificates of this cluster live for half a minute, so that the test sees them renewed.
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually, output, run } from './harness/programs.ts';
import { freePort, Server } from './harness/server.ts';

const lifetimeMs = 30_000;
let server: Server;
let kubectl: Kubectl;
beforeAll(async () => {
  server = await Server.start(['--cluster-signing-duration', `${lifetimeMs / 1000}s`]);
  kubectl = await server.kubectl();
});
afterAll(() => server[Symbol.asyncDispose]());

const berth = (...args: string[]) =>
  output(process.execPath, [resolve('apps/cli/dist/berth.js'), 'token', '--kubeconfig', adminKubeconfig(), ...args]);
const adminKubeconfig = () => join(server.dataDir, 'admin.kubeconfig');

const directoryOf = (node: string) => join(server.directory, node);
async function nodeFlags(name: string): Promise<string[]> {
  const flags = ['--node-name', name, '--data-dir', directoryOf(name), '--runtime', 'simulated'];
  return [...flags, '--port', `${await freePort()}`];
}
const isReady = (node: string) =>
  eventually(`${node} is ready`, async () => / Ready /.test(await kubectl('get', 'node', node)));
const certificateOf = (node: string) => {
  const file = join(directoryOf(node), 'agents', node, 'agent.kubeconfig');
  const { users } = parse(readFileSync(file, 'utf8')) as { users: { user: Record<string, string> }[] };
  return new X509Certificate(Buffer.from(users[0]!.user['client-certificate-data']!, 'base64'));
};

/** The words after `npx berth agent`. */
async function joinFlags(): Promise<string[]> {
  const command = await berth('create', '--print-join-command', '--description', 'for a test');
  expect(command).toMatch(
    /^npx berth agent --server https:\S+ --token \S+ --discovery-token-ca-cert-hash sha256:\S+\n$/,
  );
  return command.trim().split(' ').slice(3);
}

describe('with a server, a token and a hash', { timeout: 120_000 }, () => {
  it('an agent becomes a node, under certificates that nobody had to approve', async () => {
    server.run('agent', [...(await joinFlags()), ...(await nodeFlags('newcomer'))]);
    await isReady('newcomer');
    expect(certificateOf('newcomer').subject).toBe('O=system:nodes\nCN=system:node:newcomer');
    const requests = await kubectl('get', 'csr');
    expect(requests).toMatch(/kube-apiserver-client-kubelet +system:bootstrap:\S+ .* Approved,Issued/);
    expect(requests).toMatch(/kubelet-serving +system:node:newcomer .* Approved,Issued/);
  });

  it('it is one beyond the end of its certificates', async () => {
    const first = certificateOf('newcomer');
    await eventually('it has other ones', async () => certificateOf('newcomer').serialNumber !== first.serialNumber);
    await eventually('the first has ended', async () => Date.parse(first.validTo) < Date.now());
    await kubectl('run', 'web', '--image=x', '--overrides={"spec":{"nodeName":"newcomer"}}');
    await kubectl('wait', '--for=condition=Ready', 'pod/web', '--timeout=20s');
    // The server reaches the agent, and takes it for what it is.
    await eventually('logs', async () => (await kubectl.run(['logs', 'web'])).code === 0);
  });
});

it('a bootstrap kubeconfig does as well', { timeout: 60_000 }, async () => {
  const token = (await berth('create', '--ttl', '10m')).trim();
  const kubeconfig = parse(readFileSync(adminKubeconfig(), 'utf8')) as { users: { user: object }[] };
  kubeconfig.users[0]!.user = { token };
  const file = join(server.directory, 'bootstrap.kubeconfig');
  writeFileSync(file, JSON.stringify(kubeconfig));
  server.run('agent', ['--bootstrap-kubeconfig', file, ...(await nodeFlags('second'))]);
  await isReady('second');
});

describe('nobody joins', () => {
  /** With the command as a person types it. */
  const agent = async (flags: string[]) => {
    const words = ['agent', ...flags, ...(await nodeFlags('stranger'))];
    return run(process.execPath, [resolve('apps/cli/dist/berth.js'), ...words], { timeoutMs: 30_000 });
  };
  it.each([
    { name: 'with another token', index: 3, value: 'aaaaaa.0123456789abcdef', says: /Unauthorized/ },
    {
      name: 'at another cluster',
      index: 5,
      value: `sha256:${'0'.repeat(64)}`,
      says: /shows no authority with the hash/,
    },
  ])('$name', async ({ index, value, says }) => {
    const flags = await joinFlags();
    flags[index] = value;
    const { code, stdout, stderr } = await agent(flags);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(says);
    expect(existsSync(join(directoryOf('stranger'), 'agents'))).toBe(false);
  });

  it('with a token that was deleted', async () => {
    const flags = await joinFlags();
    const id = flags[3]!.split('.')[0]!;
    expect(await berth('list')).toMatch(
      new RegExp(`^${id}\\.\\S+ +23h +\\S+ +authentication +for a test +system:`, 'm'),
    );
    expect(await berth('delete', id)).toBe(`bootstrap token "${id}" deleted\n`);
    expect(await berth('list')).not.toContain(id);
    expect((await agent(flags)).code).toBe(1);
  });
});

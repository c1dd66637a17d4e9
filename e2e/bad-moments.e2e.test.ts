// What goes wrong at the worst moment: processes killed while they write, garbage on the wire, readers that stall, a
// second start, ports that are taken, flags that are wrong. Simulated nodes: no container matters here.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, connect as tcpConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { httpsClient, loadKubeconfig, openConnection } from '@berth/client';
import { configMaps, pods, replicationControllers } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { Conversation, onTerminal } from './harness/conversation.ts';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually, output, run } from './harness/programs.ts';

const apiPort = 16_443;
const flags = ['--runtime', 'simulated', '--no-sample', '--api-port', `${apiPort}`, '--dashboard-port', '17070'];
const cluster = new Cluster({ flags });
const restarted: ReturnType<typeof spawn>[] = [];
let kubectl: Kubectl;

beforeAll(async () => {
  await cluster.start();
  kubectl = await cluster.kubectl();
});

afterAll(async () => {
  for (const child of restarted) child.kill('SIGTERM');
  await cluster.remove();
});

/** Kills it with -9, and starts it again by the same command. */
async function killAndRestart(name: string): Promise<void> {
  const command = await cluster.kill(name);
  restarted.push(spawn(process.execPath, command, { stdio: 'ignore' }));
}

const connected = () => openConnection(loadKubeconfig(cluster.kubeconfig).connection);
const healthy = () =>
  eventually('the API is ready', async () => (await kubectl('get', '--raw', '/readyz')) === 'ok', 15_000);

function podsThatRun(app: string, count: number): Promise<unknown> {
  return eventually(`${count} pods of ${app} run`, async () => {
    const text = await kubectl('get', 'pods', '-l', `app=${app}`, '--no-headers');
    return text.split('\n').filter((line) => /\b1\/1 +Running\b/.test(line)).length === count;
  });
}

const controller = (name: string, replicas: number) => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { app: name },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'berth/hello:1' }] } },
  },
});

describe('killed', () => {
  it('the server, while 200 pods are made and clients write: no acknowledged write is lost', async () => {
    await using connection = disposable(connected());
    const client = httpsClient(connection);
    await client.create(replicationControllers, controller('many', 0), { namespace: 'default' });
    await kubectl('scale', 'rc', 'many', '--replicas=200');
    const acknowledged = new Set<string>();
    let done = false;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let count = 0; !done; count++) {
        const name = `write-${writer}-${count}`;
        const write = client.create(configMaps, { metadata: { name }, data: { name } }, { namespace: 'default' });
        await write.then(
          () => acknowledged.add(name),
          () => new Promise((resolve) => setTimeout(resolve, 20)),
        );
      }
    });
    await eventually('the writes and the pods are under way', async () => {
      const { items } = await client.list(pods, { namespace: 'default' });
      return acknowledged.size > 100 && items.length > 20;
    });
    await killAndRestart('server');
    await healthy();
    const before = acknowledged.size;
    await eventually('writes go on', async () => acknowledged.size > before + 50);
    done = true;
    await Promise.all(writers);
    const stored = new Set(
      (await client.list(configMaps, { namespace: 'default' })).items.map(({ data }) => data?.name),
    );
    expect([...acknowledged].filter((name) => !stored.has(name))).toEqual([]);
    await podsThatRun('many', 200);
    const { status } = await client.get(replicationControllers, { namespace: 'default', name: 'many' });
    expect(status).toMatchObject({ replicas: 200 });
    await kubectl('delete', 'rc', 'many', '--wait=false');
    await kubectl('delete', 'configmaps', '--all', '--wait=false');
  });

  it('an agent, while its pods start: they run when it is back, each once', async () => {
    await using connection = disposable(connected());
    const client = httpsClient(connection);
    await client.create(replicationControllers, controller('some', 40), { namespace: 'default' });
    await eventually('pods are on the node', async () => {
      const onNode = await client.list(pods, { namespace: 'default', fieldSelector: 'spec.nodeName=node-1' });
      return onNode.items.some(({ metadata }) => metadata.labels?.app === 'some');
    });
    await killAndRestart('node-1');
    await podsThatRun('some', 40);
    await kubectl('delete', 'rc', 'some', '--wait=false');
  });
});

it('an agent, while the server is away: it waits for it', async () => {
  const server = await cluster.kill('server');
  await killAndRestart('node-1');
  // As long as it takes to start, and longer.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  restarted.push(spawn(process.execPath, server, { stdio: 'ignore' }));
  await healthy();
  expect(cluster.pidOf('node-1')).toBe(restarted.at(-2)!.pid);
  await kubectl('run', 'later', '--image=berth/hello:1', '--overrides={"spec":{"nodeName":"node-1"}}');
  await kubectl('wait', 'pod/later', '--for=condition=Ready', '--timeout=30s');
  await kubectl('delete', 'pod', 'later', '--now');
});

it('the server, while somebody looks: the live table says so, and goes on', async () => {
  const env = { KUBECONFIG: cluster.kubeconfig };
  await using watching = onTerminal(['node', 'apps/cli/bin/kubecfg.mjs', 'get', 'configmaps', '-w'], { env });
  await watching.until(/● live/);
  const command = await cluster.kill('server');
  await watching.until(/● reconnecting: /);
  restarted.push(spawn(process.execPath, command, { stdio: 'ignore' }));
  await healthy();
  await kubectl('create', 'configmap', 'seen-again');
  await watching.until(/seen-again[\s\S]*● live/);
  watching.say('\x03');
  expect(await watching.end()).toBe(0);
});

it('the server, while kubectl looks: a watch has shown everything and ends, and whoever waits goes on', async () => {
  const env = { KUBECONFIG: cluster.kubeconfig };
  await kubectl('create', 'configmap', 'awaited');
  await using watching = new Conversation(kubectl.path, ['get', 'configmaps', '-w'], { env });
  const condition = ['wait', 'configmap/awaited', '--for=jsonpath={.data.step}=done', '--timeout=60s'];
  await using waiting = new Conversation(kubectl.path, condition, { env });
  await watching.until(/^awaited /m);
  await kubectl('create', 'configmap', 'before-the-end');
  const command = await cluster.kill('server');
  restarted.push(spawn(process.execPath, command, { stdio: 'ignore' }));
  // As kubectl does with Kubernetes: `get -w` does not come back, and makes no fuss of it.
  expect(await watching.end()).toBe(0);
  expect(watching.said).toMatch(/^before-the-end /m);
  expect(watching.said).not.toMatch(/error/i);
  await healthy();
  await kubectl('patch', 'configmap', 'awaited', '-p', '{"data":{"step":"done"}}');
  expect(await waiting.end()).toBe(0);
  expect(waiting.said).toMatch(/^configmap\/awaited condition met$/m);
});

describe('on the wire', () => {
  it.each([
    { name: 'random bytes', bytes: () => randomBytes(64 * 1024) },
    { name: 'plain HTTP', bytes: () => Buffer.from('GET /api/v1/pods HTTP/1.1\r\nHost: x\r\n\r\n') },
    {
      name: 'a handshake that goes wrong',
      bytes: () => Buffer.concat([Buffer.from('160301020001', 'hex'), randomBytes(512)]),
    },
    { name: 'nothing at all', bytes: () => Buffer.alloc(0) },
  ])('$name, a hundred times, leave the API as it was', async ({ bytes }) => {
    await Promise.all(Array.from({ length: 100 }, () => sendPlain(bytes())));
    await healthy();
  });

  it.each([
    { name: 'half a request', text: 'POST /api/v1/namespaces/default/pods HTTP/1.1\r\nHost: x\r\nContent-Le' },
    {
      name: 'half a body',
      text: 'POST /api/v1/namespaces/default/pods HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n{"a',
    },
    { name: 'no HTTP', text: 'EHLO example.com\r\n\r\n' },
    { name: 'two lengths', text: 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n' },
    { name: 'endless headers', text: `GET / HTTP/1.1\r\n${`X-Filler: ${'x'.repeat(1000)}\r\n`.repeat(200)}` },
  ])('$name inside TLS, a hundred times, leave the API as it was', async ({ text }) => {
    await Promise.all(Array.from({ length: 100 }, () => sendInTls(text)));
    await healthy();
  });

  it('a watch that nobody reads for a while holds nobody up, and misses nothing', async () => {
    const { connection } = loadKubeconfig(cluster.kubeconfig);
    const socket = tlsConnect({ ...connection, host: '127.0.0.1', port: apiPort, servername: 'localhost' });
    socket.on('error', () => {});
    socket.write('GET /api/v1/namespaces/default/configmaps?watch=true HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await new Promise((resolve) => socket.once('readable', resolve));
    expect(String(socket.read())).toMatch(/^HTTP\/1\.1 200 /);
    // More than the buffers between us and the server hold.
    await changeOften('large', 40, 'x'.repeat(500_000));
    await changeOften('small', 1_000, 'x');
    await healthy();
    const status = await output('cat', [`/proc/${cluster.pidOf('server')}/status`]);
    expect(Number(/VmRSS:\s+(\d+)/.exec(status)![1])).toBeLessThan(700 * 1024);
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.resume();
    await eventually('the last event', async () => /"type":"DELETED".*"name":"small"/.test(text.slice(-2_000)), 20_000);
    socket.destroy();
    expect(text.match(/"type":"MODIFIED"/g)).toHaveLength(1_040);
  });
});

it('keeps what is secret for its owner alone', async () => {
  for (const entry of readdirSync(cluster.dataDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSocket()) continue;
    const others = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    const secret = entry.isDirectory() || /key|kubeconfig|\.db|store|\.log$/.test(path.slice(cluster.dataDir.length));
    if (secret)
      expect({ path, others: others & 0o077 }).toEqual({ path, others: entry.isDirectory() ? others & 0o055 : 0 });
  }
  expect(statSync(cluster.dataDir).mode & 0o777).toBe(0o700);
});

describe('a start that cannot be', () => {
  const up = async (...more: string[]) => {
    const begin = Date.now();
    const outcome = await run('node', ['apps/cli/dist/berth.js', 'up', ...more], { timeoutMs: 30_000 });
    return { ...outcome, seconds: (Date.now() - begin) / 1000 };
  };

  it('a second one on the same directory', async () => {
    const { code, stderr, seconds } = await up('--data-dir', cluster.dataDir, ...flags);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^berth: Berth is up already on \S+ \(process \d+\)\n$/);
    expect(seconds).toBeLessThan(5);
    await healthy();
  });

  it.each([
    { name: 'the API', taken: '--api-port' },
    { name: 'the dashboard', taken: '--dashboard-port' },
  ])('$name’s port is taken', async ({ taken }) => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const address = holder.address();
    const port = typeof address === 'object' ? address!.port : 0;
    const dataDir = join(tmpdir(), `berth-taken-${port}`);
    const ports = { '--api-port': '16444', '--dashboard-port': '17071', [taken]: `${port}` };
    const rest = ['--data-dir', dataDir, '--runtime', 'simulated', ...Object.entries(ports).flat()];
    const { code, stdout, stderr, seconds } = await up(...rest);
    holder.close();
    rmSync(dataDir, { recursive: true, force: true });
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(new RegExp(`${port}.*in use|EADDRINUSE.*${port}`));
    expect(seconds).toBeLessThan(10);
  });

  it.each([
    { flag: ['--frob'], says: /unknown option '--frob'/ },
    { flag: ['--nodes', '0'], says: /'--nodes <n>' argument '0' is invalid. It must be a whole number from 1 to 250/ },
    { flag: ['--api-port', '99999'], says: /It must be a whole number from 1 to 65535/ },
    { flag: ['--runtime', 'podman'], says: /Allowed choices are docker, simulated/ },
    { flag: ['--store', 'etcd'], says: /--store etcd needs --etcd-endpoints/ },
  ])('$flag', async ({ flag, says }) => {
    const { code, stderr } = await up(...flag);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(says);
  });
});

it('lets a cluster of simulated nodes start beside it', async () => {
  const dataDir = join(tmpdir(), `berth-other-${process.pid}`);
  const ports = ['--api-port', '16444', '--dashboard-port', '17071', '--no-sample'];
  const args = ['apps/cli/dist/berth.js', 'up', '--data-dir', dataDir, '--runtime', 'simulated', ...ports];
  {
    await using other = new Conversation('node', args);
    await other.until(/^Berth is up \(simulated nodes\).*\n/m);
    const list = await output('node', ['apps/cli/dist/kubecfg.js', 'get', 'nodes'], {
      env: { KUBECONFIG: join(dataDir, 'admin.kubeconfig') },
    });
    expect(list.match(/ Ready /g)).toHaveLength(2);
  }
  rmSync(dataDir, { recursive: true, force: true });
  await healthy();
});

it('runs simulated nodes, and says why in one sentence, where no Docker Engine can be had', async () => {
  // It would want the same ports. What was started by hand is not `berth up`'s to stop.
  for (const name of ['node-1', 'server']) await cluster.kill(name, 'SIGTERM');
  await cluster.stop();
  // No socket of Docker's in sight, and not root, who may install an engine.
  const without = ['--mount', 'sh', '-c', 'mount -t tmpfs none /run && exec unshare --user "$@"', 'sh'];
  const up = ['node', 'apps/cli/dist/berth.js', 'up', '--data-dir', cluster.dataDir, '--api-port', `${apiPort}`];
  const env = { BERTH_DASHBOARD_PORT: '17070', BERTH_RUNTIME: 'docker' };
  await using berth = new Conversation('unshare', [...without, ...up], { env });
  const said = await berth.until(/^Berth is up.*\n/m);
  expect(said).toMatch(
    /^berth: only root may .*: the nodes run on the simulated runtime, which starts no real containers\.$/m,
  );
  expect(said.match(/^berth: /gm)).toHaveLength(1);
  expect(said).toMatch(/^Berth is up \(simulated nodes\): /m);
  const nodes = await kubectl('get', 'nodes', '-o', 'wide');
  expect(nodes.match(/simulated:\/\//g)).toHaveLength(2);
  const marked = await kubectl('get', 'nodes', '-l', 'berth.dev/simulated=true', '-o', 'name');
  expect(marked).toBe('node/node-1\nnode/node-2\n');
  berth.signal('SIGINT');
  expect(await berth.end()).toBe(0);
});

/** Creates a ConfigMap, changes it so many times, and deletes it. */
async function changeOften(name: string, times: number, filler: string): Promise<void> {
  await using connection = disposable(connected());
  const client = httpsClient(connection);
  await client.create(configMaps, { metadata: { name } }, { namespace: 'default' });
  const change = (count: number) => {
    const body = { data: { filler: `${count} ${filler}` } };
    return client.patch(configMaps, { namespace: 'default', name }, { type: 'application/merge-patch+json', body });
  };
  for (let count = 0; count < times; count += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, index) => change(count + index)));
  }
  await client.delete(configMaps, { namespace: 'default', name });
}

/** A connection that ends with its scope. */
function disposable<T extends { close(): Promise<void> }>(connection: T): T & AsyncDisposable {
  return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() });
}

/** Sends, waits a moment for whatever comes, and goes away without a word. */
function sendPlain(bytes: Buffer): Promise<void> {
  return leave(tcpConnect({ host: '127.0.0.1', port: apiPort }), bytes, 'connect');
}

function sendInTls(text: string): Promise<void> {
  const socket = tlsConnect({ host: '127.0.0.1', port: apiPort, rejectUnauthorized: false });
  return leave(socket, Buffer.from(text), 'secureConnect');
}

function leave(socket: ReturnType<typeof tcpConnect>, bytes: Buffer, open: string): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.once('close', () => resolve());
    socket.once(open, () => {
      socket.write(bytes);
      setTimeout(() => socket.destroy(), 100);
    });
  });
}

// The streams of the official JavaScript client, on real Docker: exec, attach, port-forward, log and cp, and what
// it tells of their use.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  Attach,
  CoreV1Api,
  Cp,
  Exec,
  KubeConfig,
  Log,
  Metrics,
  PortForward,
  topNodes,
  topPods,
  type V1Status,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Cluster } from './harness/cluster.ts';
import { eventually } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample', '--nodes', '1'] });
const scratch = mkdtempSync(join(tmpdir(), 'berth-client-node-'));
const namespace = 'default';
const config = new KubeConfig();
let core: CoreV1Api;

const scripts = {
  web: 'exec httpd -f -p 8080 -h /www',
  reader: 'while read line; do echo "got $line"; done',
  talker: 'for i in 1 2 3; do echo line $i; sleep 0.2; done; sleep 1000',
};

beforeAll(async () => {
  await cluster.start();
  config.loadFromFile(cluster.kubeconfig);
  core = config.makeApiClient(CoreV1Api);
  await eventually('a service account', () => core.readNamespacedServiceAccount({ namespace, name: 'default' }));
  for (const [name, script] of Object.entries(scripts)) {
    const container = { name: 'main', image: 'berth/hello:1', command: ['sh', '-c', script], stdin: true };
    const spec = { terminationGracePeriodSeconds: 1, containers: [container] };
    await core.createNamespacedPod({ namespace, body: { metadata: { name }, spec } });
  }
  for (const name of Object.keys(scripts))
    await eventually(`${name} runs`, async () => {
      const { status } = await core.readNamespacedPod({ namespace, name });
      return status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True');
    });
});

afterAll(async () => {
  await cluster.remove();
  rmSync(scratch, { recursive: true, force: true });
});

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: V1Status;
}

async function exec(command: string[], input?: string): Promise<Ran> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const status = await new Promise<V1Status>((resolve, reject) => {
    const stdin = input === undefined ? null : Readable.from([input]);
    new Exec(config)
      .exec(namespace, 'web', 'main', command, stdout, stderr, stdin, false, resolve)
      .then((socket) => socket.on('error', reject), reject);
  });
  stdout.end();
  stderr.end();
  return { stdout: await text(stdout), stderr: await text(stderr), status };
}

describe('exec', () => {
  it('keeps the outputs apart, and says that it succeeded', async () => {
    const ran = await exec(['sh', '-c', 'echo out; echo err >&2']);
    expect(ran).toMatchObject({ stdout: 'out\n', stderr: 'err\n', status: { status: 'Success' } });
  });

  it('tells the exit code', async () => {
    const { status } = await exec(['sh', '-c', 'exit 7']);
    expect(status).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '7' }] },
    });
  });

  it('gives the command what it is to read', async () => {
    expect(await exec(['head', '-c', '5'], 'hello, world')).toMatchObject({ stdout: 'hello' });
  });

  it('of a pod that is not there fails', async () => {
    const stdout = new PassThrough();
    const failed = new Exec(config).exec(namespace, 'nothing', 'main', ['ls'], stdout, null, null, false);
    const told = await failed.then(
      () => 'nothing',
      (error: { readonly message: string }) => error.message,
    );
    expect(told).toBe('Unexpected server response: 404');
  });
});

it('attach hears the program, and speaks with it', async () => {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  let said = '';
  stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const socket = await new Attach(config).attach(namespace, 'reader', 'main', stdout, null, stdin, false);
  await eventually('an answer', async () => {
    stdin.write('hello\n');
    return said.includes('got hello');
  });
  socket.close();
});

it('port-forward carries connections to the pod', async () => {
  const forward = new PortForward(config);
  const server: Server = createServer((socket: Socket) => {
    void forward.portForward(namespace, 'web', [8080], socket, null, socket).then((connection) => {
      // The client leaves it to its user to end the one when the other has ended.
      if (connection instanceof WebSocket) connection.on('close', () => socket.end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const pages = await Promise.all(
    Array.from({ length: 5 }, () => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      socket.write('GET / HTTP/1.0\r\n\r\n');
      return text(socket);
    }),
  );
  expect(pages.every((page) => page.includes('200 OK'))).toBe(true);
  await new Promise((resolve) => server.close(resolve));
});

describe('log', () => {
  it('is read to its end', async () => {
    await eventually('all lines', async () =>
      (await core.readNamespacedPodLog({ namespace, name: 'talker' })).includes('line 3'),
    );
    expect(await core.readNamespacedPodLog({ namespace, name: 'talker', tailLines: 1 })).toBe('line 3\n');
  });

  it('is followed until one has heard enough', async () => {
    const stream = new PassThrough();
    let said = '';
    stream.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    const abort = await new Log(config).log(namespace, 'talker', 'main', stream, { follow: true });
    await eventually('all lines', async () => said === 'line 1\nline 2\nline 3\n');
    abort.abort();
  });
});

it('cp carries files into a pod', async () => {
  // The other direction takes its own gzip for tar, whatever the cluster.
  writeFileSync(join(scratch, 'note'), 'a note\n');
  await new Cp(config).cpToPod(namespace, 'web', 'main', scratch, '/www');
  await eventually('it is there', async () => (await exec(['cat', '/www/note'])).stdout === 'a note\n');
});

it('top tells what nodes and pods use', async () => {
  const metrics = new Metrics(config);
  const web = await eventually('the pod is measured', async () => {
    const found = await topPods(core, metrics, namespace);
    const measured = found.find(({ Pod }) => Pod.metadata?.name === 'web');
    return Number(measured?.Memory.CurrentUsage) > 0 && measured;
  });
  expect(web.Containers.map(({ Container }) => Container)).toEqual(['main']);
  const [measured] = await eventually('the node is measured', async () => {
    const { items } = await metrics.getNodeMetrics();
    return items.length > 0 && items;
  });
  expect(measured?.metadata.name).toBe('node-1');
  const [node] = await topNodes(core);
  expect(Number(node?.CPU.Capacity)).toBeGreaterThan(0);
});

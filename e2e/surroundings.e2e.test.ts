// What the machine may do to a server: no descriptors left, a disk that takes nothing any more, a data directory that
// cannot be used, a cluster that is another one. A sentence each, and the server goes on where it can.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { loadKubeconfig } from '@berth/client';
import { afterAll, describe, expect, it } from 'vitest';
import { HttpClient } from './consistency/http.ts';
import { Conversation } from './harness/conversation.ts';
import { eventually, output, run } from './harness/programs.ts';
import { freePort } from './harness/server.ts';

const program = 'apps/server/dist/main.js';
const configMaps = '/api/v1/namespaces/default/configmaps';
const directory = mkdtempSync(join(tmpdir(), 'berth-surroundings-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A server that says what it does, started by a command that ends with the server's own words. */
class Talking implements AsyncDisposable {
  readonly talk: Conversation;
  readonly dataDir = mkdtempSync(join(directory, 'data-'));
  readonly port: number;

  private constructor(wrapper: readonly string[], ports: readonly [number, number]) {
    this.port = ports[0];
    const flags = ['--api-port', `${ports[0]}`, '--dashboard-port', `${ports[1]}`, '--data-dir', this.dataDir];
    const [command, ...args] = [...wrapper, process.execPath, program, ...flags];
    this.talk = new Conversation(command!, args);
  }

  static async start(wrapper: readonly string[] = []): Promise<Talking> {
    const server = new Talking(wrapper, [await freePort(), await freePort()]);
    await server.talk.until(/"msg":"ready"/);
    return server;
  }

  get pid(): number {
    return Number(/"pid":(\d+)/.exec(this.talk.said)![1]);
  }

  client(): HttpClient {
    const { server, ca, cert, key } = loadKubeconfig(join(this.dataDir, 'admin.kubeconfig')).connection;
    return new HttpClient([server], { ca: ca!, cert: cert!, key: key! }, 0);
  }

  /** Seconds of CPU that it has used. */
  get cpu(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.talk.signal('SIGTERM');
    await this.talk.end();
  }
}

it('more clients than descriptors: it keeps enough for itself, says so once, and takes new ones when others have gone', async () => {
  await using server = await Talking.start(['sh', '-c', 'ulimit -n 200 && exec "$@"', 'sh']);
  const early = server.client();
  expect((await early.ask('GET', configMaps)).code).toBe(200);
  const sockets = await Promise.all(Array.from({ length: 500 }, () => attempt(server.port)));
  const taken = sockets.filter((socket) => socket !== undefined);
  expect(taken.length).toBeGreaterThan(40);
  expect(taken.length).toBeLessThan(200);
  const before = server.cpu;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(server.cpu - before).toBeLessThan(0.5);
  // Who was there before goes on, and what is written is kept.
  expect((await early.ask('POST', configMaps, { body: { metadata: { name: 'crowded' } } })).code).toBe(201);
  expect(server.talk.said.match(/too many connections/g)).toHaveLength(1);
  for (const socket of taken) socket.destroy();
  const late = server.client();
  await eventually('a new client is taken', async () => (await late.ask('GET', `${configMaps}/crowded`)).code === 200);
  for (const client of [early, late]) client.close();
});

it('a disk that takes nothing any more: writes are refused, reads are served, and it goes on when it is mended', async () => {
  await using server = await Talking.start();
  const client = server.client();
  const create = (name: string) => client.ask('POST', configMaps, { body: { metadata: { name } } });
  expect((await create('before')).code).toBe(201);
  // No file of the server's may grow beyond its first pages.
  const largestFile = (bytes: string) => output('prlimit', ['--pid', `${server.pid}`, `--fsize=${bytes}`]);
  await largestFile('8192:unlimited');
  for (let count = 0; count < 100; count++)
    expect(await create(`refused-${count}`)).toMatchObject({
      code: 503,
      json: { kind: 'Status', reason: 'ServiceUnavailable', message: 'the store does not answer' },
    });
  expect((await client.ask('GET', `${configMaps}/before`)).code).toBe(200);
  await largestFile('unlimited:unlimited');
  await eventually('it takes writes again', async () => (await create('after')).code === 201);
  const { json } = await client.ask('GET', configMaps);
  const names = (json.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
  expect(names.filter((name) => name !== 'kube-root-ca.crt')).toEqual(['after', 'before']);
  client.close();
});

describe('a data directory that cannot be used', () => {
  const place = (name: string) => join(directory, name);
  const readOnly = ['--mount', 'sh', '-c', 'mount -t tmpfs -o ro none "$0" && exec "$@"'];
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const cases = [
    {
      name: 'on a file system that is read-only',
      at: () => place('read-only/data'),
      wrapper: () => {
        mkdirSync(place('read-only'), { recursive: true });
        return ['unshare', ...readOnly, place('read-only')];
      },
      why: 'its file system is read-only',
    },
    {
      name: 'of somebody else',
      at: () => place('theirs'),
      wrapper: () => {
        mkdirSync(place('theirs'), { recursive: true, mode: 0o700 });
        return ['setpriv', ...nobody];
      },
      why: 'this user may not write there',
    },
    {
      name: 'that is a file',
      at: () => place('file'),
      wrapper: () => {
        writeFileSync(place('file'), '');
        return ['env'];
      },
      why: 'it is not a directory',
    },
  ];

  it.each(cases)('$name, for a server and for `berth up`', async ({ at, wrapper, why }) => {
    const [command, ...args] = wrapper();
    const sentence = `the data directory ${at()} cannot be used: ${why}`;
    const server = await run(command!, [...args, process.execPath, program, '--data-dir', at()]);
    expect(server.code).toBe(1);
    expect(
      server.stderr
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ reason: sentence, msg: 'the server ends' }]);
    const up = ['apps/cli/dist/berth.js', 'up', '--runtime', 'simulated', '--data-dir', at()];
    const { code, stdout, stderr } = await run(command!, [...args, process.execPath, ...up]);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `berth: ${sentence}\n` });
  });

  it('that another server uses, and a kubeconfig of another cluster', async () => {
    await using server = await Talking.start();
    const ports = ['--api-port', `${await freePort()}`, '--dashboard-port', `${await freePort()}`];
    const second = await run(process.execPath, [program, '--data-dir', server.dataDir, ...ports]);
    expect(second.code).toBe(1);
    const last = JSON.parse(second.stderr.trim().split('\n').at(-1)!);
    expect(last).toMatchObject({ reason: `another process has the store in ${server.dataDir}/store open` });
    expect(last).not.toHaveProperty('err');
    await using other = await Talking.start();
    const mixed = join(directory, 'mixed.kubeconfig');
    const text = readFileSync(join(server.dataDir, 'admin.kubeconfig'), 'utf8');
    writeFileSync(mixed, text.replaceAll(`:${server.port}`, `:${other.port}`));
    const env = { KUBECONFIG: mixed };
    expect(await run('node', ['apps/cli/dist/kubecfg.js', 'get', 'namespaces'], { env })).toEqual({
      code: 1,
      stdout: '',
      stderr: `kubecfg: the API server at https://127.0.0.1:${other.port} cannot be reached: its certificate is not of the authority that the kubeconfig names; is it another cluster’s?\n`,
    });
  });
});

it('an etcd that is not there', async () => {
  const data = join(directory, 'no-etcd');
  const flags = ['--data-dir', data, '--store', 'etcd', '--etcd-endpoints', 'http://127.0.0.1:1'];
  const { code, stderr } = await run(process.execPath, [program, ...flags]);
  expect(code).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({
    reason: expect.stringMatching(/^no etcd answers at http:\/\/127\.0\.0\.1:1: /),
  });
});

/** A connection that is taken, and answers a handshake; undefined: it was closed. */
function attempt(port: number): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    socket.on('error', () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
    socket.once('secureConnect', () => resolve(socket));
  });
}

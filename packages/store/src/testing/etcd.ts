// Owns a real etcd as long as a test wants it: a child process on free ports of loopback, with a data directory of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { temporaryDirectory } from './temporary.ts';

const startTimeoutMs = 20_000;

export interface EtcdProcess extends AsyncDisposable {
  readonly endpoint: string;
  /** Of the process that runs, or ran last. */
  readonly pid: number;
  /** Ends it as a crash would and returns when it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same data and the same port; returns when it answers. */
  start(): Promise<void>;
}

/** Takes `etcd` from the PATH. */
export async function startEtcd(): Promise<EtcdProcess> {
  const directory = await temporaryDirectory();
  const [clientPort, peerPort] = await freePorts(2);
  const endpoint = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  let child: ChildProcess | undefined;

  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  const start = async () => {
    child = spawn(
      'etcd',
      [
        ['--data-dir', directory.path],
        ['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint],
        ['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
        ['--initial-cluster', `default=${peer}`],
        ['--logger', 'zap', '--log-level', 'error'],
      ].flat(),
      { stdio: 'ignore' },
    );
    await answers(`${endpoint}/health`);
  };

  try {
    await start();
  } catch (error) {
    await kill();
    await directory[Symbol.asyncDispose]();
    throw error;
  }
  return {
    endpoint,
    get pid() {
      return child?.pid ?? 0;
    },
    kill,
    start,
    async [Symbol.asyncDispose]() {
      await kill();
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function answers(url: string): Promise<void> {
  const end = Date.now() + startTimeoutMs;
  for (;;) {
    const healthy = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    if (Date.now() > end) throw new Error(`etcd does not answer at ${url}`);
    await setTimeout(50);
  }
}

/** Ports of loopback that nobody listens on at this moment, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  for (const server of servers) server.close();
  return ports;
}

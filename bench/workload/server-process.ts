// Owns the server under measurement: a process of its own over a fresh store, and what it costs; an etcd is part of it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, type Connection, httpsClient, loadKubeconfig, openConnection } from '@berth/client';
import { startEtcd } from '@berth/store/testing/etcd';

export interface MeasuredServer {
  readonly client: Client;
  readonly connection: Connection;
  /** Milliseconds from the start of the process to the first 200 of /readyz; undefined of one that ran already. */
  readonly startMs?: number;
  /** Seconds of CPU that it has used, user and system. */
  cpuSeconds(): number;
  /** Resident memory in MB. */
  residentMb(): number;
  stop(): Promise<void>;
}

export interface ServerUnderTest {
  readonly store: 'embedded' | 'etcd';
  /** Beside those that every server needs. */
  readonly flags: readonly string[];
}

const clockTicksPerSecond = 100;

/** A server that runs already, whose cluster is empty; `pids` are the processes whose CPU and memory are its own. */
export function givenServer(kubeconfig: string, pids: readonly number[]): MeasuredServer {
  const connection = openConnection(loadKubeconfig(kubeconfig).connection);
  return { ...costOf(pids), client: httpsClient(connection), connection, stop: () => connection.close() };
}

export async function startServer({ store, flags }: ServerUnderTest): Promise<MeasuredServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  const [apiPort, dashboardPort] = [await freePort(), await freePort()];
  const start = performance.now();
  const etcd = store === 'etcd' ? await startEtcd() : undefined;
  const args = [
    ['--data-dir', dataDir, '--api-port', `${apiPort}`, '--dashboard-port', `${dashboardPort}`, '--log-level', 'error'],
    etcd ? ['--store', 'etcd', '--etcd-endpoints', etcd.endpoint] : [],
    flags,
  ].flat();
  const child = spawn(process.execPath, ['apps/server/dist/main.js', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await readiness(child, apiPort);
  } catch (error) {
    child.kill('SIGKILL');
    await etcd?.[Symbol.asyncDispose]();
    throw error;
  }
  const pids = etcd ? [child.pid!, etcd.pid] : [child.pid!];
  const startMs = performance.now() - start;
  const connection = openConnection(loadKubeconfig(join(dataDir, 'admin.kubeconfig')).connection);
  return {
    client: httpsClient(connection),
    connection,
    startMs,
    ...costOf(pids),
    async stop() {
      await connection.close();
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
      await etcd?.[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function readiness(child: ChildProcess, port: number): Promise<void> {
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  while (!(await isReady(port))) {
    if (ended) throw new Error('the server ended before it was ready');
    await pause(5);
  }
}

/** Only whether it answers is asked here, so nobody's certificate is looked at. */
function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => resolve(false));
  });
}

function costOf(pids: readonly number[]): Pick<MeasuredServer, 'cpuSeconds' | 'residentMb'> {
  return { cpuSeconds: () => sum(pids.map(cpuSecondsOf)), residentMb: () => sum(pids.map(residentMbOf)) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function cpuSecondsOf(pid: number): number {
  // Fields 14 and 15 of proc_pid_stat(5); the second field, the program's name, may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond;
}

function residentMbOf(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// Owns the servers under test: processes over one store, which are killed and started again while clients use them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadKubeconfig } from '@berth/client';
import { eventually } from '../harness/programs.ts';
import { freePort } from '../harness/server.ts';
import { HttpClient, type Identity } from './http.ts';

interface OneServer {
  readonly dataDir: string;
  readonly address: string;
  readonly flags: readonly string[];
  child: ChildProcess | undefined;
}

export class Servers implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'berth-consistency-'));
  readonly #servers: OneServer[] = [];
  /** How often one was killed, and how often one was told to stop. */
  readonly ends = { SIGKILL: 0, SIGTERM: 0 };

  /** `flags`: of all of them, or of each. */
  static async start(
    count: number,
    flags: readonly string[] | ((number: number) => readonly string[]),
  ): Promise<Servers> {
    const servers = new Servers();
    const flagsOf = typeof flags === 'function' ? flags : () => flags;
    try {
      for (let number = 0; number < count; number++) await servers.#add(number, flagsOf(number));
      return servers;
    } catch (error) {
      await servers[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #add(number: number, flags: readonly string[]): Promise<void> {
    const dataDir = join(this.directory, `server-${number}`);
    const port = await freePort();
    // Servers of one cluster have one authority.
    if (number > 0) cpSync(join(this.dataDir, 'pki'), join(dataDir, 'pki'), { recursive: true });
    const own = ['--data-dir', dataDir, '--api-port', `${port}`, '--components', 'apiserver', '--log-level', 'error'];
    const server = { dataDir, address: `https://127.0.0.1:${port}`, flags: [...own, ...flags], child: undefined };
    this.#servers.push(server);
    await this.#run(server);
  }

  /** Of the first server. */
  get dataDir(): string {
    return this.#servers[0]?.dataDir ?? join(this.directory, 'server-0');
  }

  /** Of the first server's API. */
  get port(): number {
    return Number(new URL(this.#servers[0]!.address).port);
  }

  /** Of a server that runs. */
  pid(number: number): number {
    return this.#servers[number]!.child!.pid!;
  }

  /** A client of one of them alone. */
  only(number: number): HttpClient {
    return new HttpClient([this.#servers[number]!.address], this.#identity(), 0);
  }

  client(first: number): HttpClient {
    const addresses = this.#servers.map(({ address }) => address);
    return new HttpClient(addresses, this.#identity(), first);
  }

  #identity(): Identity {
    const { ca, cert, key } = loadKubeconfig(join(this.dataDir, 'admin.kubeconfig')).connection;
    return { ca: ca!, cert: cert!, key: key! };
  }

  /** Ends one of the servers and starts it again at once. */
  async restart(number: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const server = this.#servers[number % this.#servers.length]!;
    await ended(server, signal);
    this.ends[signal]++;
    await this.#run(server);
  }

  async #run(server: OneServer): Promise<void> {
    server.child = spawn(process.execPath, [resolve('apps/server/dist/main.js'), ...server.flags], {
      stdio: 'ignore',
    });
    await eventually('the server is ready', async () => {
      if (!existsSync(join(server.dataDir, 'admin.kubeconfig'))) return false;
      const client = new HttpClient([server.address], this.#identity(), 0);
      const { statusCode } = await client.open('GET', '/readyz').finally(() => client.close());
      return statusCode === 200;
    });
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) await ended(server, 'SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await ended(server, 'SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function ended({ child }: OneServer, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

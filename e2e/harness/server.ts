// Owns a server alone for a test, on ports that nobody else has: for what needs no nodes, or nodes of the test's own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Kubectl, type KubectlVersion, kubectl } from './kubectl.ts';
import { eventually, type Outcome, run } from './programs.ts';

/** `await using server = await Server.start()`. */
export class Server implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'berth-server-'));
  readonly #port: number;
  readonly #dashboardPort: number;
  readonly #programs: ChildProcess[] = [];
  readonly #flags: readonly string[];
  readonly #env: Readonly<Record<string, string>>;

  private constructor(
    ports: { readonly api: number; readonly dashboard: number },
    flags: readonly string[],
    env: Readonly<Record<string, string>>,
  ) {
    this.#port = ports.api;
    this.#dashboardPort = ports.dashboard;
    this.#flags = flags;
    this.#env = env;
  }

  /** One that has its directory and its ports, and does not run. */
  static async prepared(flags: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Server> {
    return new Server({ api: await freePort(), dashboard: await freePort() }, flags, env);
  }

  static async start(flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Server> {
    const server = await Server.prepared(flags, env);
    try {
      await server.#start();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** For one that ends by itself, since it refuses to start. */
  runToEnd(): Promise<Outcome> {
    return run(process.execPath, [programOf('server'), ...this.#arguments()], { env: this.#env });
  }

  #arguments(): string[] {
    const ports = ['--api-port', `${this.#port}`, '--dashboard-port', `${this.#dashboardPort}`];
    return ['--data-dir', this.dataDir, ...ports, ...this.#flags];
  }

  async #start(): Promise<void> {
    this.run('server', this.#arguments(), this.#env);
    const ask = await this.kubectl();
    await eventually('the server is ready', async () => (await ask('get', '--raw', '/readyz')) === 'ok');
    if (this.#has('dashboard')) await this.dashboardAnswers();
  }

  #has(component: string): boolean {
    const index = this.#flags.indexOf('--components');
    return index < 0 || this.#flags[index + 1]!.split(',').includes(component);
  }

  dashboardAnswers(): Promise<unknown> {
    return eventually('the dashboard answers', async () => (await fetch(this.dashboard)).ok);
  }

  /** Further parts of this server, in a process of their own over the same data directory. */
  runParts(
    components: string,
    flags: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): ChildProcess {
    const ports = ['--dashboard-port', `${this.#dashboardPort}`, '--controllers-port', '0', '--scheduler-port', '0'];
    const own = ['--components', components, ...ports];
    return this.run('server', ['--data-dir', this.dataDir, ...own, ...flags], env);
  }

  /** Stops all of its programs that run, and starts the server on what it has stored. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#start();
  }

  get dataDir(): string {
    return join(this.directory, 'data');
  }

  get dashboard(): string {
    return `http://127.0.0.1:${this.#dashboardPort}`;
  }

  get address(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  kubectl(version?: KubectlVersion): Promise<Kubectl> {
    return kubectl(join(this.dataDir, 'admin.kubeconfig'), version);
  }

  /** One of Berth's programs, which ends with this server. */
  run(role: 'server' | 'agent', args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    // It notices by its channel when this process goes, however that happens, and ends.
    const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const;
    const child = spawn(process.execPath, [programOf(role), ...args], {
      stdio: [...stdio],
      env: { ...process.env, ...env },
    });
    this.#programs.push(child);
    return child;
  }

  /** All of its programs, in order. */
  async stop(): Promise<void> {
    for (const child of this.#programs.splice(0).reverse()) await this.end(child);
  }

  /** All of its programs at once, which have no time for anything. */
  async kill(): Promise<void> {
    await Promise.all(this.#programs.splice(0).map((child) => this.end(child, 'SIGKILL')));
  }

  /** One of them, which has its time. */
  async end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function programOf(role: 'server' | 'agent'): string {
  return resolve(`apps/${role}/dist/main.js`);
}

export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

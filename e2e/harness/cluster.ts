// Owns a whole Berth for a test: `berth up` in a directory of its own, its processes, and its end without a trace.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Kubectl, kubectl } from './kubectl.ts';
import { eventually, output, startUntil } from './programs.ts';

export interface ClusterOptions {
  /** Where the project is; this checkout if not given. */
  readonly project?: string;
  /** How it is started; `npm start` from a fresh clone takes its time. */
  readonly command?: readonly string[];
  readonly flags?: readonly string[];
  readonly env?: Record<string, string>;
  readonly timeoutMs?: number;
}

export class Cluster {
  readonly project: string;
  readonly dataDir = join(mkdtempSync(join(tmpdir(), 'berth-e2e-')), 'data');
  readonly #options: ClusterOptions;
  #process: ChildProcess | undefined;
  #line = '';
  readonly #byHand: ChildProcess[] = [];

  constructor(options: ClusterOptions = {}) {
    this.#options = options;
    this.project = options.project ?? resolve('.');
  }

  /** Resolves with the line that says that Berth is up. */
  async start(flags: readonly string[] = this.#options.flags ?? []): Promise<string> {
    const { command = ['node', 'apps/cli/dist/berth.js', 'up'], env, timeoutMs = 60_000 } = this.#options;
    const [program, ...args] = [...command, '--data-dir', this.dataDir, ...flags];
    const started = await startUntil('Berth is up', program!, args, { cwd: this.project, env, timeoutMs });
    this.#process = started.child;
    this.#line = started.line;
    return started.line;
  }

  get kubeconfig(): string {
    return join(this.dataDir, 'admin.kubeconfig');
  }

  get dashboard(): string {
    return /dashboard (\S+)/.exec(this.#line)?.[1] ?? '';
  }

  get setupLink(): string {
    return /password at (\S+)/.exec(this.#line)?.[1] ?? '';
  }

  kubectl(): Promise<Kubectl> {
    return kubectl(this.kubeconfig);
  }

  /** The process id of the server, or of a node's agent. */
  pidOf(program: string): number {
    const wanted = program === 'server' ? 'apps/server/dist/main.js' : `--node-name\0${program}\0`;
    for (const entry of readdirSync('/proc')) {
      const command = /^\d+$/.test(entry) ? commandLine(entry) : '';
      if (command.includes(wanted) && command.includes(this.dataDir)) return Number(entry);
    }
    throw new Error(`${program} does not run`);
  }

  /** Kills the server or an agent, and waits until it is gone. */
  async kill(program: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<readonly string[]> {
    const pid = this.pidOf(program);
    const [, ...command] = commandLine(`${pid}`).split('\0').filter(Boolean);
    process.kill(pid, signal);
    await eventually(`${program} is gone`, async () => !commandLine(`${pid}`));
    return command;
  }

  /** Starts by hand what was killed, with the command that it had. It ends with the cluster. */
  async startAgain(command: readonly string[]): Promise<void> {
    const child = spawn(process.execPath, command, { stdio: 'ignore', cwd: this.project });
    this.#byHand.push(child);
  }

  /** As a Ctrl-C: the processes stop, the pods' containers stay. */
  async stop(): Promise<void> {
    for (const child of this.#byHand.splice(0)) await ended(child, 'SIGTERM');
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null) return;
    const gone = new Promise((done) => running.once('exit', done));
    process.kill(this.#upPid() ?? running.pid!, 'SIGINT');
    await gone;
  }

  /** For simulated nodes, which leave nothing on the machine but the data directory. */
  async discard(): Promise<void> {
    await this.stop();
    rmSync(join(this.dataDir, '..'), { recursive: true, force: true });
  }

  /** `npm run down`, and the data directory with it. */
  async remove(): Promise<void> {
    await this.stop();
    const program = join(this.project, 'apps/cli/dist/berth.js');
    // A clone that could not even be built has started nothing.
    if (existsSync(program)) await output('node', [program, 'down', '--data-dir', this.dataDir]);
    rmSync(join(this.dataDir, '..'), { recursive: true, force: true });
  }

  /** npm stands between us and the process that handles the signal. */
  #upPid(): number | undefined {
    const pid = Number(readFileSync(join(this.dataDir, 'up.pid'), 'utf8'));
    return Number.isInteger(pid) ? pid : undefined;
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  await gone;
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

// Owns the processes that `up` runs: how each is started, how one learns that it is ready, how all are stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inheritedEnvironment } from '../env.ts';
import { project } from './project.ts';

/** What the server tells when it is ready. */
export interface ServerReady {
  readonly api: string;
  readonly dashboard: string;
  /** The one-time link that sets the admin's password, while none is set. */
  readonly setupLink?: string;
}

export interface Program<Ready> {
  readonly name: string;
  /** Rejects if the program ends before it is ready. */
  readonly ready: Promise<Ready>;
  /** Resolves with how it ended: an exit code or a signal. */
  readonly ended: Promise<number | string>;
  stop(): void;
  /** The command by which a person starts it again. */
  readonly again: string;
}

export interface ProgramOptions {
  readonly name: string;
  readonly role: 'server' | 'agent';
  readonly args: readonly string[];
  /** Where its output goes: `<logs>/<name>.log`. */
  readonly logs: string;
}

/**
 * The program is told over its channel when this process goes away, however that happens, and then stops as well: no
 * server is left behind by a `kill -9`.
 */
export function startProgram<Ready>(options: ProgramOptions): Program<Ready> {
  const logFile = join(options.logs, `${options.name}.log`);
  const output = openSync(logFile, 'a', 0o600);
  // Detached: a Ctrl-C in the terminal reaches only this process, which then stops the others in order.
  const child = spawn(process.execPath, [project(`apps/${options.role}/dist/main.js`), ...options.args], {
    stdio: ['ignore', output, output, 'ipc'],
    env: inheritedEnvironment(),
    detached: true,
  });
  const ended = endOf(child);
  const ready = new Promise<Ready>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Ready));
    void ended.then((how) => {
      const what = lastError(logFile) ?? `it ended with ${how}`;
      reject(new Error(`${options.name} could not start: ${what} (its log is ${logFile})`));
    });
  });
  ready.catch(() => {});
  const again = ['npx', 'berth', options.role, ...options.args].map(quoted).join(' ');
  return { name: options.name, ready, ended, stop: () => child.kill('SIGTERM'), again };
}

/** What the program's last line of level error (pino's 50) says. */
function lastError(logFile: string): string | undefined {
  for (const line of readFileSync(logFile, 'utf8').trim().split('\n').reverse()) {
    const [, text] = /^(\{.*"level":50.*\})$/.exec(line) ?? [];
    if (!text) continue;
    const { reason, err } = JSON.parse(text) as { reason?: string; err?: { message?: string } };
    return reason ?? err?.message;
  }
  return undefined;
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:,=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
  });
}

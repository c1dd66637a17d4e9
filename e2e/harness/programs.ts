// Owns how the tests run other programs: to their end, or until a line appears.
import { type ChildProcess, execFile, spawn } from 'node:child_process';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Never rejects for an exit code: that is the outcome. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { env, cwd, input, timeoutMs = 120_000 } = options;
  return new Promise((resolve) => {
    const settings = { env: { ...process.env, ...env }, cwd, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(command, args, settings, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ code, stdout, stderr });
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}

/** The standard output of a program that must succeed. */
export async function output(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** Asks again until there is an answer. Throws, with what was seen last, when there is none in time. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`never: ${what}${last ? ` (${String(last)})` : ''}`);
}

/** Starts a program and resolves with the first line that begins so. Its output is kept for messages. */
export function startUntil(
  line: string,
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; timeoutMs: number },
): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(command, args, { env: { ...process.env, ...options.env }, cwd: options.cwd });
  let text = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${command} ${args.join(' ')}: ${why}\n${text}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`no line "${line}" within ${options.timeoutMs} ms`);
    }, options.timeoutMs);
    const read = (chunk: Buffer) => {
      text += chunk;
      const found = text.split('\n').find((candidate) => candidate.startsWith(line));
      if (!found || !text.includes(`${found}\n`)) return;
      clearTimeout(timer);
      resolve({ child, line: found });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code, signal) => fail(`ended with ${signal ?? code}`));
  });
}

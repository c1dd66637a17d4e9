// Owns programs that a test talks with while they run: over pipes, as scripts do, or on a terminal of their own, as
// people do (the `script` program of Debian's base system gives it).
import { type ChildProcess, spawn } from 'node:child_process';
import { output } from './programs.ts';

export interface ConversationOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A running program. Whoever starts one ends it: `await using`. */
export class Conversation implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number>;
  #said = '';
  #isOver = false;
  #wake: () => void = () => {};

  constructor(command: string, args: readonly string[], { env, cwd }: ConversationOptions = {}) {
    this.#child = spawn(command, args, { env: { ...process.env, ...env }, cwd, detached: true });
    const read = (chunk: Buffer) => {
      this.#said += chunk;
      this.#wake();
    };
    this.#child.stdout!.on('data', read);
    this.#child.stderr!.on('data', read);
    this.#child.stdin!.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve(127));
      this.#child.once('close', (code) => resolve(code ?? 1));
    });
    void this.#ended.then(() => {
      this.#isOver = true;
      this.#wake();
    });
  }

  /** All that it wrote until now, on both outputs. */
  get said(): string {
    return this.#said;
  }

  say(text: string): void {
    this.#child.stdin!.write(text);
  }

  /** Ends its standard input. */
  hangUp(): void {
    this.#child.stdin!.end();
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#child.exitCode === null) this.#child.kill(signal);
  }

  /** Resolves with what it wrote, as soon as that matches. */
  async until(pattern: RegExp, timeoutMs = 30_000): Promise<string> {
    const late = AbortSignal.timeout(timeoutMs);
    late.addEventListener('abort', () => this.#wake());
    while (!pattern.test(this.#said)) {
      if (late.aborted || this.#isOver) throw new Error(`no ${pattern} in:\n${this.#said}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#said;
  }

  /** Its exit code, once it has ended by itself. */
  async end(timeoutMs = 30_000): Promise<number> {
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, timeoutMs, undefined).unref());
    const code = await Promise.race([this.#ended, late]);
    if (code === undefined) throw new Error(`it does not end; it wrote:\n${this.#said}`);
    return code;
  }

  /** Changes the size of its terminal, as dragging the window's corner does. */
  async resize(rows: number, columns: number): Promise<void> {
    const [, terminal] = /^(\/dev\/\S+)/m.exec(await this.until(/^\/dev\/\S+\r?\n/m))!;
    await output('stty', ['-F', terminal!, 'rows', `${rows}`, 'cols', `${columns}`]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
  }
}

/** On a terminal of 30 rows and 100 columns, whose name stands in the first line of what it writes. */
export function onTerminal(words: readonly string[], options: ConversationOptions = {}): Conversation {
  const command = `stty rows 30 cols 100; tty; exec ${words.map(quoted).join(' ')}`;
  return new Conversation('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    ...options,
    env: { TERM: 'xterm-256color', SHELL: '/bin/sh', ...options.env },
  });
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

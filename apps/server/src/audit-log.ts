// Owns the file of the audit log: lines in batches, rotation by size, removal of old files by age and count. A disk that
// is slow or full loses lines, and never holds anything up.
import { chmod, mkdir, readdir, unlink } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { AuditSink } from '@berth/apiserver';
import { aborted, type Clock, type Component, type Logger } from '@berth/host';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';

export interface AuditLogOptions {
  readonly path: string;
  /** Megabytes at which the file is rotated. */
  readonly maxSize: number;
  /** Days after which a rotated file is removed; 0: never. */
  readonly maxAge: number;
  /** Rotated files that are kept; 0: all. */
  readonly maxBackups: number;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Waiting {
  readonly line: string;
  readonly lost: () => void;
}

/** Characters that may wait for the disk. */
const mostWaiting = 16 * 1024 * 1024;
/** Characters in one write, so that a file is rotated close to its size. */
const batchSize = 256 * 1024;
const retryMs = 5_000;
const dayMs = 86_400_000;

export class AuditLog implements AuditSink, Component {
  readonly name = 'audit-log';
  readonly #options: AuditLogOptions;
  #stream: RotatingFileStream | undefined;
  #waiting: Waiting[] = [];
  #size = 0;
  /** Settles when what is being written is. */
  #writing: Promise<void> | undefined;
  #stopped = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
  }

  /** Throws where no file can be made at the path: nobody wants to find out later that nothing was kept. */
  async start(signal: AbortSignal): ReturnType<Component['start']> {
    const { path } = this.#options;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await this.#open();
    await chmod(path, 0o600);
    await this.#prune();
    return { done: aborted(signal).then(() => this.#stop()) };
  }

  write(line: string, lost: () => void): void {
    if (this.#stopped || this.#size + line.length > mostWaiting) {
      lost();
      return;
    }
    this.#size += line.length + 1;
    this.#waiting.push({ line, lost });
    this.#flush();
  }

  #flush(): void {
    if (this.#writing || !this.#stream || this.#waiting.length === 0) return;
    // After the turn of the event loop, with all that came in it.
    this.#writing = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#writeBatch())
      .finally(() => {
        this.#writing = undefined;
        this.#flush();
      });
  }

  async #writeBatch(): Promise<void> {
    const stream = this.#stream;
    if (!stream) return;
    let text = '';
    let count = 0;
    for (const { line } of this.#waiting) {
      if (text.length > batchSize) break;
      text += `${line}\n`;
      count++;
    }
    const batch = this.#waiting.splice(0, count);
    const error = await new Promise<Error | null | undefined>((resolve) => stream.write(text, resolve));
    this.#size -= text.length;
    if (error) for (const { lost } of batch) lost();
  }

  #open(): Promise<void> {
    const { path, maxSize, log } = this.#options;
    const stream = createStream((time) => (time === null ? path : backupName(path, new Date(time))), {
      size: `${maxSize}M`,
      mode: 0o600,
    });
    stream.on('rotated', () => void this.#prune());
    return new Promise((resolve, reject) => {
      stream.once('open', () => {
        this.#stream = stream;
        resolve();
        this.#flush();
      });
      stream.on('error', (error) => {
        reject(error);
        if (this.#stream !== stream) return;
        this.#stream = undefined;
        log.error({ err: error, path }, 'the audit log cannot be written: lines are lost');
        this.#reopenLater();
      });
    });
  }

  #reopenLater(): void {
    this.#options.clock.after(retryMs, () => {
      if (!this.#stopped) this.#open().catch(() => this.#reopenLater());
    });
  }

  async #prune(): Promise<void> {
    const { path, maxAge, maxBackups, clock, log } = this.#options;
    try {
      const names = await readdir(dirname(path));
      const surplus = surplusBackups(path, names, { maxAge, maxBackups, nowMs: clock.now() });
      for (const name of surplus) await unlink(join(dirname(path), name));
    } catch (error) {
      log.warn({ err: error, path }, 'old audit logs could not be removed');
    }
  }

  async #stop(): Promise<void> {
    this.#stopped = true;
    while (this.#writing) await this.#writing;
    for (const { lost } of this.#waiting.splice(0)) lost();
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream) await new Promise<void>((resolve) => stream.end(resolve));
  }
}

/** `audit-2026-11-24T10-02-03.004.log` of `audit.log`. */
function backupName(path: string, time: Date): string {
  const extension = extname(path);
  const stamp = time.toISOString().replaceAll(':', '-').replace('Z', '');
  return `${path.slice(0, path.length - extension.length)}-${stamp}${extension}`;
}

/** Which of the files beside a log are backups of it that are too old or too many. Pure. */
export function surplusBackups(
  path: string,
  names: readonly string[],
  { maxAge, maxBackups, nowMs }: { readonly maxAge: number; readonly maxBackups: number; readonly nowMs: number },
): string[] {
  const extension = extname(path);
  const prefix = `${basename(path, extension)}-`;
  const timeOf = (name: string) => {
    if (!name.startsWith(prefix) || !name.endsWith(extension)) return Number.NaN;
    const [date, time = ''] = name.slice(prefix.length, name.length - extension.length).split('T');
    return Date.parse(`${date}T${time.replaceAll('-', ':')}Z`);
  };
  const backups = names.filter((name) => !Number.isNaN(timeOf(name))).sort((a, b) => timeOf(b) - timeOf(a));
  return backups.filter(
    (name, index) => (maxBackups > 0 && index >= maxBackups) || (maxAge > 0 && nowMs - timeOf(name) > maxAge * dayMs),
  );
}

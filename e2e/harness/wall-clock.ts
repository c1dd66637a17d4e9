// Owns a wall clock that a test sets, for programs that it starts: Debian's libfaketime stands between them and the
// system's. The monotonic clock, and with it every timer, goes on as it is.
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { output } from './programs.ts';

export class WallClock {
  readonly #file: string;
  readonly #library: string;

  private constructor(file: string, library: string) {
    this.#file = file;
    this.#library = library;
  }

  /** `file`: where the programs look for it. */
  static async in(file: string): Promise<WallClock> {
    const clock = new WallClock(file, await unpackedLibrary());
    clock.set(0);
    return clock;
  }

  /** By so many seconds ahead of what the time is. */
  set(seconds: number): void {
    // They may read at any moment: the old offset, or the whole new one.
    writeFileSync(`${this.#file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }

  /** For the programs that are to go by it. */
  get env(): Record<string, string> {
    return {
      LD_PRELOAD: this.#library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }
}

/** Installs nothing: the package is only taken apart. */
async function unpackedLibrary(): Promise<string> {
  const directory = resolve('node_modules/.cache/libfaketime');
  const library = join(directory, 'libfaketime.so.1');
  if (existsSync(library)) return library;
  mkdirSync(directory, { recursive: true });
  await output('apt-get', ['download', 'libfaketime'], { cwd: directory }).catch(async () => {
    await output('apt-get', ['update', '-qq']);
    await output('apt-get', ['download', 'libfaketime'], { cwd: directory });
  });
  const [archive] = readdirSync(directory).filter((file) => file.endsWith('.deb'));
  await output('dpkg', ['-x', join(directory, archive!), directory]);
  const [found] = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('/libfaketime.so.1'),
  );
  renameSync(join(directory, found!), library);
  return library;
}

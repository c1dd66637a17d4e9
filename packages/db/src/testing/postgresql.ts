// Owns a real PostgreSQL server for one test: in a temporary directory, reached through a socket in it. PostgreSQL
// refuses to run as root, so that root runs it as the user that Debian's package makes.
import { execFileSync, spawn } from 'node:child_process';
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const versions = '/usr/lib/postgresql';

export interface TestPostgresql extends AsyncDisposable {
  readonly url: string;
}

export async function startPostgresql(): Promise<TestPostgresql> {
  const newest = (await readdir(versions)).sort((a, b) => Number(b) - Number(a))[0] ?? '';
  const bin = join(versions, newest, 'bin');
  const folder = await mkdtemp(join(tmpdir(), 'berth-postgresql-'));
  const as = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (as.uid !== undefined && as.gid !== undefined) await chown(folder, as.uid, as.gid);
  await chmod(folder, 0o700);
  const data = join(folder, 'data');
  const options = { ...as, cwd: folder, env: { PATH: bin, LC_ALL: 'C' } };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'berth', '-A', 'trust', '--no-sync'], {
    ...options,
    stdio: 'ignore',
  });
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'],
    {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let log = '';
    server.stderr.on('data', (chunk) => {
      log += chunk;
      if (log.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${log}`)));
  });
  return {
    url: `postgresql://berth@localhost/postgres?host=${encodeURIComponent(folder)}`,
    async [Symbol.asyncDispose]() {
      // Fast shutdown: does not wait for those who are still connected.
      server.kill('SIGINT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres']).toString());
}

// Owns directories whose files change all at once under a running container, laid out as Kubernetes does it:
//
//   ..2026_01_01_00_00_00.000000001/   the files
//   ..data -> ..2026_…                 swapped by one rename
//   key    -> ..data/key               what the container opens
import { chmod, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '@berth/host';

export interface VolumeFile {
  readonly content: Uint8Array;
  readonly mode: number;
}

const dataLink = '..data';

/** Resolves with whether anything changed. Paths are relative, with forward slashes, and never leave the directory. */
export async function writeDirectory(
  directory: string,
  files: ReadonlyMap<string, VolumeFile>,
  clock: Clock,
): Promise<boolean> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const current = await readlink(join(directory, dataLink)).catch(() => undefined);
  if (current !== undefined && (await holds(join(directory, current), files))) return false;
  const next = await writeVersion(directory, files, clock);
  const swap = join(directory, '..data_tmp');
  await rm(swap, { force: true });
  await symlink(next, swap);
  await rename(swap, join(directory, dataLink));
  await relink(directory, files);
  if (current !== undefined) await rm(join(directory, current), { recursive: true, force: true });
  return true;
}

async function writeVersion(directory: string, files: ReadonlyMap<string, VolumeFile>, clock: Clock): Promise<string> {
  const time = new Date(clock.now()).toISOString().replace(/[-T:]/g, '_').replace('Z', '');
  const names = new Set(await readdir(directory));
  let name = `..${time}`;
  for (let count = 1; names.has(name); count++) name = `..${time}_${count}`;
  await mkdir(join(directory, name), { mode: 0o755 });
  for (const [path, { content, mode }] of files) {
    const target = join(directory, name, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    await writeFile(target, content, { mode });
    // Not left to the umask.
    await chmod(target, mode);
  }
  return name;
}

/** What the container sees at the top: one link for each first part of a path. */
async function relink(directory: string, files: ReadonlyMap<string, VolumeFile>): Promise<void> {
  const wanted = new Set([...files.keys()].map((path) => path.split('/')[0] ?? path));
  for (const name of await readdir(directory)) {
    if (name.startsWith('..')) continue;
    if (wanted.has(name)) wanted.delete(name);
    else await rm(join(directory, name), { recursive: true, force: true });
  }
  for (const name of wanted) await symlink(join(dataLink, name), join(directory, name));
}

async function holds(directory: string, files: ReadonlyMap<string, VolumeFile>): Promise<boolean> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  if (entries.filter((entry) => entry.isFile()).length !== files.size) return false;
  for (const [path, { content }] of files) {
    const found = await readFile(join(directory, path)).catch(() => undefined);
    if (!found?.equals(content)) return false;
  }
  return true;
}

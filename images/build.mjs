// Owns the images that Berth builds itself: `berth/pause:1` and `berth/hello:1`, from files of this folder and the
// static busybox of Debian's package busybox-static, so that no registry is needed. An image is built again only when
// what goes into it has changed.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Docker from 'dockerode';

/** There is nothing to build from. The program then ends with 3, so that its caller can install it and try again. */
class BusyboxMissing extends Error {
  exitCode = 3;

  constructor() {
    super('no static busybox: install the Debian package busybox-static');
  }
}

const folder = dirname(fileURLToPath(import.meta.url));
const contentLabel = 'berth.content';
const images = [
  { tag: 'berth/pause:1', from: 'pause', programs: ['sh', 'sleep'] },
  { tag: 'berth/hello:1', from: 'hello', programs: undefined },
];

/**
 * Builds what is missing or changed and resolves with the tags that were built. Throws BusyboxMissing.
 * @param {{ socketPath?: string, log?: (line: string) => void, busybox?: string }} options
 * @returns {Promise<string[]>}
 */
export async function buildImages({ socketPath = '/var/run/docker.sock', log = () => {}, busybox } = {}) {
  const docker = new Docker({ socketPath });
  const program = busybox ?? (await findBusybox());
  const built = [];
  for (const image of images) {
    const content = await contentHash(join(folder, image.from), program);
    if ((await labelOf(docker, image.tag)) === content) continue;
    await build(docker, image, { content, program });
    log(`built ${image.tag}`);
    built.push(image.tag);
  }
  return built;
}

async function findBusybox() {
  for (const path of ['/bin/busybox', '/usr/bin/busybox']) {
    const bytes = await readFile(path).catch(() => undefined);
    // A dynamically linked program names its loader, which an image made from scratch does not have.
    if (bytes && !bytes.includes('/lib64/ld-linux')) return path;
  }
  throw new BusyboxMissing();
}

async function contentHash(source, program) {
  const hash = createHash('sha256');
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of [...files.sort(), program])
    hash.update(`${file.slice(folder.length)}\0`).update(await readFile(file));
  return hash.digest('hex');
}

async function labelOf(docker, tag) {
  try {
    const { Config } = await docker.getImage(tag).inspect();
    return Config.Labels?.[contentLabel];
  } catch (error) {
    if (error.statusCode === 404) return undefined;
    throw error;
  }
}

async function build(docker, { tag, from, programs }, { content, program }) {
  const context = await mkdtemp(join(tmpdir(), 'berth-image-'));
  try {
    await cp(join(folder, from), context, { recursive: true });
    await mkdir(join(context, 'bin'));
    await cp(program, join(context, 'bin', 'busybox'));
    for (const name of programs ?? (await applets(program))) {
      if (name !== 'busybox') await symlink('busybox', join(context, 'bin', name));
    }
    const src = await readdir(context);
    const stream = await docker.buildImage({ context, src }, { t: tag, labels: { [contentLabel]: content } });
    await finished(docker, stream);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

async function applets(program) {
  const { stdout } = await promisify(execFile)(program, ['--list']);
  return stdout.split('\n').filter(Boolean);
}

function finished(docker, stream) {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error, output) => {
      const failure = error ?? output.find((line) => line.error)?.error;
      if (failure) reject(failure instanceof Error ? failure : new Error(failure));
      else resolve();
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const built = await buildImages({ socketPath: process.argv[2], log: console.log });
    if (built.length === 0) console.log('the images are up to date');
  } catch (error) {
    console.error(error.message);
    process.exitCode = error.exitCode ?? 1;
  }
}

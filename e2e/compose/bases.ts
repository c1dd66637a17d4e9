// Owns the base images of a run, made without any registry: Debian's packages for the system, the checkout's own
// packages for the build. All that is built on them inherits their label, by which it is found again and removed.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { output } from '../harness/programs.ts';

export interface Bases {
  /** Debian with Node.js and all programs that the images need. */
  readonly system: string;
  /** The same, with the packages of package-lock.json in /opt/berth. */
  readonly build: string;
  readonly postgres: string;
}

const debianPackages = [
  ...['nftables', 'iproute2', 'iptables', 'conntrack', 'kmod', 'busybox-static'],
  ...['etcd-server', 'etcd-client', 'postgresql'],
];
const cache = resolve('node_modules/.cache/compose');
const minutes = 60_000;

export async function makeBases(tag: string): Promise<Bases> {
  const bases = {
    system: `berth-e2e/system:${tag}`,
    build: `berth-e2e/build:${tag}`,
    postgres: `berth-e2e/postgres:${tag}`,
  };
  const files = join(cache, `${tag}.tar`);
  try {
    await output('cp', [await debianSystem(), files]);
    await append(files, { from: '/', paths: [process.execPath.slice(1)], place: 's|.*|usr/local/bin/node|' });
    await importImage(files, bases.system, tag);
    await append(files, { from: '.', paths: productionPackages(), place: 's|^|opt/berth/|S' });
    await importImage(files, bases.build, tag);
  } finally {
    rmSync(files, { force: true });
  }
  const arguments_ = ['--network', 'none', '--build-arg', `DEBIAN_IMAGE=${bases.system}`, '--tag', bases.postgres];
  await output('docker', ['build', '--quiet', ...arguments_, 'e2e/compose/postgres'], {
    env: { DOCKER_BUILDKIT: '0' },
  });
  return bases;
}

/** The bases, what was built on them, and what building left without a name. */
export async function removeImages(tag: string): Promise<void> {
  const filter = ['--filter', `label=${labelOf(tag)}`];
  const images = (await output('docker', ['images', '--format', '{{.Repository}}:{{.Tag}}', ...filter])).split('\n');
  const named = images.filter((name) => name && !name.includes('<none>'));
  if (named.length > 0) await output('docker', ['rmi', '--force', ...named]);
  await output('docker', ['image', 'prune', '--force', ...filter]);
}

function labelOf(tag: string): string {
  return `berth.e2e=${tag}`;
}

/** A file with a whole small Debian, made once from the packages of the release that this machine has. */
async function debianSystem(): Promise<string> {
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
  const file = join(cache, `debian-${release}.tar`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const unfinished = `${file}.${process.pid}.tar`;
  const include = `--include=${debianPackages.join(',')}`;
  await output('mmdebstrap', ['--variant=minbase', include, release, unfinished], { timeoutMs: 5 * minutes });
  renameSync(unfinished, file);
  return file;
}

interface LockedPackage {
  readonly dev?: boolean;
}

/** The directories of this checkout that `npm install --omit=dev` fills, and npm's own record of them. */
function productionPackages(): string[] {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const topmost = /^((apps|packages)\/[^/]+\/)?node_modules\/(@[^/]+\/)?[^/]+$/;
  const directories = Object.entries(packages).filter(
    ([path, { dev }]) => !dev && topmost.test(path) && existsSync(path),
  );
  return [...directories.map(([path]) => path), 'node_modules/.package-lock.json'];
}

/** `place` is an expression of tar's that turns a path of this machine into one of the image. */
async function append(
  file: string,
  { from, paths, place }: { from: string; paths: readonly string[]; place: string },
): Promise<void> {
  const args = [
    '--append',
    '--format=posix',
    '--hard-dereference',
    '--file',
    file,
    '--directory',
    from,
    '--transform',
    place,
    '--null',
    '--files-from',
    '-',
  ];
  await output('tar', args, { input: paths.join('\0') });
}

async function importImage(file: string, name: string, tag: string): Promise<void> {
  await output('docker', ['import', '--change', `LABEL ${labelOf(tag)}`, file, name]);
}

// Builds the guestbook's images without any registry: `berth/redis:1` from Debian's own packages, `berth/guestbook:1`
// from the static busybox. Needs Docker Engine, and apt-get for the packages.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const images = fileURLToPath(new URL('images', import.meta.url));

buildImage('berth/redis:1', 'redis', (context) => {
  const root = join(context, 'root');
  const packages = join(context, 'packages');
  for (const directory of [root, packages]) mkdirSync(directory);
  run('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', ...withLibraries('redis-tools')], {
    cwd: packages,
  });
  for (const file of readdirSync(packages)) run('dpkg-deb', ['--extract', join(packages, file), root]);
  rmSync(packages, { recursive: true });
  // On Debian the server is the same program as its checker, under another name.
  rmSync(join(root, 'usr/bin/redis-server'), { force: true });
  symlinkSync('redis-check-rdb', join(root, 'usr/bin/redis-server'));
  for (const unneeded of ['usr/share', 'etc']) rmSync(join(root, unneeded), { recursive: true, force: true });
  mkdirSync(join(root, 'tmp'));
});

buildImage('berth/guestbook:1', 'web', (context) => {
  const bin = join(context, 'bin');
  mkdirSync(bin);
  cpSync('/bin/busybox', join(bin, 'busybox'));
  for (const applet of run('/bin/busybox', ['--list']).split('\n')) {
    if (applet && applet !== 'busybox') symlinkSync('busybox', join(bin, applet));
  }
});

function buildImage(tag, source, prepare) {
  const context = mkdtempSync(join(tmpdir(), 'berth-guestbook-'));
  try {
    cpSync(join(images, source), context, { recursive: true });
    prepare(context);
    run('docker', ['build', '--quiet', '--tag', tag, context], { env: { ...process.env, DOCKER_BUILDKIT: '0' } });
    console.log(`built ${tag}`);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** A package and the libraries that it needs, whatever these need as well. */
function withLibraries(name) {
  const without = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
    (kind) => `--no-${kind}`,
  );
  const listed = run('apt-cache', ['depends', '--recurse', ...without, name]).split('\n');
  return [...new Set(listed.filter((line) => line === name || /^lib\S+$/.test(line)))];
}

function run(command, args, options = {}) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });
}

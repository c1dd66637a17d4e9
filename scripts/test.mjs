// `npm test`: installs what the tests need, builds, and runs every check and test there is: unit tests, contract tests
// against a real etcd, tests with real Docker, real kubectl and real Chromium. The last line counts them.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { checks, runCheck } from './check.mjs';
import { installPackages } from './install.mjs';
import { run } from './process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test-results');

/** Program → the Debian package that brings it. */
const programs = {
  '/usr/bin/chromium': 'chromium',
  '/usr/bin/etcd': 'etcd-server',
  '/usr/bin/etcdctl': 'etcd-client',
  '/usr/sbin/dockerd': 'docker.io',
  '/usr/sbin/nft': 'nftables',
  '/sbin/ip': 'iproute2',
  '/usr/sbin/iptables': 'iptables',
  '/usr/sbin/conntrack': 'conntrack',
  '/usr/bin/docker-compose': 'docker-compose',
  '/usr/bin/curl': 'curl',
  '/usr/bin/unzip': 'unzip',
  '/usr/bin/mmdebstrap': 'mmdebstrap',
  '/usr/lib/postgresql': 'postgresql',
  '/usr/share/doc/busybox-static': 'busybox-static',
};

const log = (line) => console.log(`== ${line}`);
const tally = { passed: 0, failed: 0, skipped: 0 };

await installSystemPackages();
await installPackages({ tests: true, log });
await build(log);
await startDockerEngine();
rmSync(results, { recursive: true, force: true });
mkdirSync(results);

for (const check of checks) {
  if (runCheck(check)) tally.passed++;
  else tally.failed++;
}
vitest('unit');
vitest('e2e');
playwright();

const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
console.log(`Tests: ${tally.passed} passed, ${tally.failed} failed${skipped}`);
process.exit(tally.failed > 0 ? 1 : 0);

async function installSystemPackages() {
  const missing = Object.keys(programs).filter((path) => !existsSync(path));
  if (missing.length === 0) return;
  const names = missing.map((path) => programs[path]);
  log(`installing ${names.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', ...names], { env });
}

async function startDockerEngine() {
  const answers = () => spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0;
  if (answers()) return;
  log('starting Docker Engine');
  const output = openSync(join(root, 'node_modules/.cache/dockerd.log'), 'a');
  spawn('dockerd', [], { detached: true, stdio: ['ignore', output, output] }).unref();
  for (let attempt = 0; attempt < 60 && !answers(); attempt++) await new Promise((done) => setTimeout(done, 500));
  if (!answers()) throw new Error('Docker Engine does not start');
}

function vitest(project) {
  const file = join(results, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { status } = program('vitest', ['run', '--project', project, ...reporters]);
  const report = readReport(file);
  count({
    passed: report?.numPassedTests ?? 0,
    // A file that cannot even be loaded counts no test, and fails all the same.
    failed: Math.max(report?.numFailedTests ?? 0, status === 0 ? 0 : 1),
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  });
}

function playwright() {
  const file = join(results, 'playwright.json');
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file };
  const { status } = program('playwright', ['test', '--reporter=list,json'], env);
  const stats = readReport(file)?.stats;
  count({
    passed: stats?.expected ?? 0,
    failed: Math.max((stats?.unexpected ?? 0) + (stats?.flaky ?? 0), status === 0 ? 0 : 1),
    skipped: stats?.skipped ?? 0,
  });
}

function program(name, args, env = process.env) {
  return spawnSync(join(root, 'node_modules/.bin', name), args, { cwd: root, stdio: 'inherit', env });
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

function count({ passed, failed, skipped }) {
  tally.passed += passed;
  tally.failed += failed;
  tally.skipped += skipped;
}

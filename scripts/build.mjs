// Builds what `npm start` runs: the database client, the programs (one bundle each, third-party packages stay outside)
// and the dashboard (a static export with its compressed twins). Does only what changed since the last build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const programs = [
  { out: 'apps/server/dist', entries: { main: 'apps/server/src/main.ts' } },
  { out: 'apps/agent/dist', entries: { main: 'apps/agent/src/main.ts' } },
  { out: 'apps/cli/dist', entries: { berth: 'apps/cli/src/berth.ts', kubecfg: 'apps/cli/src/kubecfg.ts' } },
];

const steps = [
  {
    name: 'database client',
    output: 'packages/db/src/generated',
    inputs: ['prisma', 'scripts/generate-db.mjs'],
    build: () => run(process.execPath, ['scripts/generate-db.mjs'], { cwd: root }),
  },
  {
    name: 'programs',
    output: 'apps/server/dist',
    inputs: ['packages', 'apps/server', 'apps/agent', 'apps/cli', 'scripts/build.mjs', 'prisma'],
    build: bundlePrograms,
  },
  {
    name: 'dashboard',
    output: 'apps/dashboard/out',
    inputs: ['apps/dashboard', 'packages/objects/src', 'packages/dashboard-api/src'],
    build: buildDashboard,
  },
];

/** Resolves when everything is up to date. `log` gets a line for each step that has something to do. */
export async function build(log) {
  for (const step of steps) {
    const stamp = join(root, 'node_modules/.cache/berth', step.name.replaceAll(' ', '-'));
    const fingerprint = fingerprintOf(step.inputs);
    const current =
      existsSync(stamp) && existsSync(join(root, step.output)) && readFileSync(stamp, 'utf8') === fingerprint;
    if (current) continue;
    log(`building the ${step.name}`);
    await step.build();
    mkdirSync(join(stamp, '..'), { recursive: true });
    writeFileSync(stamp, fingerprint);
  }
}

async function bundlePrograms() {
  const { bundle } = await import('./bundle.mjs');
  const define = { BERTH_BUILD: JSON.stringify(await buildInfo()) ?? 'undefined' };
  for (const { out, entries } of programs) {
    rmSync(join(root, out), { recursive: true, force: true });
    await bundle({ entryPoints: entries, outdir: out, splitting: true, minifySyntax: true, define });
  }
}

/** What the programs are made of, as `/version` says it; undefined where the sources came without their history. */
async function buildInfo() {
  const git = async (...args) => (await run('git', args, { cwd: root })).trim();
  try {
    const commit = await git('rev-parse', 'HEAD');
    const treeState = (await git('status', '--porcelain')) === '' ? 'clean' : 'dirty';
    const seconds = Number(await git('log', '-1', '--format=%ct'));
    return { commit, treeState, date: new Date(seconds * 1000).toISOString().replace('.000', '') };
  } catch {
    return undefined;
  }
}

async function buildDashboard() {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
  const options = { cwd: join(root, 'apps/dashboard'), env };
  await run(process.execPath, [join(root, 'node_modules/next/dist/bin/next'), 'build'], options);
  await run(process.execPath, ['precompress.mjs'], options);
}

function fingerprintOf(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of filesOf(join(root, input)))
      hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

const generated = new Set(['node_modules', 'dist', 'out', '.next', 'generated', 'test-results', 'next-env.d.ts']);

function filesOf(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !generated.has(name) && !/\.test\.tsx?$|\.tsbuildinfo$/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => filesOf(join(path, entry.name)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(console.log);

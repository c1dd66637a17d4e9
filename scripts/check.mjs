// `npm run check`: types, lint and format, import boundaries, generated files, dead code, unit tests. Under a minute.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installPackages } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is checked beside the tests, in the order in which a person would want to know. */
export const checks = [
  { name: 'database client', command: ['node', 'scripts/generate-db.mjs'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'types of the dashboard', command: ['tsc', '-p', 'apps/dashboard'] },
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'import boundaries', command: ['node', 'scripts/check-boundaries.mjs'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
];

/** Runs one check and shows what it prints; whether it passed. */
export function runCheck({ name, command: [program, ...args] }) {
  const path = program === 'node' ? process.execPath : `${root}/node_modules/.bin/${program}`;
  const start = performance.now();
  const { status } = spawnSync(path, args, { cwd: root, stdio: 'inherit' });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok' : 'FAILED'}: ${name} (${seconds} s)`);
  return status === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await installPackages({ tests: true, log: console.log });
  const unitTests = { name: 'unit tests', command: ['vitest', 'run', '--project', 'unit', '--reporter', 'dot'] };
  const passed = [...checks, unitTests].map(runCheck);
  process.exit(passed.every(Boolean) ? 0 : 1);
}

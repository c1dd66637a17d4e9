// Installs the npm packages that the lock file names, when they are not there.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** With `tests`, also what only tests and checks need: browsers' drivers, several kubectl, linters. */
export async function installPackages({ tests, log }) {
  if (isInstalled(tests)) return;
  log(tests ? 'installing npm packages, those for tests too' : 'installing npm packages');
  // Not `npm ci`: it refuses a lock file that lacks the binaries of platforms which a mirror of the registry does not
  // hold. Neither writes the lock file.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', ...(tests ? [] : ['--omit=dev'])];
  await run('npm', args, { cwd: root });
}

function isInstalled(tests) {
  const installed = join(root, 'node_modules/.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) return false;
  if (!tests) return true;
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.keys(devDependencies).every((name) => existsSync(join(root, 'node_modules', name)));
}

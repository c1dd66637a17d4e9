// Collects what the images run into a directory: the built programs and dashboard, and of node_modules only the packages
// that bundles leave outside, with what these depend on. `collect-runtime.mjs DIRECTORY`, after scripts/build.mjs.
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outside } from '../scripts/bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = process.argv[2];
const programs = ['apps/server', 'apps/agent'];

const copied = ['package.json', 'apps/server/dist', 'apps/agent/dist', 'apps/dashboard/out', 'images', 'containers'];
for (const path of [...copied, ...runtimePackages()]) {
  cpSync(join(root, path), join(target, path), { recursive: true });
}

/** The directories of the packages, relative to the project. */
function runtimePackages() {
  const found = new Set();
  const seen = new Set();
  const visit = (directory, isOutside) => {
    if (seen.has(directory)) return;
    seen.add(directory);
    if (isOutside) found.add(relative(root, directory));
    const { dependencies, optionalDependencies } = manifestOf(directory);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const dependency = locate(name, directory);
      // An optional one of another platform is not installed.
      if (dependency && (isOutside || name.startsWith('@berth/') || staysOutside(name)))
        visit(dependency, isOutside || !name.startsWith('@berth/'));
    }
  };
  for (const program of programs) visit(join(root, program), false);
  return found;
}

/** The patterns name a package, or all of a scope: `@scope/*`. */
function staysOutside(name) {
  return outside.some((pattern) => (pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
}

function manifestOf(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

/** Where Node.js finds a package, seen from a directory. */
function locate(name, from) {
  const candidate = join(from, 'node_modules', name);
  if (existsSync(candidate)) return candidate;
  return from === root || from === dirname(from) ? undefined : locate(name, dirname(from));
}

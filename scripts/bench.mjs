// `npm run bench [NAME [ARGS]]`: builds, then runs every benchmark in bench/, or the named one. Each prints one table.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { installPackages } from './install.mjs';
import { run } from './process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/berth-bench');
const [only, ...args] = process.argv.slice(2);
const names = readdirSync(join(root, 'bench')).filter((name) => name.endsWith('.ts'));

await installPackages({ tests: true, log: console.log });
await build(console.log);
const { bundle } = await import('./bundle.mjs');
for (const name of names.map((file) => file.replace(/\.ts$/, ''))) {
  if (only && only !== name) continue;
  const outfile = join(cache, `${name}.mjs`);
  await bundle({ entryPoints: [`bench/${name}.ts`], outfile });
  console.log(`\n${name}`);
  await run(process.execPath, [outfile, ...args], { cwd: root, quiet: false });
}

// `npm run fuzz -- --requests 100000 --seed 7`: sends the API server what no client should, and looks at what it makes
// of it. The same seed sends the same requests.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from './install.mjs';
import { run } from './process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await installPackages({ tests: true, log: console.log });
const { bundle } = await import('./bundle.mjs');
const outfile = join(root, 'node_modules/.cache/berth/fuzz.mjs');
await bundle({ entryPoints: ['packages/apiserver/src/http/testing/fuzz/main.ts'], outfile });
await run(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, quiet: false });

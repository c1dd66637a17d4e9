// Owns how a program of the workspace becomes files that Node.js runs. Everything is inside, third-party packages too:
// a program then starts with few files, and each package has the version that its importer asked for.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Packages that bring binaries, or read files of their own at run time: these stay outside. */
export const outside = [
  'lmdb',
  '@prisma/*',
  '@libsql/*',
  'libsql',
  '@node-rs/*',
  'dockerode',
  'etcd3',
  'pg',
  'pg-native',
  'playwright',
];

/** What CommonJS packages expect around them. */
const banner = [
  "import { createRequire as berthCreateRequire } from 'node:module';",
  'const require = berthCreateRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

/** `options` as esbuild takes them; paths are relative to the project's root. */
export function bundle(options) {
  return build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    sourcemap: 'linked',
    logLevel: 'warning',
    banner: { js: banner },
    external: outside,
    ...options,
  });
}

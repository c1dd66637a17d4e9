// Owns how a program of the workspace becomes one file that Node.js runs: our packages inside, third-party ones outside.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** `options` as esbuild takes them; paths are relative to the project's root. */
export function bundle(options) {
  return build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: 'linked',
    logLevel: 'warning',
    plugins: [{ name: 'third-party packages stay outside', setup: keepOutside }],
    ...options,
  });
}

function keepOutside(builder) {
  builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
    return kind === 'entry-point' || path.startsWith('@berth/') ? undefined : { path, external: true };
  });
}

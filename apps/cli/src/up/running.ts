// Owns the mark that a cluster runs on a data directory: the process id of its `berth up`.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, sleep, stayAlive } from '@berth/host';

const markOf = (dataDir: string) => join(dataDir, 'up.pid');

/** Throws an Error if another `berth up` runs on the directory. The mark goes when this process exits. */
export function claimDataDirectory(dataDir: string): void {
  const other = runningProcess(dataDir);
  if (other) throw new Error(`Berth is up already on ${dataDir} (process ${other})`);
  writeFileSync(markOf(dataDir), `${process.pid}\n`);
  process.once('exit', () => rmSync(markOf(dataDir), { force: true }));
}

/** The process id of the `berth up` on the directory, if one runs. */
function runningProcess(dataDir: string): number | undefined {
  try {
    const pid = Number(readFileSync(markOf(dataDir), 'utf8'));
    // A stale mark may name a process that has nothing to do with us.
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return pid !== process.pid && /start\.mjs|berth/.test(command) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Asks the `berth up` on the directory, if one runs, to stop, and waits until it has. */
export async function stopRunning(dataDir: string, clock: Clock): Promise<void> {
  const pid = runningProcess(dataDir);
  if (!pid) return;
  process.kill(pid, 'SIGTERM');
  const mayEnd = stayAlive();
  while (runningProcess(dataDir) === pid) await sleep(clock, 50);
  mayEnd();
}

// Owns talking to nftables and to the kernel's table of connections.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { StaleFlow } from './stale-flows.ts';

/** Applies a script as one transaction; throws with what nft says about it. */
export async function applyScript(script: string): Promise<void> {
  const nft = spawn('nft', ['-f', '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  const exited = once(nft, 'exit') as Promise<[number | null]>;
  // A script that nft does not read to its end is reported by its exit.
  nft.stdin.on('error', () => undefined);
  nft.stdin.end(script);
  const [complaint, [code]] = await Promise.all([text(nft.stderr), exited]);
  if (code !== 0) throw new Error(`nft: ${complaint.trim()}`);
}

export async function tableExists(table: string): Promise<boolean> {
  return promisify(execFile)('nft', ['list', 'chain', 'ip', table, 'prerouting']).then(
    () => true,
    () => false,
  );
}

/** Removes the table and all that Berth programmed with it; does nothing where there is none, or no nft. */
export async function removeTable(table: string): Promise<void> {
  await applyScript(`add table ip ${table}\ndelete table ip ${table}`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

export async function forgetFlow({ address, port, backend }: StaleFlow): Promise<void> {
  const match = [
    ['-p', 'udp', '--orig-port-dst', String(port)],
    address ? ['--orig-dst', address] : [],
    backend ? ['--dst-nat', backend] : [],
  ].flat();
  await promisify(execFile)('conntrack', ['-D', ...match]).catch((error: Error & { code?: unknown }) => {
    // It exits with 1 when it found no such flow.
    if (error.code !== 1) throw error;
  });
}

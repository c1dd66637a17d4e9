import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { revisionOf } from '../event.ts';
import { follow } from '../testing/contract.ts';
import { temporaryDirectory } from '../testing/temporary.ts';
import { openLmdbStore } from './index.ts';

const rounds = 8;

test(`a writer killed with -9 at ${rounds} random moments loses no acknowledged write`, async () => {
  await using directory = await temporaryDirectory();
  const program = join(directory.path, 'writer.mjs');
  const data = join(directory.path, 'data');
  await bundle(program);
  const acknowledged = new Map<number, string>();
  for (let round = 0; round < rounds; round++) {
    for (const line of await runAndKill([program, data, String(round)], 150 + Math.random() * 400)) {
      const [revision, key, value] = line.split(' ');
      acknowledged.set(Number(revision), `${key} ${value}`);
    }
  }
  const store = await openLmdbStore({ directory: data });
  const newest = await store.revision();
  const watch = follow(store, '', 0);
  const events = await watch.take(newest);
  await watch.stop();
  await store.close();
  expect(events.map(revisionOf)).toEqual(Array.from({ length: newest }, (_, n) => n + 1));
  const kept = new Map(
    events.map((event) => [
      revisionOf(event),
      event.type === 'put' ? `${event.entry.key} ${Buffer.from(event.entry.value)}` : 'deleted',
    ]),
  );
  expect(acknowledged.size).toBeGreaterThan(100);
  expect([...acknowledged].filter(([revision, write]) => kept.get(revision) !== write)).toEqual([]);
});

/** The complete lines that the process printed before it died. */
async function runAndKill(args: string[], afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = text(child.stdout);
  const exited = once(child, 'exit');
  await once(child.stdout, 'readable');
  await setTimeout(afterMs);
  child.kill('SIGKILL');
  await exited;
  return (await output).split('\n').slice(0, -1);
}

async function bundle(outfile: string): Promise<void> {
  const lmdb = createRequire(import.meta.url).resolve('lmdb');
  await build({
    entryPoints: [fileURLToPath(new URL('./testing/writer.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { lmdb },
    external: [lmdb],
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
    logLevel: 'error',
  });
}

import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Container } from '@berth/objects';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exited, instanceOf } from '../testing/pods.ts';
import { terminationMessage, terminationMessageMount } from './termination-message.ts';

const web: Container = { name: 'web', terminationMessagePolicy: 'FallbackToLogsOnError' };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-message-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const logs = async function* () {
  yield { stream: 'stdout' as const, data: Buffer.from(`${'x'.repeat(3000)}last line\n`) };
};

async function messageOf(container: Container, exitCode: number, text: string): Promise<string> {
  const mount = await terminationMessageMount(directory, container, 0);
  if (mount.type !== 'bind') throw new Error('expected a bind mount');
  expect((await stat(mount.hostPath)).mode & 0o777).toBe(0o666);
  await writeFile(mount.hostPath, text);
  return terminationMessage(directory, container, instanceOf(web, exited(exitCode)), { logs });
}

test('is what the container wrote, up to 4096 bytes', async () => {
  expect(await messageOf(web, 1, 'why')).toBe('why');
  expect(await messageOf(web, 1, 'y'.repeat(5000))).toHaveLength(4096);
});

test('is the end of the log where the pod wants that and the container failed', async () => {
  const fallback = await messageOf(web, 1, '');
  expect(fallback).toHaveLength(2048);
  expect(fallback.endsWith('last line\n')).toBe(true);
  expect(await messageOf(web, 0, '')).toBe('');
  expect(await messageOf({ name: 'web' }, 1, '')).toBe('');
});

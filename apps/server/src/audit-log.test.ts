import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@berth/host';
import { FakeClock } from '@berth/host/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AuditLog, surplusBackups } from './audit-log.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-audit-'));
});
afterEach(() => rm(directory, { recursive: true }));

const limits = { maxSize: 1, maxAge: 0, maxBackups: 2 };

async function running(path: string, more: Partial<typeof limits> = {}) {
  const clock = new FakeClock(Date.now());
  const audit = new AuditLog({ path, ...limits, ...more, clock, log: silentLogger });
  const stop = new AbortController();
  const { done } = await audit.start(stop.signal);
  let lost = 0;
  const write = (line: string) =>
    audit.write(line, () => {
      lost++;
    });
  const end = async () => {
    stop.abort();
    await done;
  };
  return { write, end, clock, lost: () => lost };
}

it('keeps every line that it took when it stops, for its owner alone', async () => {
  const path = join(directory, 'deep', 'audit.log');
  const { write, end, lost } = await running(path);
  for (let i = 0; i < 1000; i++) write(`line ${i}`);
  await end();
  write('too late');
  const text = await readFile(path, 'utf8');
  expect(text.split('\n')).toEqual([...Array.from({ length: 1000 }, (_, i) => `line ${i}`), '']);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(lost()).toBe(1);
});

it('goes on in the file that is there', async () => {
  const path = join(directory, 'audit.log');
  await writeFile(path, 'before\n');
  const { write, end } = await running(path);
  write('after');
  await end();
  expect(await readFile(path, 'utf8')).toBe('before\nafter\n');
});

it('rotates by size and keeps as many backups as it may', async () => {
  const path = join(directory, 'audit.log');
  const { write, end, lost } = await running(path);
  const line = 'x'.repeat(100_000);
  for (let i = 0; i < 50; i++) write(line);
  await end();
  // The oldest are removed beside the writing.
  const backups = (await readdir(directory)).filter((name) => name !== 'audit.log');
  expect(lost()).toBe(0);
  expect(backups.length).toBeGreaterThanOrEqual(2);
  for (const name of backups) {
    expect(name).toMatch(/^audit-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}\.log$/);
    const { size, mode } = await stat(join(directory, name));
    expect([size > 1_000_000, size < 1_500_000, mode & 0o777]).toEqual([true, true, 0o600]);
  }
  await (await running(path)).end();
  expect((await readdir(directory)).length).toBeLessThanOrEqual(3);
});

it('refuses to start where it cannot write', async () => {
  await writeFile(join(directory, 'file'), '');
  await expect(running(join(directory, 'file', 'audit.log'))).rejects.toThrow(/ENOTDIR|EEXIST/);
});

it('loses lines when the disk does not take them, and goes on', async () => {
  const path = join(directory, 'audit.log');
  const { write, end, lost } = await running(path);
  for (let i = 0; i < 400; i++) write('x'.repeat(100_000));
  expect(lost()).toBeGreaterThan(200);
  await end();
});

it('opens the file again after its directory was away', async () => {
  const path = join(directory, 'logs', 'audit.log');
  const { write, end, clock, lost } = await running(path);
  await rename(join(directory, 'logs'), join(directory, 'gone'));
  await writeFile(join(directory, 'logs'), '');
  // What makes it notice is the rotation, which needs the directory.
  for (let i = 0; i < 13; i++) write('x'.repeat(100_000));
  await expect.poll(() => lost()).toBeGreaterThan(0);
  await rm(join(directory, 'logs'));
  await expect
    .poll(async () => {
      await clock.advance(5_000);
      return readdir(join(directory, 'logs')).catch(() => []);
    })
    .toContain('audit.log');
  write('back');
  await end();
  expect(await readFile(path, 'utf8')).toMatch(/(^|\n)back\n$/);
});

it('tells backups that are too old or too many', () => {
  const names = [
    'audit.log',
    'audit-2026-11-20T10-00-00.000.log',
    'audit-2026-11-24T10-00-00.000.log',
    'audit-2026-11-22T10-00-00.000.log',
    'audit-notes.log',
    'other-2026-11-20T10-00-00.000.log',
  ];
  const nowMs = Date.parse('2026-11-25T00:00:00Z');
  const path = '/x/audit.log';
  expect(surplusBackups(path, names, { maxAge: 0, maxBackups: 0, nowMs })).toEqual([]);
  expect(surplusBackups(path, names, { maxAge: 0, maxBackups: 1, nowMs })).toEqual([names[3], names[1]]);
  expect(surplusBackups(path, names, { maxAge: 3, maxBackups: 0, nowMs })).toEqual([names[1]]);
});

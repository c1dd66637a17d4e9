import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDataDirectory } from './data-directory.ts';

const directory = mkdtempSync(join(tmpdir(), 'berth-directory-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('is made with all that is missing above it, for the owner alone, and is taken as it is after that', () => {
  const path = join(directory, 'some', 'where');
  openDataDirectory(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  openDataDirectory(path);
});

test.each([
  { name: 'is a file', path: 'file' },
  { name: 'is below a file', path: 'file/below' },
])('that $name is refused in a sentence', ({ path }) => {
  writeFileSync(join(directory, 'file'), '');
  const whole = join(directory, path);
  expect(() => openDataDirectory(whole)).toThrow(`the data directory ${whole} cannot be used: it is not a directory`);
});

test('where nobody can write is refused in a sentence', () => {
  expect(() => openDataDirectory('/proc/berth')).toThrow(/^the data directory \/proc\/berth cannot be used: \S+/);
});

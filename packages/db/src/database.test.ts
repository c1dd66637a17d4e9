import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './database.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-db-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('a new SQLite database has the tables, keeps what is written, and only its owner may read it', async () => {
  const file = join(folder, 'dashboard.db');
  const at = new Date('2026-01-01T00:00:00.123Z');
  const first = await openDatabase({ url: `file:${file}` });
  await first.user.create({ data: { name: 'admin', groups: 'system:masters', createdAt: at } });
  for (const part of [file, `${file}-wal`]) expect((await stat(part)).mode & 0o777).toBe(0o600);
  await first.$disconnect();

  const second = await openDatabase({ url: `file:${file}` });
  const user = await second.user.findUniqueOrThrow({ where: { name: 'admin' }, include: { sessions: true } });
  expect(user).toMatchObject({ name: 'admin', passwordHash: null, createdAt: at, sessions: [] });
  await second.$disconnect();
});

test('what belongs to a person goes with the person', async () => {
  const database = await openDatabase({ url: `file:${join(folder, 'dashboard.db')}` });
  const createdAt = new Date(0);
  const views = { create: { noun: 'pods', name: 'Mine', query: '', createdAt } };
  const { id } = await database.user.create({ data: { name: 'admin', groups: '', createdAt, views } });
  await database.$transaction([database.user.count()]);
  await database.user.delete({ where: { id } });
  expect(await database.savedView.count()).toBe(0);
  await database.$disconnect();
});

test('audit entries have ids that grow, so that pages can go by them', async () => {
  const database = await openDatabase({ url: `file:${join(folder, 'dashboard.db')}` });
  const entry = { user: 'admin', verb: 'delete', resource: 'pods', outcome: 'ok' };
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) {
    ids.push((await database.auditEntry.create({ data: { ...entry, at: new Date(n) } })).id);
  }
  expect([...ids].sort()).toEqual(ids);
  await database.$disconnect();
});

test('a URL of another kind is refused', async () => {
  await expect(openDatabase({ url: 'mysql://localhost/x' })).rejects.toThrow('file: or postgresql:');
});

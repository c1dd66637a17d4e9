import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checksumOf, type Migration, migrate, pendingMigrations, statementsOf } from './migrate.ts';

const first: Migration = {
  name: '1_first',
  sql: 'CREATE TABLE "a" ("x" TEXT);\n\n-- and\nCREATE TABLE "b" ("y" TEXT);\n',
};
const second: Migration = { name: '2_second', sql: 'ALTER TABLE "a" ADD COLUMN "z" TEXT;\n' };
const broken: Migration = { name: '3_broken', sql: 'CREATE TABLE "c" ("x" TEXT);\nCREATE TABLE "a" ("x" TEXT);\n' };

describe('on SQLite', () => {
  let folder: string;
  let connection: SqlDriverAdapter;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-migrate-'));
    connection = await new PrismaLibSql({ url: `file:${join(folder, 'a.db')}` }).connect();
  });

  afterEach(async () => {
    await connection.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function rows(sql: string): Promise<unknown[][]> {
    return (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;
  }

  const tables = () => rows(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`);

  test('applies what is new, once, and books it as Prisma does', async () => {
    await migrate(connection, 'sqlite', [first]);
    await migrate(connection, 'sqlite', [first, second]);
    await migrate(connection, 'sqlite', [first, second]);
    expect(await tables()).toEqual([['_prisma_migrations'], ['a'], ['b']]);
    const book = await rows(
      `SELECT migration_name, checksum, applied_steps_count, finished_at > 1700000000000, rolled_back_at
       FROM _prisma_migrations ORDER BY migration_name`,
    );
    expect(book).toEqual([
      ['1_first', checksumOf(first), 1, 1, null],
      ['2_second', checksumOf(second), 1, 1, null],
    ]);
  });

  test('one that fails leaves nothing behind, of itself or of those before it in the same start', async () => {
    await migrate(connection, 'sqlite', [first]);
    await expect(migrate(connection, 'sqlite', [first, second, broken])).rejects.toThrow();
    expect(await tables()).toEqual([['_prisma_migrations'], ['a'], ['b']]);
    expect(await rows('SELECT migration_name FROM _prisma_migrations')).toEqual([['1_first']]);
    await migrate(connection, 'sqlite', [first, second]);
    expect(await rows('SELECT migration_name FROM _prisma_migrations')).toHaveLength(2);
  });
});

describe('what was applied is compared with what is known', () => {
  const applied = (migration: Migration, finished = true) => ({
    name: migration.name,
    checksum: checksumOf(migration),
    finished,
  });

  test('the rest is pending, in order', () => {
    expect(pendingMigrations([first, second, broken], [applied(second)])).toEqual([first, broken]);
  });

  test.each([
    { title: 'unfinished', applied: applied(first, false), message: 'never finished' },
    { title: 'of a newer version', applied: { ...applied(first), name: '9_new' }, message: 'does not know' },
    { title: 'edited since', applied: { ...applied(first), checksum: '00' }, message: 'not the one' },
  ])('$title: refused', ({ applied, message }) => {
    expect(() => pendingMigrations([first], [applied])).toThrow(message);
  });
});

test('statements end with a semicolon at the end of a line; comments go', () => {
  expect(statementsOf(`-- one\nINSERT INTO t VALUES ('a;b');\r\n\n  -- two\nSELECT\n  1;  \nSELECT 2`)).toEqual([
    `INSERT INTO t VALUES ('a;b')`,
    'SELECT\n  1',
    'SELECT 2',
  ]);
});

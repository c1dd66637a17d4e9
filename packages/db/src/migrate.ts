// Owns bringing the tables up to date: applies the migrations that the database has not seen, in order, in one
// transaction, and books them in the table in which Prisma's own `migrate deploy` does, so that either may do it.
import { createHash } from 'node:crypto';
import type { SqlDriverAdapter, SqlQueryable } from '@prisma/driver-adapter-utils';

export interface Migration {
  /** `20261124000000_first`: the folder's name; they apply in this order. */
  readonly name: string;
  /** Statements that each end with a semicolon at the end of a line. */
  readonly sql: string;
}

type Provider = 'sqlite' | 'postgresql';

interface Dialect {
  /** The table as Prisma makes it. */
  readonly bookTable: string;
  /** Keeps other processes out until the transaction ends. */
  readonly lock: string;
  readonly now: string;
  /** At most 36 characters. */
  readonly newId: string;
  placeholder(place: number): string;
}

const dialects: Record<Provider, Dialect> = {
  sqlite: {
    bookTable: `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
      "id" TEXT PRIMARY KEY NOT NULL,
      "checksum" TEXT NOT NULL,
      "finished_at" DATETIME,
      "migration_name" TEXT NOT NULL,
      "logs" TEXT,
      "rolled_back_at" DATETIME,
      "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
      "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
    )`,
    // Changes nothing; a statement that could write takes SQLite's write lock.
    lock: `UPDATE "_prisma_migrations" SET "logs" = "logs" WHERE 0 = 1`,
    now: `CAST(strftime('%s', 'now') AS INTEGER) * 1000`,
    newId: 'lower(hex(randomblob(16)))',
    placeholder: () => '?',
  },
  postgresql: {
    bookTable: `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
      "id" VARCHAR(36) PRIMARY KEY NOT NULL,
      "checksum" VARCHAR(64) NOT NULL,
      "finished_at" TIMESTAMPTZ,
      "migration_name" VARCHAR(255) NOT NULL,
      "logs" TEXT,
      "rolled_back_at" TIMESTAMPTZ,
      "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
      "applied_steps_count" INTEGER NOT NULL DEFAULT 0
    )`,
    // The number of Prisma's own lock.
    lock: 'SELECT pg_advisory_xact_lock(72707369)',
    now: 'now()',
    newId: 'gen_random_uuid()',
    placeholder: (place) => `$${place}`,
  },
};

/**
 * Throws, with the database as it was, when a migration fails; and when the database holds one that did not finish, is
 * unknown here (a newer Berth made it), or reads differently than the one that was applied.
 */
export async function migrate(
  connection: SqlDriverAdapter,
  provider: Provider,
  migrations: readonly Migration[],
): Promise<void> {
  const dialect = dialects[provider];
  await inTransaction(connection, async (transaction) => {
    if (provider === 'postgresql') await run(transaction, dialect.lock);
    await run(transaction, dialect.bookTable);
    await run(transaction, dialect.lock);
    const pending = pendingMigrations(migrations, await readBook(transaction));
    for (const migration of pending) {
      for (const statement of statementsOf(migration.sql)) await run(transaction, statement);
      await book(transaction, dialect, migration);
    }
  });
}

interface BookEntry {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** What is left to apply, after a check that what was applied is what is known here. */
export function pendingMigrations(known: readonly Migration[], applied: readonly BookEntry[]): Migration[] {
  const byName = new Map(applied.map((entry) => [entry.name, entry]));
  for (const { name, finished } of applied) {
    if (!finished) throw new Error(`the database's migration ${name} was begun and never finished; repair it by hand`);
    if (!known.some((migration) => migration.name === name)) {
      throw new Error(`the database holds migration ${name}, which this version does not know: a newer one made it`);
    }
  }
  return known.filter((migration) => {
    const entry = byName.get(migration.name);
    if (entry && entry.checksum !== checksumOf(migration)) {
      throw new Error(`migration ${migration.name} is not the one that was applied to the database`);
    }
    return !entry;
  });
}

/** The statements of a migration's text, without comments. */
export function statementsOf(sql: string): string[] {
  const code = sql.replace(/^\s*--.*$/gm, '');
  return code
    .split(/;[ \t]*(?:\r?\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** As Prisma computes it. */
export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}

async function readBook(transaction: SqlQueryable): Promise<BookEntry[]> {
  const { rows } = await transaction.queryRaw({
    sql: `SELECT "migration_name", "checksum", "finished_at" FROM "_prisma_migrations" WHERE "rolled_back_at" IS NULL`,
    args: [],
    argTypes: [],
  });
  return rows.map(([name, checksum, finishedAt]) => ({
    name: String(name),
    checksum: String(checksum),
    finished: finishedAt !== null,
  }));
}

async function book(transaction: SqlQueryable, dialect: Dialect, migration: Migration): Promise<void> {
  const text = { scalarType: 'string', arity: 'scalar' } as const;
  await transaction.executeRaw({
    sql: `INSERT INTO "_prisma_migrations"
      ("id", "checksum", "migration_name", "started_at", "finished_at", "applied_steps_count")
      VALUES (${dialect.newId}, ${dialect.placeholder(1)}, ${dialect.placeholder(2)}, ${dialect.now}, ${dialect.now}, 1)`,
    args: [checksumOf(migration), migration.name],
    argTypes: [text, text],
  });
}

function run(transaction: SqlQueryable, sql: string): Promise<unknown> {
  return transaction.executeRaw({ sql, args: [], argTypes: [] });
}

async function inTransaction(connection: SqlDriverAdapter, work: (transaction: SqlQueryable) => Promise<void>) {
  const transaction = await connection.startTransaction();
  // Adapters that end by themselves say so; the others only hand the connection back.
  const ends = transaction.options.usePhantomQuery;
  try {
    await work(transaction);
    if (!ends) await run(transaction, 'COMMIT');
    await transaction.commit();
  } catch (error) {
    if (!ends) await run(transaction, 'ROLLBACK');
    await transaction.rollback();
    throw error;
  }
}

// Owns opening the dashboard's database: chooses the driver and the generated client by the URL, and brings the tables
// up to date first. The two generated clients come from one text of the models, so that the SQLite one's types stand
// for both.
import { open } from 'node:fs/promises';
import type { SqlDriverAdapterFactory } from '@prisma/client/runtime/client';
import type { PrismaClient } from './generated/sqlite/client.ts';
import { migrate } from './migrate.ts';

/** Close it with `$disconnect()`. */
export type Database = PrismaClient;

/** `file:/path/to/it.db` is SQLite, made if it is not there; `postgresql://…` is PostgreSQL. */
export async function openDatabase(options: { readonly url: string }): Promise<Database> {
  const { url } = options;
  if (url.startsWith('file:')) return openSqlite(url);
  if (/^postgres(ql)?:/.test(url)) return openPostgresql(url);
  throw new Error('a database URL begins with file: or postgresql:');
}

async function openSqlite(url: string): Promise<Database> {
  // Holds the hashes of passwords and sessions: readable by the owner alone. SQLite gives its log the same mode.
  await (await open(url.slice('file:'.length), 'a', 0o600)).close();
  const [{ PrismaLibSql }, { PrismaClient }] = await Promise.all([
    import('@prisma/adapter-libsql'),
    import('./generated/sqlite/client.ts'),
  ]);
  const adapter = new PrismaLibSql({ url });
  // A write appends to a log, and readers do not wait for it; the mode stays with the file.
  await migrateWith(adapter, 'sqlite', 'PRAGMA journal_mode = WAL');
  return new PrismaClient({ adapter });
}

async function openPostgresql(url: string): Promise<Database> {
  const [{ PrismaPg }, { PrismaClient }] = await Promise.all([
    import('@prisma/adapter-pg'),
    import('./generated/postgresql/client.ts'),
  ]);
  const adapter = new PrismaPg(url);
  await migrateWith(adapter, 'postgresql');
  return new PrismaClient({ adapter }) as unknown as Database;
}

async function migrateWith(
  adapter: SqlDriverAdapterFactory,
  provider: 'sqlite' | 'postgresql',
  preparation?: string,
): Promise<void> {
  const { migrations } = await import('./generated/migrations.ts');
  const connection = await adapter.connect();
  try {
    if (preparation) await connection.executeScript(preparation);
    await migrate(connection, provider, migrations[provider]);
  } finally {
    await connection.dispose();
  }
}

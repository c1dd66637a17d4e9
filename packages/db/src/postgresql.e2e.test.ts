// The same tables on a real PostgreSQL server.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { startPostgresql, type TestPostgresql } from './testing/postgresql.ts';

let server: TestPostgresql;

beforeAll(async () => {
  server = await startPostgresql();
});

afterAll(() => server[Symbol.asyncDispose]());

test('several servers that start at once bring the tables up to date once', async () => {
  const opened = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ url: server.url })));
  const book = await opened[0]?.$queryRawUnsafe<{ migration_name: string; applied_steps_count: number }[]>(
    'SELECT migration_name, applied_steps_count FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1',
  );
  const names = ['20261124000000_first', '20261124110000_api_tokens'];
  expect(book).toEqual(names.map((name) => ({ migration_name: name, applied_steps_count: 1 })));
  for (const database of opened) await database.$disconnect();
});

test('what is written is there for another server, with its relations and its time', async () => {
  const [first, second] = await Promise.all([openDatabase({ url: server.url }), openDatabase({ url: server.url })]);
  const at = new Date('2026-01-01T00:00:00.123Z');
  const user = await first.user.create({ data: { name: 'admin', groups: 'system:masters', createdAt: at } });
  await first.session.create({
    data: { tokenHash: 'h', userId: user.id, userAgent: '', createdAt: at, lastSeenAt: at, expiresAt: at },
  });
  const token = { tokenHash: 't', userId: user.id, name: 'laptop', createdAt: at };
  await first.apiToken.create({ data: token });
  await expect(second.apiToken.create({ data: { ...token, tokenHash: 'u' } })).rejects.toMatchObject({ code: 'P2002' });
  await first.auditEntry.create({ data: { at, user: 'admin', verb: 'delete', resource: 'pods', outcome: 'ok' } });
  const key = { userId: user.id, noun: 'pods', name: 'Mine' };
  for (const query of ['a', 'b']) {
    await first.savedView.upsert({
      where: { userId_noun_name: key },
      create: { ...key, query, createdAt: at },
      update: { query },
    });
  }
  const found = await second.session.findUnique({ where: { tokenHash: 'h' }, include: { user: true } });
  expect(found).toMatchObject({ expiresAt: at, user: { name: 'admin', createdAt: at } });
  expect(await second.auditEntry.findMany()).toMatchObject([{ verb: 'delete', at, namespace: null }]);
  expect(await second.savedView.findMany()).toMatchObject([{ query: 'b' }]);
  await second.user.delete({ where: { id: user.id } });
  expect(await first.session.count()).toBe(0);
  expect(await first.apiToken.count()).toBe(0);
  await Promise.all([first.$disconnect(), second.$disconnect()]);
});

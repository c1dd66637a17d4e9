// Like sqlite.config.ts, for PostgreSQL; `node scripts/generate-db.mjs` makes its schema.
import { defineConfig, env } from 'prisma/config';

export default defineConfig({
  schema: '../packages/db/src/generated/postgresql.prisma',
  migrations: { path: 'migrations-postgresql' },
  datasource: { url: env('DATABASE_URL') },
});

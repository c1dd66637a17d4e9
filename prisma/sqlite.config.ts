// For people who rather run Prisma's own `migrate deploy` than let the server bring its tables up to date:
// `DATABASE_URL=file:… npx prisma migrate deploy --config prisma/sqlite.config.ts`.
import { defineConfig, env } from 'prisma/config';

export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'migrations' },
  datasource: { url: env('DATABASE_URL') },
});

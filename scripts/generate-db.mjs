// Owns generating packages/db/src/generated from prisma/: the two Prisma clients (SQLite, PostgreSQL) from the one text
// of the models, and the migrations as a module, so that they are there wherever the code is bundled to. Does nothing
// when all is up to date. Works offline: the clients need no engine, so the schema engine is only named, never fetched.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const self = fileURLToPath(import.meta.url);
const root = join(dirname(self), '..');
const parent = join(root, 'packages/db/src');
const generated = join(parent, 'generated');
const migrationFolders = { sqlite: 'prisma/migrations', postgresql: 'prisma/migrations-postgresql' };
const require = createRequire(import.meta.url);

/** Returns whether there was something to do. */
export async function generateDb() {
  const schema = await readFile(join(root, 'prisma/schema.prisma'), 'utf8');
  const migrations = {};
  for (const [provider, folder] of Object.entries(migrationFolders))
    migrations[provider] = await readMigrations(folder);
  const prisma = require('prisma/package.json');
  const stamp = createHash('sha256')
    .update(JSON.stringify([schema, migrations, prisma.version, await readFile(self, 'utf8')]))
    .digest('hex');
  if ((await readStamp()) === stamp) return false;

  // Beside the final place, then renamed over it: a reader sees the old files or the new ones, whole.
  const work = await mkdtemp(join(parent, '.generating-'));
  const output = join(work, 'generated');
  try {
    await mkdir(output);
    for (const provider of Object.keys(migrationFolders)) {
      const file = join(output, `${provider}.prisma`);
      await writeFile(file, schemaFor(schema, provider));
      await generateClient(join(dirname(require.resolve('prisma/package.json')), prisma.bin.prisma), file);
    }
    await writeFile(join(output, 'migrations.ts'), moduleOf(migrations));
    await writeFile(join(output, 'stamp'), stamp);
    await rm(generated, { recursive: true, force: true });
    await rename(output, generated);
  } catch (error) {
    // Another process may have put the same files there first.
    if ((await readStamp()) !== stamp) throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return true;
}

function readStamp() {
  return readFile(join(generated, 'stamp'), 'utf8').catch(() => '');
}

/** The migrations of a folder, in order. */
async function readMigrations(folder) {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names
      .sort()
      .map(async (name) => ({ name, sql: await readFile(join(root, folder, name, 'migration.sql'), 'utf8') })),
  );
}

function schemaFor(schema, provider) {
  return schema
    .replace('provider = "sqlite"', `provider = "${provider}"`)
    .replace(/(output\s*=\s*)"[^"]*"/, `$1"./${provider}"`);
}

function moduleOf(migrations) {
  return `// Made by scripts/generate-db.mjs from prisma/; do not edit.\nexport const migrations = ${JSON.stringify(migrations, null, 2)};\n`;
}

function generateClient(cli, schema) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, 'generate', '--schema', schema, '--no-hints'], {
      cwd: dirname(schema),
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`prisma generate failed:\n${output}`))));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await generateDb();

// Fails when a module imports what its layer may not know, `import type` included, when a package imports what its
// package.json does not declare, or when a law about who may know a technique is broken. The table is the one that
// docs/architecture.md explains.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Workspace member → the members that it may import, and nothing else. */
const mayImport = {
  'packages/objects': [],
  'packages/host': [],
  'packages/store': ['host'],
  'packages/apiserver': ['store', 'objects', 'host'],
  'packages/client': ['objects', 'host'],
  'packages/informers': ['client', 'objects', 'host'],
  'packages/reconcile': ['client', 'objects', 'host'],
  'packages/controllers': ['informers', 'reconcile', 'client', 'objects', 'host'],
  'packages/scheduler': ['informers', 'reconcile', 'client', 'objects', 'host'],
  'packages/kubelet': ['informers', 'client', 'objects', 'host'],
  'packages/network': ['informers', 'client', 'objects', 'host'],
  'packages/proxy': ['informers', 'client', 'objects', 'host'],
  'packages/dashboard-api': ['informers', 'client', 'db', 'objects', 'host'],
  'packages/db': [],
  'apps/agent': ['kubelet', 'network', 'proxy', 'informers', 'client', 'objects', 'host'],
  'apps/cli': ['client', 'objects', 'host'],
  'apps/dashboard': ['objects', 'dashboard-api'],
  'apps/server': [
    'apiserver',
    'client',
    'controllers',
    'dashboard-api',
    'db',
    'host',
    'informers',
    'objects',
    'reconcile',
    'scheduler',
    'store',
  ],
};

/** A test may also use the real API server over a temporary store: there is no fake one. */
const testsMayImport = ['apiserver', 'store', 'client', 'host', 'objects', 'informers', 'reconcile'];

/** What only some files may contain. Tests are exempt. */
const laws = [
  {
    what: 'Docker',
    pattern: /from 'dockerode'|import\('dockerode'\)/,
    where: /^packages\/(kubelet\/src\/runtime\/docker|network\/src\/docker)/,
  },
  { what: 'process.env', pattern: /process\.env/, where: /^apps\/[^/]+\/(src\/env\.ts|next\.config)/ },
  { what: 'the wall clock', pattern: /\bDate\.now\(|new Date\(\)/, where: /^(packages\/host\/|apps\/dashboard\/)/ },
  { what: 'a timer', pattern: /\bset(Timeout|Interval)\(/, where: /^(packages\/host\/|apps\/dashboard\/)/ },
  { what: 'randomness', pattern: /Math\.random\(|\brandomUUID\(/, where: /^packages\/host\// },
];

const isTest = (file) => /\.test\.tsx?$|\/testing\//.test(file);
const problems = [];
let files = 0;

for (const [member, allowed] of Object.entries(mayImport)) {
  const manifest = JSON.parse(readFileSync(join(member, 'package.json'), 'utf8'));
  const declared = new Set([
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.devDependencies ?? {}),
  ]);
  for (const file of sourceFiles(member)) {
    files++;
    const text = readFileSync(file, 'utf8');
    for (const specifier of importsOf(text)) checkImport({ member, allowed, declared, file, specifier });
    if (!isTest(file)) checkLaws(file, text);
  }
}

function checkImport({ member, allowed, declared, file, specifier }) {
  if (specifier.startsWith('.')) {
    const target = relative('.', join(file, '..', specifier));
    if (!target.startsWith(`${member}/`)) problems.push(`${file}: ${specifier} leaves ${member}`);
    return;
  }
  if (specifier.startsWith('node:') || specifier.startsWith('@/')) return;
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  if (!name.startsWith('@berth/')) {
    if (!isTest(file) && !declared.has(name))
      problems.push(`${file}: ${name} is not declared in ${member}/package.json`);
    return;
  }
  const target = name.slice('@berth/'.length);
  if (member.endsWith(`/${target}`) || allowed.includes(target)) return;
  if (isTest(file) && testsMayImport.includes(target)) return;
  problems.push(`${file}: ${member} may not import ${name}`);
}

function checkLaws(file, text) {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  for (const { what, pattern, where } of laws) {
    if (pattern.test(code) && !where.test(file)) problems.push(`${file}: ${what} is not known here`);
  }
}

function importsOf(text) {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'/g;
  return [...text.matchAll(pattern)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic);
}

function sourceFiles(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !/\/(node_modules|dist|generated|\.next|out)\//.test(file) && !file.endsWith('.d.ts'));
}

for (const problem of problems) console.error(problem);
console.log(`boundaries: ${files} files, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);

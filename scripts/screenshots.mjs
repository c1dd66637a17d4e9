// `npm run screenshots`: brings a cluster up, fills it, and takes docs/screenshots: the dashboard's main pages, dark and
// light, on a desktop and on a phone. Needs what the tests need.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = join(root, 'docs/screenshots');
const password = 'for the picture';
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 360, height: 780 } };
const chromium = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

await build(console.log);
const playwright = await import('@playwright/test');
const dataDir = join(mkdtempSync(join(tmpdir(), 'berth-screenshots-')), 'data');
const { up, dashboard } = await startCluster();
try {
  const pages = fillCluster();
  const browser = await playwright.chromium.launch(chromium);
  for (const theme of ['dark', 'light']) {
    for (const [size, viewport] of Object.entries(sizes)) await photograph(browser, { theme, size, viewport, pages });
  }
  await browser.close();
} finally {
  const ended = new Promise((done) => up.once('exit', done));
  up.kill('SIGINT');
  await ended;
  execFileSync(process.execPath, ['apps/cli/dist/berth.js', 'down', '--data-dir', dataDir], { cwd: root });
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
}

function startCluster() {
  const env = { ...process.env, BERTH_ADMIN_PASSWORD: password };
  const child = spawn(process.execPath, ['apps/cli/dist/berth.js', 'up', '--data-dir', dataDir, '--nodes', '3'], {
    cwd: root,
    env,
  });
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk) => {
      text += chunk;
      const [, address] = /^Berth is up.*dashboard (\S+)/m.exec(text) ?? [];
      if (address) resolve({ up: child, dashboard: address });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(text)));
  });
}

/** Something of everything: many pods, one that fails, one that fits nowhere. Returns the pages worth a picture. */
function fillCluster() {
  kubecfg('scale', 'rc/hello', '--replicas', '8');
  kubecfg('create', '-f', fileURLToPath(new URL('screenshots.yaml', import.meta.url)));
  execFileSync('sleep', ['30']);
  const pod = kubecfg('get', 'pods', '-l', 'app=hello', '-o', 'name').trim().split('\n')[0].split('/')[1];
  for (let request = 0; request < 12; request++) execFileSync('curl', ['-s', 'http://127.0.0.1:30080']);
  return {
    home: '/',
    pods: '/pods',
    controllers: '/replicationcontrollers',
    services: '/services',
    nodes: '/nodes',
    events: '/events',
    pod: `/pods/default/${pod}`,
    log: `/pods/default/${pod}?tab=log`,
    service: '/services/default/hello',
  };
}

function kubecfg(...args) {
  const env = { ...process.env, KUBECONFIG: join(dataDir, 'admin.kubeconfig') };
  return execFileSync(process.execPath, ['apps/cli/dist/kubecfg.js', ...args], { cwd: root, env, encoding: 'utf8' });
}

async function photograph(browser, { theme, size, viewport, pages }) {
  const context = await browser.newContext({ viewport, colorScheme: theme, deviceScaleFactor: 1 });
  const page = await context.newPage();
  await page.goto(dashboard);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: /sign in/i }).click();
  await page.getByTestId('berth-map').waitFor();
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(`${dashboard}${path}`);
    await page.locator('[data-testid="freshness"][data-state="live"]').first().waitFor();
    // The last row's fade has ended.
    await page.waitForTimeout(700);
    await page.screenshot({ path: join(directory, `${name}-${theme}-${size}.png`) });
  }
  await context.close();
}

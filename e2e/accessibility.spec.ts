// Every page of the dashboard, dark and light, on a desktop and on a phone: axe finds nothing, and nothing is wider than
// the screen. On simulated nodes: what is looked at is the page.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Cluster } from './harness/cluster.ts';

const password = 'for everybody';
const cluster = new Cluster({
  flags: ['--runtime', 'simulated', '--api-port', '16443', '--dashboard-port', '17070'],
  env: { BERTH_ADMIN_PASSWORD: password },
});
let pod = '';

test.beforeAll(async () => {
  test.setTimeout(180_000);
  await cluster.start();
  const kubectl = await cluster.kubectl();
  await kubectl('wait', 'pod', '-l', 'app=hello', '--for=condition=Ready', '--timeout=30s');
  pod = await kubectl('get', 'pods', '-l', 'app=hello', '-o', 'jsonpath={.items[0].metadata.name}');
});

test.afterAll(() => cluster.discard());

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 360, height: 780 } };
const pages = () => [
  '/',
  '/pods',
  `/pods/default/${pod}`,
  `/pods/default/${pod}?tab=log`,
  `/pods/default/${pod}?tab=yaml`,
  '/replicationcontrollers',
  '/replicationcontrollers/default/hello',
  '/services',
  '/services/default/hello',
  '/nodes',
  '/nodes/node-1',
  '/events',
  '/audit',
  '/tokens',
];

for (const colorScheme of ['dark', 'light'] as const) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test(`${colorScheme}, ${size}`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport });
      const page = await context.newPage();
      await page.goto(cluster.dashboard);
      await expect(page.getByLabel('Password')).toBeVisible();
      expect((await new AxeBuilder({ page }).analyze()).violations, 'sign-in').toEqual([]);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: /sign in/i }).click();
      await expect(page.getByTestId('berth-map')).toBeVisible();
      for (const path of pages()) {
        await page.goto(`${cluster.dashboard}${path}`);
        await expect(page.locator('h1')).toBeVisible();
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        expect((await new AxeBuilder({ page }).analyze()).violations, path).toEqual([]);
        const overflow = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
      }
      await context.close();
    });
  }
}

// What a new user does in the browser, on a real cluster with real containers: set the password, look around, drag a
// replication controller from 3 to 8, read a log live, take a pod out of a service.
import { expect, type Page, test } from '@playwright/test';
import { Cluster } from './harness/cluster.ts';
import { eventually } from './harness/programs.ts';

const password = 'a quiet harbour';
const cluster = new Cluster();
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  await cluster.start();
  page = await browser.newPage();
});

test.afterAll(async () => {
  await page?.close();
  await cluster.remove();
});

test('the link that was printed sets the admin’s password, once', async ({ browser }) => {
  await page.goto(cluster.setupLink);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel(/again|repeat/i).fill(password);
  await page.getByRole('button', { name: /set/i }).click();
  await expect(page.getByTestId('berth-map')).toBeVisible();
  const second = await browser.newPage();
  await second.goto(cluster.setupLink);
  await expect(second.getByTestId('berth-map')).toBeHidden();
  await second.close();
});

test('the home page shows both nodes and each pod, live', async () => {
  await page.goto(cluster.dashboard);
  await expect(page.getByTestId('freshness').first()).toHaveAttribute('data-state', 'live');
  await expect(page.getByTestId('berth')).toHaveCount(2);
  await expect(page.locator('[data-testid="pod-cell"][data-state="running"]')).toHaveCount(3);
});

test('dragging the strip scales from 3 to 8, and the ghosts turn real', async () => {
  await page.goto(`${cluster.dashboard}/replicationcontrollers`);
  const row = page.locator('[data-testid="controller-row"][data-name="hello"]');
  const handle = row.getByTestId('scale-handle');
  await expect(handle).toHaveAttribute('aria-valuenow', '3');
  const box = (await handle.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  // A hand stops when it sees what it wants to see.
  for (let distance = 4; (await handle.getAttribute('aria-valuenow')) !== '8' && distance < 400; distance += 4) {
    await page.mouse.move(x + distance, y);
  }
  await expect(handle).toHaveAttribute('aria-valuenow', '8');
  await expect(page.getByTestId('scale-preview')).toContainText(/node-1|node-2/);
  await page.mouse.up();
  await expect(page.getByTestId('toast').first()).toContainText('kubectl');
  const kubectl = await cluster.kubectl();
  await eventually('eight ready pods', async () => (await kubectl('get', 'rc', 'hello')).includes(' 8 '));
  await page.goto(cluster.dashboard);
  await expect(page.locator('[data-testid="pod-cell"][data-state="running"]')).toHaveCount(8);
});

test('undo goes back to the old count', async () => {
  await page.goto(`${cluster.dashboard}/replicationcontrollers`);
  const handle = page.locator('[data-testid="controller-row"][data-name="hello"]').getByTestId('scale-handle');
  await expect(handle).toHaveAttribute('aria-valuenow', '8');
  await handle.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  const kubectl = await cluster.kubectl();
  const desired = async () => (await kubectl('get', 'rc', 'hello', '-o', 'jsonpath={.spec.replicas}')) as string;
  await expect.poll(desired).toBe('7');
  await page.getByTestId('undo').first().click();
  await expect.poll(desired).toBe('8');
});

test('a pod’s log runs on while one reads it', async () => {
  await page.goto(`${cluster.dashboard}/pods`);
  await expect(page.getByTestId('pod-row')).toHaveCount(8);
  await page.getByTestId('pod-row').first().getByRole('link').first().click();
  await expect(page.getByTestId('object-page')).toBeVisible();
  await page.getByTestId('tab-log').click();
  const log = page.getByTestId('log-lines');
  await expect(log).toContainText('listens on port 8080');
  const kubectl = await cluster.kubectl();
  const name = new URL(page.url()).pathname.split('/').pop()!;
  await kubectl('exec', name, '--', 'sh', '-c', 'echo a line from the test > /proc/1/fd/1');
  await expect(log).toContainText('a line from the test');
});

test('changing a label takes the pod out of the service, after saying so', async () => {
  const kubectl = await cluster.kubectl();
  const addresses = async () =>
    (await kubectl('get', 'endpoints', 'hello', '-o', 'jsonpath={.subsets[*].addresses[*].targetRef.name}')).split(' ');
  await page.goto(`${cluster.dashboard}/pods`);
  const name = (await page.getByTestId('pod-row').first().getAttribute('data-name'))!.split('/').pop()!;
  await expect.poll(addresses).toContain(name);
  await page.goto(`${cluster.dashboard}/pods/default/${name}`);
  await page.getByTestId('edit-labels').click();
  await page.getByTestId('label-editor').getByRole('textbox').nth(1).fill('debug');
  await expect(page.getByTestId('label-consequences')).toContainText('hello');
  await page.getByTestId('save-labels').click();
  await expect.poll(addresses).not.toContain(name);
  await page.goto(`${cluster.dashboard}/services/default/hello`);
  await expect(page.getByTestId('selector-path')).not.toContainText(name);
});

test('a deep link survives a reload, and the way back works', async () => {
  await page.goto(`${cluster.dashboard}/pods?l=app%3Dhello`);
  await page.getByTestId('pod-row').first().getByRole('link').first().click();
  await expect(page.getByTestId('object-page')).toBeVisible();
  await page.reload();
  await expect(page.getByTestId('object-page')).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/l=app%3Dhello/);
  await expect(page.getByTestId('pod-row').first()).toBeVisible();
});

test('the server’s end is shown, and its return', async () => {
  await page.goto(`${cluster.dashboard}/pods`);
  await expect(page.getByTestId('freshness').first()).toHaveAttribute('data-state', 'live');
  const command = await cluster.kill('server');
  await expect(page.getByTestId('freshness').first()).not.toHaveAttribute('data-state', 'live');
  await cluster.startAgain(command);
  await expect(page.getByTestId('freshness').first()).toHaveAttribute('data-state', 'live', { timeout: 30_000 });
  await expect(page.getByTestId('pod-row').first()).toBeVisible();
});

test('signing out needs the password to come back', async () => {
  await page.goto(cluster.dashboard);
  await page.context().clearCookies();
  await page.reload();
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: /sign in/i }).click();
  await expect(page.locator('main').getByRole('alert')).toBeVisible();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: /sign in/i }).click();
  await expect(page.getByTestId('berth-map')).toBeVisible();
});

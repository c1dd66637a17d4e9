// A person makes an API token in the browser, their kubectl acts as them with it, and is out when they revoke it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { type Kubectl, kubectl as kubectlOf } from './harness/kubectl.ts';
import { Server } from './harness/server.ts';

const password = 'a token of trust';
let server: Server;
let page: Page;
let kubectl: Kubectl;
let token = '';

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  server = await Server.start([], { BERTH_ADMIN_PASSWORD: password });
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  page = await context.newPage();
  await page.goto(server.dashboard);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: /sign in/i }).click();
  await expect(page.getByRole('button', { name: /signed in as/i })).toBeVisible();
});

test.afterAll(async () => {
  await page?.close();
  await server?.[Symbol.asyncDispose]();
});

const violations = async () => (await new AxeBuilder({ page }).analyze()).violations;

test('the person’s menu leads to their tokens, of which there are none', async () => {
  await page.getByRole('button', { name: /signed in as/i }).click();
  await page.getByRole('link', { name: 'API tokens' }).click();
  await expect(page.getByRole('heading', { name: 'No tokens yet' })).toBeVisible();
  expect(await violations()).toEqual([]);
});

test('a new token is shown once, to be copied or taken along as a kubeconfig', async () => {
  await page.getByTestId('new-token').click();
  expect(await violations()).toEqual([]);
  await page.getByRole('textbox', { name: 'Name' }).fill('laptop');
  await page.getByLabel('Valid for').selectOption('7 days');
  await page.getByRole('button', { name: 'Make token' }).click();
  token = await page.getByTestId('token').inputValue();
  expect(token).toMatch(/^berth_[a-z0-9]{40}$/);
  expect(await violations()).toEqual([]);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(token);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('kubeconfig').click()]);
  const file = join(server.directory, 'berth.kubeconfig');
  await download.saveAs(file);
  expect(readFileSync(file, 'utf8')).toContain(token);
  kubectl = await kubectlOf(file);
  await page.getByTestId('token-done').click();
  const row = page.locator('[data-testid="token-row"][data-name="laptop"]');
  await expect(row).toContainText('ends in 6d 23h');
  await expect(row).toContainText('never used');
  expect(await page.content()).not.toContain(token);
});

test('kubectl is the person with it, and the page says that it was used', async () => {
  expect(await kubectl('auth', 'whoami')).toMatch(/Username +admin\nGroups +\[system:masters system:authenticated\]/);
  await page.reload();
  await expect(page.getByTestId('token-use')).toContainText('last used');
});

test('a second one cannot have the same name', async () => {
  await page.getByTestId('new-token').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('laptop');
  await page.getByRole('button', { name: 'Make token' }).click();
  await expect(page.getByText('there is a token "laptop" already')).toBeVisible();
  await page.keyboard.press('Escape');
});

test('revoked, it is nobody’s at once; the audit has it all', async () => {
  await page.getByRole('button', { name: 'Revoke token laptop' }).click();
  await page.getByTestId('confirm-revoke').click();
  await expect(page.getByTestId('token-row')).toHaveCount(0);
  expect((await kubectl.run(['get', 'pods'])).stderr).toMatch(/Unauthorized|must be logged in/);
  await page.goto(`${server.dashboard}/audit`);
  await expect(page.getByTestId('audit')).toContainText('create tokens / laptop');
  await expect(page.getByTestId('audit')).toContainText('revoke tokens');
});

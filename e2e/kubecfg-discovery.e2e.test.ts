// kubecfg beside kubectl on a server that defines kinds of its own: what belongs to `all`, what short names and groups
// mean, and what a shell completes.
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubectl, kubectl as kubectlOf } from './harness/kubectl.ts';
import { eventually, run } from './harness/programs.ts';
import { Server } from './harness/server.ts';

const program = resolve('apps/cli/bin/kubecfg.mjs');
let server: Server;
let kubectl: Kubectl;
let kubeconfig: string;

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'boxes.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'boxes', singular: 'box', kind: 'Box', shortNames: ['bx'], categories: ['all', 'storage'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { size: { type: 'integer' } } } },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.size' }],
      },
    ],
  },
};
const box = { apiVersion: 'example.com/v1', kind: 'Box', metadata: { name: 'big' }, size: 9 };
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'berth/hello:1' }] } },
  },
};

beforeAll(async () => {
  server = await Server.start();
  kubeconfig = `${server.dataDir}/admin.kubeconfig`;
  kubectl = await server.kubectl();
  const apply = (object: object) => kubectl.run(['apply', '-f', '-'], { input: JSON.stringify(object) });
  await apply(definition);
  await eventually('the box', async () => (await apply(box)).code === 0);
  await apply(deployment);
  await eventually('its pod', async () => (await kubectl('get', 'pods', '-o', 'name')) !== '');
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

async function said(line: string, config = kubeconfig): Promise<string> {
  const { code, stdout, stderr } = await run('node', [program, ...line.split(' ')], {
    env: { KUBECONFIG: config, FORCE_COLOR: '' },
  });
  if (code !== 0) throw new Error(`kubecfg ${line} ended with ${code}\n${stdout}${stderr}`);
  return stdout;
}

describe('the same objects as with kubectl', () => {
  it.each([
    { words: 'all' },
    { words: 'storage' },
    { words: 'all,configmaps' },
    { words: 'bx' },
    { words: 'Box' },
    { words: 'boxes.example.com' },
    { words: 'bx.example.com' },
    { words: 'boxes.v1.example.com' },
    { words: 'deploy.apps' },
    { words: 'bx/big deploy/web' },
  ])('get $words', async ({ words }) => {
    const names = await kubectl('get', ...words.split(' '), '-o', 'name');
    expect(names).not.toBe('');
    expect(await said(`get ${words} -o name`)).toBe(names);
  });

  it('get all, in a table for each type', async () => {
    const text = await said('get all');
    expect(text).toMatch(/^pod\/web-\S+ /m);
    expect(text).toMatch(/^deployment\.apps\/web /m);
    expect(text).toMatch(/^NAME +SIZE\nbox\.example\.com\/big +9$/m);
  });

  it('delete of a category', async () => {
    expect(await said('delete storage --all')).toBe('box.example.com "big" deleted\n');
    expect(await kubectl('get', 'boxes', '-o', 'name')).toBe('');
    expect((await kubectl.run(['apply', '-f', '-'], { input: JSON.stringify(box) })).code).toBe(0);
  });
});

it('who may not see some of all sees the rest, and is told', async () => {
  await kubectl('create', 'role', 'boxes', '--verb=get,list', '--resource=boxes.example.com');
  await kubectl('create', 'rolebinding', 'boxes', '--role=boxes', '--serviceaccount=default:default');
  const token = (await kubectl('create', 'token', 'default')).trim();
  const file = `${server.directory}/account.kubeconfig`;
  const config = await kubectlOf(file);
  await config(
    'config',
    'set-cluster',
    'c',
    '--server',
    server.address,
    '--certificate-authority',
    `${server.dataDir}/pki/ca.crt`,
  );
  await config('config', 'set-credentials', 'u', '--token', token);
  await config('config', 'set-context', 'x', '--cluster', 'c', '--user', 'u');
  await config('config', 'use-context', 'x');
  const env = { KUBECONFIG: file, FORCE_COLOR: '' };
  const { code, stdout, stderr } = await run('node', [program, 'get', 'all'], { env });
  expect(code).toBe(1);
  // It may not read the definition either, and does without its columns.
  expect(stdout).toMatch(/^NAME +AGE\nbox\.example\.com\/big +\S+\n$/);
  expect(stderr).toContain('Error from server (Forbidden): pods is forbidden');
});

describe('a shell', () => {
  const completed = async (...words: string[]) => {
    const env = { KUBECONFIG: kubeconfig, FORCE_COLOR: '' };
    const { stdout } = await run('node', [program, 'complete', '--', ...words], { env });
    return stdout.trim().split('\n');
  };

  it.each([
    { words: ['get', 'bo'], found: ['boxes'] },
    { words: ['get', 'bx', ''], found: ['big'] },
    { words: ['describe', 'box/'], found: ['box/big'] },
    { words: ['delete', 'boxes', 'b'], found: ['big'] },
    { words: ['get', 'even'], found: ['events', 'events.events.k8s.io'] },
    { words: ['get', 'selfsubject'], found: [''] },
  ])('completes $words', async ({ words, found }) => {
    expect(await completed(...words)).toEqual(found);
  });
});

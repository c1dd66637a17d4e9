import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StaticFiles, setSecurityHeaders } from './static-files.ts';

let folder: string;
let server: Server;

const files: Readonly<Record<string, string>> = {
  'index.html': '<script>self.a = 1</script><script src="/x.js"></script>',
  '404.html': 'nothing here',
  'pods.html': 'all pods',
  'pods.txt': 'data of all pods',
  'pods/_/_.html': 'one pod',
  'pods/_/_.txt': 'data of one pod',
  'pods/_/_/__next._tree.txt': 'tree of one pod',
  'nodes/_.html': 'one node',
  '_next/static/chunks/main-1a2b.js': 'console.log(1)'.repeat(50),
  'icon.svg': '<svg/>',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-static-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'out', path)), { recursive: true });
    await writeFile(join(folder, 'out', path), content);
  }
  const script = join(folder, 'out/_next/static/chunks/main-1a2b.js');
  await writeFile(`${script}.br`, brotliCompressSync(files['_next/static/chunks/main-1a2b.js']!));
  await writeFile(`${script}.gz`, gzipSync(files['_next/static/chunks/main-1a2b.js']!));
  await writeFile(join(folder, 'secret.txt'), 'not yours');
  const served = new StaticFiles(join(folder, 'out'));
  server = createServer((request, response) => {
    setSecurityHeaders(response);
    void served.serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends the path as it stands: fetch would tidy it up first. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    asked.on('error', reject).end();
  });
}

describe('paths', () => {
  test.each([
    { path: '/', body: files['index.html'] },
    { path: '/pods', body: 'all pods' },
    { path: '/pods/', body: 'all pods' },
    { path: '/pods?labels=app%3Dweb', body: 'all pods' },
    { path: '/pods.txt?_rsc=1', body: 'data of all pods' },
    { path: '/pods/default/web-1', body: 'one pod' },
    { path: '/pods/default/web.v1', body: 'one pod' },
    { path: '/pods/default/web%2D1', body: 'one pod' },
    { path: '/pods/default/web-1.txt?_rsc=1', body: 'data of one pod' },
    { path: '/pods/default/web-1/__next._tree.txt', body: 'tree of one pod' },
    { path: '/nodes/node-0', body: 'one node' },
    { path: '/pods/default', status: 404, body: 'nothing here' },
    { path: '/nowhere', status: 404, body: 'nothing here' },
    { path: '/../secret.txt', status: 404, body: 'nothing here' },
    { path: '/%2e%2e/secret.txt', status: 404, body: 'nothing here' },
    { path: '/pods/..%2f..%2f..%2fsecret.txt', status: 404, body: 'nothing here' },
    { path: '/_next/static/chunks/main-1a2b.js.br', status: 404, body: 'nothing here' },
    { path: '/%zz', status: 400, body: 'Bad request\n' },
    { path: '/a%00b', status: 400, body: 'Bad request\n' },
  ])('$path', async ({ path, status = 200, body }) => {
    expect(await ask(path)).toMatchObject({ status, body });
  });

  test('only reading is answered', async () => {
    expect(await ask('/', {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(await ask('/pods', {}, 'HEAD')).toMatchObject({ status: 200, body: '', headers: { 'content-length': '8' } });
  });
});

test('before the pages are built there is a plain word for it, and the pages as soon as they are', async () => {
  const late = join(folder, 'late');
  const served = new StaticFiles(late);
  const other = createServer((request, response) => void served.serve(request, response));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  expect((await fetch(url)).status).toBe(503);
  await mkdir(late);
  await writeFile(join(late, 'index.html'), 'here');
  expect(await (await fetch(url)).text()).toBe('here');
  other.closeAllConnections();
  await new Promise((resolve) => other.close(resolve));
});

describe('caching and compression', () => {
  const script = '/_next/static/chunks/main-1a2b.js';

  test.each([
    { accept: 'gzip, deflate, br', encoding: 'br' },
    { accept: 'gzip', encoding: 'gzip' },
    { accept: 'br;q=0, gzip', encoding: 'gzip' },
    { accept: 'identity', encoding: undefined },
  ])('a browser that takes "$accept" gets $encoding', async ({ accept, encoding }) => {
    const answer = await ask(script, { 'accept-encoding': accept });
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers.vary).toBe('accept-encoding');
  });

  test('what is named by its content is kept for ever, pages are asked for again', async () => {
    expect((await ask(script)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const page = await ask('/pods');
    expect(page.headers['cache-control']).toBe('no-cache');
    const again = await ask('/pods', { 'if-none-match': String(page.headers.etag) });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect((await ask('/pods', { 'if-none-match': '"other"' })).status).toBe(200);
  });
});

test('a page may run its own scripts and no others', async () => {
  const { headers } = await ask('/', { host: '127.0.0.1:7070' });
  const policy = String(headers['content-security-policy']);
  const hash = createHash('sha256').update('self.a = 1').digest('base64');
  expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("connect-src 'self' ws://127.0.0.1:7070 wss://127.0.0.1:7070;");
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  const image = await ask('/icon.svg');
  expect(image.headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
});

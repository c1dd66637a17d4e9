import { describe, expect, test } from 'vitest';
import { linkRewriter, rewrittenLink } from './link-rewriting.ts';

const prefix = '/api/v1/namespaces/default/pods/web/proxy';
const links = { prefix, hosts: ['10.244.1.3:80', '127.0.0.1:6443'] };

describe('a link', () => {
  test.each([
    ['from the root', '/a/b?c#d', `${prefix}/a/b?c#d`],
    ['to the root', '/', `${prefix}/`],
    ['relative', 'a/b', 'a/b'],
    ['to a fragment', '#top', '#top'],
    ['empty', '', ''],
    ['by the address of the program', 'http://10.244.1.3:80/a', `${prefix}/a`],
    ['by the name that the client called', 'https://127.0.0.1:6443/a', `${prefix}/a`],
    ['without a scheme', '//10.244.1.3:80/a', `${prefix}/a`],
    ['to an address alone', 'http://10.244.1.3:80', `${prefix}/`],
    ['elsewhere', 'https://example.org/a', 'https://example.org/a'],
    ['elsewhere without a scheme', '//example.org/a', '//example.org/a'],
    ['of another scheme', 'mailto:a@example.org', 'mailto:a@example.org'],
    ['through the proxy already', `${prefix}/a`, `${prefix}/a`],
    ['that only looks so', `${prefix}ish/a`, `${prefix}${prefix}ish/a`],
  ])('%s', (_what, link, expected) => {
    expect(rewrittenLink(link, links)).toBe(expected);
  });
});

const P = prefix;
const pages: [string, string, string][] = [
  ['an anchor', '<a href="/x">/x</a>', `<a href="${P}/x">/x</a>`],
  ['single quotes, spaces, capitals', "<A class=b HREF = '/x' >", `<A class=b HREF = '${P}/x' >`],
  ['no quotes', '<img src=/x.png alt=y>', `<img src=${P}/x.png alt=y>`],
  ['several attributes', '<video src="/v" poster="/p"/>', `<video src="${P}/v" poster="${P}/p"/>`],
  ['an attribute that holds no link', '<a title="/x" data-href="/y">', '<a title="/x" data-href="/y">'],
  ['an element that holds no link', '<p href="/x">', '<p href="/x">'],
  ['a greater-than sign within quotes', '<a title="a > b" href="/x">', `<a title="a > b" href="${P}/x">`],
  ['a comment', '<!-- <a href="/x"> --><a href="/y">', `<!-- <a href="/x"> --><a href="${P}/y">`],
  [
    'a script, and what follows it',
    '<script src="/s">"<a href=\'/x\'>" </p</script ><a href="/y">',
    `<script src="${P}/s">"<a href='/x'>" </p</script ><a href="${P}/y">`,
  ],
  ['what is no tag', 'a < b <3 <!doctype html> </a href="/x"> <', 'a < b <3 <!doctype html> </a href="/x"> <'],
  ['a tag that never ends', '<a href="/x"', '<a href="/x"'],
  ['bytes above ASCII', 'ä€<a href="/ü">', `ä€<a href="${P}/ü">`],
];

async function rewritten(html: string, size: number): Promise<string> {
  const rewriter = linkRewriter(links);
  const bytes = Buffer.from(html);
  for (let at = 0; at < bytes.length; at += size) rewriter.write(bytes.subarray(at, at + size));
  rewriter.end();
  const chunks: Buffer[] = [];
  for await (const chunk of rewriter) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe.each([1, 3, 4096])('a page in pieces of %d bytes', (size) => {
  test.each(pages)('%s', async (_what, html, expected) => {
    expect(await rewritten(html, size)).toBe(expected);
  });
});

test('a tag without end is held no longer than it takes to see that', async () => {
  const rewriter = linkRewriter(links);
  let out = 0;
  rewriter.on('data', (chunk: Buffer) => {
    out += chunk.length;
  });
  for (let i = 0; i < 100; i++) rewriter.write(`<a title="${'x'.repeat(1024)}`);
  await new Promise((resolve) => rewriter.write('', resolve));
  expect(out).toBeGreaterThan(80 * 1024);
});

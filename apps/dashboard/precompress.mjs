// Owns compressing the export once, at build time: a .br and a .gz beside every file that is worth it. The gateway
// sends what the browser takes. Prints what a first visit loads.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const out = fileURLToPath(new URL('out/', import.meta.url));
const texts = new Set(['.html', '.js', '.css', '.txt', '.svg', '.json']);
/** Below this many bytes, a compressed copy saves no packet. */
const smallest = 512;

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

async function compress(path) {
  const plain = await readFile(path);
  if (plain.length < smallest) return;
  const options = {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
  };
  await Promise.all([
    brotli(plain, options).then((bytes) => writeFile(`${path}.br`, bytes)),
    deflate(plain, { level: 9 }).then((bytes) => writeFile(`${path}.gz`, bytes)),
  ]);
}

/** Bytes of JavaScript (brotli) that the page loads before it can be used. */
async function firstLoad(page) {
  const html = await readFile(join(out, page), 'utf8');
  const scripts = new Set(
    [...html.matchAll(/<script[^>]+src="([^"]+\.js)"(?![^>]*nomodule)/gi)].map((match) => match[1]),
  );
  let total = 0;
  for (const script of scripts) {
    const path = join(out, decodeURIComponent(script));
    total += (await readFile(`${path}.br`).catch(() => readFile(path))).length;
  }
  return total;
}

const files = (await readdir(out, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && texts.has(extname(entry.name)))
  .map((entry) => join(entry.parentPath, entry.name));
await Promise.all(files.map(compress));
for (const page of ['index.html', 'pods.html', 'replicationcontrollers.html', 'pods/_/_.html']) {
  console.log(
    `${page.padEnd(30)} first load of JavaScript: ${((await firstLoad(page)) / 1000).toFixed(1)} kB (brotli)`,
  );
}

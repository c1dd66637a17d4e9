// Owns serving the exported dashboard from disk: the compressed form that the browser takes, what may be cached for how
// long, and the headers that keep a page to itself. Files are read when they are asked for.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readSiteMap, type SiteMap } from './site-map.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

const encodings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;

interface Variant {
  readonly encoding: string | undefined;
  readonly file: string;
  readonly size: number;
}

interface Known {
  readonly type: string;
  readonly tag: string;
  /** The hashes of the page's own inline scripts; undefined for what is not a page. */
  readonly scripts: readonly string[] | undefined;
  /** The best first; the plain one last. */
  readonly variants: readonly Variant[];
}

export class StaticFiles {
  readonly #directory: string;
  readonly #known = new Map<string, Promise<Known>>();
  #map: Promise<SiteMap> | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(response, 405, { allow: 'GET, HEAD' });
    const path = decodedPath(request.url ?? '/');
    if (path === undefined) return plain(response, 400);
    const map = await this.#siteMap();
    if (!map) return plain(response, 503);
    const found = map.find(path);
    const file = found ?? map.find('/404.html');
    if (!file) return plain(response, 404);
    await this.#send(request, response, { file, status: found ? 200 : 404 });
  }

  /** Undefined until the pages are built. */
  async #siteMap(): Promise<SiteMap | undefined> {
    this.#map ??= readSiteMap(this.#directory);
    try {
      return await this.#map;
    } catch (error) {
      this.#map = undefined;
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #send(
    request: IncomingMessage,
    response: ServerResponse,
    { file, status }: { readonly file: string; readonly status: number },
  ): Promise<void> {
    const known = await this.#knownOf(file);
    const variant = chosen(known.variants, request.headers['accept-encoding']);
    const tag = `"${known.tag}${variant.encoding ? `-${variant.encoding}` : ''}"`;
    response.setHeader('etag', tag);
    response.setHeader('vary', 'accept-encoding');
    response.setHeader('cache-control', cacheControl(file, status));
    if (known.scripts) response.setHeader('content-security-policy', pagePolicy(known.scripts, request.headers.host));
    if (status === 200 && request.headers['if-none-match']?.split(/\s*,\s*/).includes(tag)) {
      response.writeHead(304).end();
      return;
    }
    response.setHeader('content-type', known.type);
    response.setHeader('content-length', variant.size);
    if (variant.encoding) response.setHeader('content-encoding', variant.encoding);
    response.writeHead(status);
    if (request.method === 'HEAD') response.end();
    else await pipeline(createReadStream(variant.file), response).catch(unlessLeft);
  }

  #knownOf(file: string): Promise<Known> {
    let known = this.#known.get(file);
    if (!known) {
      known = this.#learn(file);
      known.catch(() => this.#known.delete(file));
      this.#known.set(file, known);
    }
    return known;
  }

  async #learn(file: string): Promise<Known> {
    const path = join(this.#directory, file);
    const content = await readFile(path);
    const variants: Variant[] = [];
    for (const { name, ending } of encodings) {
      const size = await sizeOf(path + ending);
      if (size !== undefined) variants.push({ encoding: name, file: path + ending, size });
    }
    variants.push({ encoding: undefined, file: path, size: content.length });
    const type = contentTypes[extname(file)] ?? 'application/octet-stream';
    return {
      type,
      tag: createHash('sha256').update(content).digest('base64url').slice(0, 22),
      scripts: extname(file) === '.html' ? inlineScriptHashes(content.toString()) : undefined,
      variants,
    };
  }
}

/** Keeps pages out of frames, and out of what is not theirs. */
export function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
}

/** React sets style attributes while it renders on the server, so that styles may stand in the page; scripts may not. */
function pagePolicy(scripts: readonly string[], host: string | undefined): string {
  const socket = host && /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scripts.map((hash) => `'sha256-${hash}'`)].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    `connect-src 'self'${socket}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Of each script that stands in the page itself, as Content Security Policy names them. */
function inlineScriptHashes(html: string): string[] {
  const scripts = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi)];
  const hashes = scripts.map(([, text = '']) => createHash('sha256').update(text).digest('base64'));
  return [...new Set(hashes)];
}

/** Next names what is under /_next/static by its content; everything else is asked for again, and mostly a 304. */
function cacheControl(file: string, status: number): string {
  return status === 200 && file.startsWith('_next/static/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function chosen(variants: readonly Variant[], accepted: string | string[] | undefined): Variant {
  const names = new Set(
    String(accepted ?? '')
      .split(',')
      .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
      .map((part) => part.split(';')[0]?.trim().toLowerCase()),
  );
  return variants.find(({ encoding }) => encoding === undefined || names.has(encoding)) ?? variants.at(-1)!;
}

/** Undefined for what no file can be named by. */
function decodedPath(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '/');
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}

/** A browser that goes away in the middle of a file is no failure. */
function unlessLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

function plain(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  const words: Readonly<Record<number, string>> = {
    400: 'Bad request',
    404: 'Not found',
    405: 'Method not allowed',
    503: 'The pages of the dashboard are not built',
  };
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${words[status] ?? status}\n`);
}

// Owns which part of the gateway answers a request: procedures under /trpc, everything else from the exported files.
// Nothing is answered before the request's host and origin are known to be the gateway's own.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import type { Context } from '../context.ts';
import { appRouter } from '../router.ts';
import { cookieName, readCookie, sessionCookie } from './cookie.ts';
import { isOwnHost, isOwnOrigin } from './origin.ts';
import { type StaticFiles, setSecurityHeaders } from './static-files.ts';

export interface Edge {
  readonly parts: Context['parts'];
  readonly port: number;
  readonly hostNames: readonly string[];
}

/** A manifest of 3 MB, as JSON text. */
const maxBodySize = 8 * 1024 * 1024;
const prefix = '/trpc/';

export function createRequestHandler(edge: Edge & { readonly files: StaticFiles }): RequestListener {
  const { parts, hostNames, files } = edge;
  return (request, response) => {
    setSecurityHeaders(response);
    answer(request, response).catch((error: unknown) => {
      parts.log.error({ err: error, url: request.url?.split('?')[0] }, 'a request to the dashboard failed');
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'The dashboard server failed; its log says why.');
    });
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwnHost(request.headers.host, hostNames)) return refuse(response, 421, 'This is not a name of this server.');
    if (!request.url?.startsWith(prefix)) return files.serve(request, response);
    if (!isOwnOrigin(request)) return refuse(response, 403, 'Only the dashboard’s own pages may ask this.');
    response.setHeader('cache-control', 'no-store');
    await nodeHTTPRequestHandler({
      router: appRouter,
      req: request,
      res: response,
      path: request.url.split('?')[0]!.slice(prefix.length),
      maxBodySize,
      createContext: () => createContext(edge, request, response),
    });
  }
}

async function createContext(
  { parts, port }: Edge,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Context> {
  const name = cookieName(port);
  const setToken = (token: string | undefined, expiresAt = 0) => {
    const maxAgeSeconds = Math.max(0, Math.floor((expiresAt - parts.clock.now()) / 1000));
    const secure = request.headers['x-forwarded-proto'] === 'https';
    response.setHeader('set-cookie', sessionCookie(name, token, { maxAgeSeconds, secure }));
  };
  const token = readCookie(request, name);
  const session = token ? await parts.accounts.authenticate(token) : undefined;
  if (session?.renewed) setToken(token, session.expiresAt);
  return {
    parts,
    browser: {
      address: request.socket.remoteAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
      setToken,
    },
    session,
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${message}\n`);
}

// Owns a real webhook for tests: an HTTPS server on a free port of the loopback, with an authority of its own, that
// answers as the test says and remembers what it was asked.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemClock } from '@berth/host';
import { createAuthority, issueLeaf } from '../../auth/certificates.ts';

export interface AskedReview {
  readonly apiVersion: string;
  readonly request: {
    readonly uid: string;
    readonly name?: string;
    readonly operation: string;
    readonly object: Record<string, unknown> | null;
    readonly oldObject: Record<string, unknown> | null;
    readonly [field: string]: unknown;
  };
}

/** A response without its uid; a function answers the request itself. */
type Responder = (
  review: AskedReview,
  path: string,
) => object | ((request: IncomingMessage, response: ServerResponse) => void);

export interface WebhookServer extends AsyncDisposable {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** PEM in base64: of the authority that signed its certificate. */
  readonly caBundle: string;
  readonly asked: { readonly path: string; readonly review: AskedReview }[];
  /** Connections that were ever made. */
  readonly connections: () => number;
  /** Replaces the answer, which approves everything. */
  answer(responder: Responder): void;
}

export async function startWebhookServer(hosts: readonly string[] = ['127.0.0.1']): Promise<WebhookServer> {
  const authority = await createAuthority('authority of a webhook', systemClock);
  const leaf = await issueLeaf(authority, { commonName: 'webhook', usages: ['server'], hosts }, systemClock);
  const asked: { path: string; review: AskedReview }[] = [];
  const sockets = new Set<Duplex>();
  let made = 0;
  let responder: Responder = () => ({ allowed: true });
  const server = createServer(leaf, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const review = JSON.parse(Buffer.concat(chunks).toString('utf8')) as AskedReview;
      const path = request.url ?? '';
      asked.push({ path, review });
      const said = responder(review, path);
      if (typeof said === 'function') return said(request, response);
      const { apiVersion } = review;
      response.setHeader('Content-Type', 'application/json');
      response.end(
        JSON.stringify({ kind: 'AdmissionReview', apiVersion, response: { uid: review.request.uid, ...said } }),
      );
    });
  });
  server.on('connection', (socket) => {
    made++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    caBundle: Buffer.from(authority.cert).toString('base64'),
    asked,
    connections: () => made,
    answer(next) {
      responder = next;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A response that changes the object. */
export function patching(...operations: readonly object[]): object {
  const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
  return { allowed: true, patch, patchType: 'JSONPatch' };
}

// Owns the bearer token of a WebSocket: a browser can set no header on one, so it offers the token as a subprotocol.
// Source: Kubernetes' request authenticator for WebSockets.
import type { IncomingHttpHeaders } from 'node:http';

const prefix = 'base64url.bearer.authorization.k8s.io.';

export function isBearerProtocol(name: string): boolean {
  return name.startsWith(prefix);
}

/** Undefined if there is none, or nothing beside it that the connection could speak. */
export function socketToken(headers: IncomingHttpHeaders): string | undefined {
  const offered = headers.upgrade?.toLowerCase() === 'websocket' ? headers['sec-websocket-protocol'] : undefined;
  const names = (offered ?? '').split(',').map((name) => name.trim());
  const found = names.filter(isBearerProtocol);
  if (found.length !== 1 || names.length < 2) return undefined;
  return Buffer.from(found[0]!.slice(prefix.length), 'base64url').toString('utf8');
}

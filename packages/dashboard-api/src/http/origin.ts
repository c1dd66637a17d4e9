// Owns which requests may reach the gateway at all: those that name it by an address or a name of its own (a page of
// another site cannot rebind its DNS name to it), and, where they act, those that come from its own pages.

import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

type Asked = Pick<IncomingMessage, 'headers' | 'method'>;

/** An address cannot be rebound; neither can the names that every machine has of itself. */
export function isOwnHost(host: string | undefined, names: readonly string[]): boolean {
  const name = hostName(host);
  if (name === undefined) return false;
  if (name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0) return true;
  return names.some((own) => own.toLowerCase() === name);
}

/** Programs other than browsers send no Origin, and no page can make a browser leave it out where it matters. */
export function isOwnOrigin({ headers }: Asked): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin, host } = headers;
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === host?.toLowerCase();
  } catch {
    return false;
  }
}

/** The name in a Host header, without port and brackets, in lower case. */
function hostName(host: string | undefined): string | undefined {
  if (!host || /[/@\\\s]/.test(host)) return undefined;
  try {
    const { hostname } = new URL(`http://${host}`);
    return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  } catch {
    return undefined;
  }
}

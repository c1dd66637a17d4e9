// Owns the cookie that holds a session's token.
import type { IncomingMessage } from 'node:http';

/** Cookies do not know ports: two clusters on one machine need two names. */
export function cookieName(port: number): string {
  return `berth-session-${port}`;
}

export function readCookie(request: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim() || undefined;
  }
  return undefined;
}

/** The Set-Cookie header; without a token, the one that takes the cookie away. */
export function sessionCookie(
  name: string,
  token: string | undefined,
  options: { readonly maxAgeSeconds: number; readonly secure: boolean },
): string {
  const age = token === undefined ? 0 : options.maxAgeSeconds;
  return `${name}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${options.secure ? '; Secure' : ''}`;
}

// Owns what 'fresh' means: whether what a page shows is what is, from the state of the socket and what the server says
// of a view. Pure.
import type { ServerFreshness } from '@berth/dashboard-api';

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'up'; readonly since: number }
  | { readonly kind: 'down'; readonly since: number };

export type Freshness =
  | { readonly kind: 'loading' }
  | { readonly kind: 'live' }
  | { readonly kind: 'reconnecting'; readonly since: number }
  | { readonly kind: 'stale'; readonly since: number };

/** How long a lost connection counts as a hiccup, in milliseconds. */
const hiccup = 8_000;

export function freshnessOf(connection: Connection, server: ServerFreshness | undefined, now: number): Freshness {
  if (connection.kind === 'down') {
    return { kind: now - connection.since < hiccup ? 'reconnecting' : 'stale', since: connection.since };
  }
  if (connection.kind === 'connecting' || !server) return { kind: 'loading' };
  return server.state === 'live' ? { kind: 'live' } : { kind: 'stale', since: server.since };
}

/** The one that a summary of several views has to show: the worst. */
export function worst(all: readonly Freshness[]): Freshness {
  const order = ['stale', 'reconnecting', 'loading', 'live'] as const;
  for (const kind of order) {
    const found = all.filter((one) => one.kind === kind);
    if (found.length > 0) return found.reduce((a, b) => ('since' in a && 'since' in b && b.since < a.since ? b : a));
  }
  return { kind: 'live' };
}

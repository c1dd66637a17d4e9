// Owns who is signed in, as the browser knows it. A session that ends while a page is open is 'expired': the page stays
// as it is, and a dialog asks for the password again.
import { observable } from './observable.ts';

export type SessionStatus =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'signedOut'; readonly needsSetUp: boolean }
  | { readonly kind: 'signedIn'; readonly user: string; readonly groups: readonly string[] }
  | { readonly kind: 'expired'; readonly user: string; readonly groups: readonly string[] };

export const session = observable<SessionStatus>({ kind: 'unknown' });

/** The gateway said that the session is over. */
export function sessionExpired(): void {
  const status = session.get();
  if (status.kind === 'signedIn') session.set({ ...status, kind: 'expired' });
}

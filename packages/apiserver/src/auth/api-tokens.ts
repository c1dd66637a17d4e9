// Owns whom an API token stands for, as long as its secret is there and has not ended, and that its use is noted. Since
// the secrets lie in the cluster's store, each API server knows the tokens, and none knows one that was revoked.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock, Logger } from '@berth/host';
import {
  type Api,
  apiTokenLastUse,
  apiTokenNamespace,
  apiTokenOf,
  apiTokenSecretName,
  isApiToken,
  isReason,
  type ObjectName,
  secrets,
} from '@berth/objects';
import { serverUser } from '../registry/ensure.ts';
import type { Lookup } from './service-account-users.ts';
import type { TokenLookup } from './token-authenticator.ts';

export interface ApiTokensOptions {
  readonly lookup: Lookup;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the use is written down; asked for when that happens. */
  api(): Pick<Api, 'patch'>;
}

/** Reading is not writing: a token that is used all the time is noted so often. */
const useMs = 60_000;

export function apiTokens({ lookup, clock, log, api }: ApiTokensOptions): TokenLookup {
  /** When each secret was last written by this server: what it wrote is not in the cache at once. */
  const noted = new Map<string, number>();

  /** The request does not wait for it. */
  function noteUse(target: ObjectName, at: number): void {
    noted.set(target.name, at);
    const body = { data: { [apiTokenLastUse]: Buffer.from(new Date(at).toISOString()).toString('base64') } };
    api()
      .patch(serverUser, secrets, target, { type: 'application/merge-patch+json', body })
      .catch((err: unknown) => {
        // Revoked at this very moment: there is nothing left to note.
        if (!isReason(err, 'NotFound')) log.warn({ err }, 'the use of an API token could not be noted');
      });
  }

  return async (text) => {
    if (!isApiToken(text)) return undefined;
    const hash = createHash('sha256').update(text).digest('hex');
    const target = { namespace: apiTokenNamespace, name: apiTokenSecretName(hash) };
    const found = await lookup(secrets, target);
    const token = found && !found.metadata.deletionTimestamp ? apiTokenOf(found) : undefined;
    // Both have the one length that the format allows.
    if (!token || !timingSafeEqual(Buffer.from(token.hash), Buffer.from(hash))) {
      noted.delete(target.name);
      return undefined;
    }
    const now = clock.now();
    if (token.expiresAt !== undefined && token.expiresAt <= now) return undefined;
    if (now - Math.max(token.lastUsedAt ?? 0, noted.get(target.name) ?? 0) >= useMs) noteUse(target, now);
    return { name: token.user, groups: [...token.groups, 'system:authenticated'] };
  };
}

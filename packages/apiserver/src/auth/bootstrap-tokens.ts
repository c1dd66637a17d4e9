// Owns whom a bootstrap token stands for, as long as its secret is there and has not ended.
// Source: Kubernetes, "Authenticating with Bootstrap Tokens".
import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '@berth/host';
import {
  bootstrapNamespace,
  bootstrapSecretName,
  bootstrapTokenOf,
  parseBootstrapToken,
  secrets,
} from '@berth/objects';
import type { Lookup } from './service-account-users.ts';
import type { TokenLookup } from './token-authenticator.ts';

export function bootstrapTokens(lookup: Lookup, clock: Clock): TokenLookup {
  return async (text) => {
    const shown = parseBootstrapToken(text);
    if (!shown) return undefined;
    const found = await lookup(secrets, { namespace: bootstrapNamespace, name: bootstrapSecretName(shown.id) });
    if (!found || found.metadata.deletionTimestamp) return undefined;
    const token = bootstrapTokenOf(found);
    // Both have the one length that the format allows.
    if (!token || !timingSafeEqual(Buffer.from(token.secret), Buffer.from(shown.secret))) return undefined;
    if (token.expiresAt !== undefined && token.expiresAt <= clock.now()) return undefined;
    if (!token.groups || !token.usages.includes('authentication')) return undefined;
    return {
      name: `system:bootstrap:${token.id}`,
      groups: ['system:bootstrappers', ...token.groups, 'system:authenticated'],
    };
  };
}

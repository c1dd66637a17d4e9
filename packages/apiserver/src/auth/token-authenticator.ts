// Owns the contract of whatever knows bearer tokens, and how several kinds of tokens are told apart.
import type { UserInfo } from '@berth/objects';

interface TokenUser {
  readonly user: UserInfo;
  /** Of those that were asked for, the ones that the token is for. */
  readonly audiences: readonly string[];
}

/** `audiences`: the token must be for one of these; left out: for the API itself. */
export type TokenAuthenticator = (token: string, audiences?: readonly string[]) => Promise<TokenUser | undefined>;

/** Whom the token stands for, of tokens that know no audiences. */
export type TokenLookup = (token: string) => Promise<UserInfo | undefined>;

/** The first answer counts. */
export function firstOf(...authenticators: readonly TokenAuthenticator[]): TokenAuthenticator {
  return async (token, audiences) => {
    for (const authenticate of authenticators) {
      const found = await authenticate(token, audiences);
      if (found) return found;
    }
    return undefined;
  };
}

/** Tokens that are for the API itself, whose name as an audience is `issuer`. */
export function forTheApi(lookup: TokenLookup, issuer: string): TokenAuthenticator {
  return async (token, audiences = [issuer]) => {
    if (!audiences.includes(issuer)) return undefined;
    const user = await lookup(token);
    return user && { user, audiences: [issuer] };
  };
}

// Owns the tokens of service accounts as texts: signed claims about an account and the object that a token is bound to.
// Whether these still exist is another's question. Source: Kubernetes, "Managing Service Accounts", bound tokens.
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Clock } from '@berth/host';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';

export interface NamedUid {
  readonly name: string;
  readonly uid: string;
}

export interface TokenClaims {
  readonly id: string;
  readonly audiences: readonly string[];
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly namespace: string;
  readonly serviceAccount: NamedUid;
  /** What the token ends with, beside the account. */
  readonly bound?: { readonly kind: BoundKind; readonly object: NamedUid };
  /** Of a token that is bound to a pod: where the pod runs. */
  readonly node?: NamedUid;
}

export type BoundKind = 'pod' | 'secret' | 'node';

/** RFC 7517. */
interface PublicKey {
  readonly use: 'sig';
  readonly kty: string;
  readonly kid: string;
  readonly alg: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

export interface ServiceAccountTokens {
  /** Who signs; also the audience of tokens for the API itself. */
  readonly issuer: string;
  /** By which others check the tokens. */
  readonly publicKeys: readonly PublicKey[];
  sign(claims: TokenClaims): Promise<string>;
  /** Undefined for what this cluster did not sign, and for what has expired. */
  read(token: string): Promise<TokenClaims | undefined>;
}

export interface ServiceAccountTokensOptions {
  /** PEM of an ECDSA P-256 private key. */
  readonly key: string;
  readonly issuer?: string;
  readonly clock: Clock;
}

/** As they stand in the token, under `kubernetes.io`. */
type PrivateClaims = {
  readonly namespace: string;
  readonly serviceaccount: NamedUid;
} & { readonly [kind in BoundKind]?: NamedUid };

const algorithm = 'ES256';
const privateKeyName = 'kubernetes.io';
/** A signature that was found good stays good: so many tokens are not looked at again. */
const rememberedTokens = 4_096;

/** By so much another server's clock may be ahead that has just issued a token. As Kubernetes has it. */
const skewSeconds = 60;

export function createServiceAccountTokens(options: ServiceAccountTokensOptions): ServiceAccountTokens {
  const { clock, issuer = 'https://kubernetes.default.svc.cluster.local' } = options;
  const privateKey = createPrivateKey(options.key);
  const publicKey = createPublicKey(privateKey);
  const shown = publicKeyOf(publicKey);
  const remembered = new Map<string, TokenClaims>();

  return {
    issuer,
    publicKeys: [shown],
    async sign(claims) {
      return new SignJWT(payloadOf(claims))
        .setProtectedHeader({ alg: algorithm, kid: shown.kid })
        .setIssuer(issuer)
        .sign(privateKey);
    },
    async read(token) {
      let claims = remembered.get(token);
      if (!claims) {
        claims = await verified(token);
        if (!claims) return undefined;
        const oldest = remembered.size < rememberedTokens ? undefined : remembered.keys().next().value;
        if (oldest !== undefined) remembered.delete(oldest);
        remembered.set(token, claims);
      }
      if (claims.expiresAt * 1000 > clock.now()) return claims;
      remembered.delete(token);
      return undefined;
    },
  };

  async function verified(token: string): Promise<TokenClaims | undefined> {
    try {
      const currentDate = new Date(clock.now());
      const checks = { issuer, algorithms: [algorithm], currentDate, clockTolerance: skewSeconds };
      const { payload } = await jwtVerify(token, publicKey, checks);
      return claimsOf(payload);
    } catch {
      // Nothing in a token that is not ours says anything that anybody needs to know.
      return undefined;
    }
  }
}

/** Its id is the thumbprint of RFC 7638. */
function publicKeyOf(key: KeyObject): PublicKey {
  const { kty = '', crv = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { use: 'sig', kty, kid, alg: algorithm, crv, x, y };
}

function payloadOf({ id, audiences, issuedAt, expiresAt, namespace, serviceAccount, bound, node }: TokenClaims) {
  const own: PrivateClaims = {
    namespace,
    ...(node ? { node } : {}),
    ...(bound ? { [bound.kind]: bound.object } : {}),
    serviceaccount: serviceAccount,
  };
  const sub = serviceAccountUser(namespace, serviceAccount.name);
  return { aud: [...audiences], exp: expiresAt, iat: issuedAt, jti: id, [privateKeyName]: own, nbf: issuedAt, sub };
}

/** What `payloadOf` made: the signature says that this server did. */
function claimsOf({ aud = [], exp = 0, iat = 0, jti = '', ...others }: JWTPayload): TokenClaims {
  const { namespace, serviceaccount, pod, secret, node } = others[privateKeyName] as PrivateClaims;
  const bound = pod
    ? ({ kind: 'pod', object: pod } as const)
    : secret
      ? ({ kind: 'secret', object: secret } as const)
      : node && ({ kind: 'node', object: node } as const);
  return {
    id: jti,
    audiences: typeof aud === 'string' ? [aud] : aud,
    issuedAt: iat,
    expiresAt: exp,
    namespace,
    serviceAccount: serviceaccount,
    ...(bound ? { bound } : {}),
    ...(pod && node ? { node } : {}),
  };
}

export function serviceAccountUser(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

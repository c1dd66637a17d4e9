// Owns what a secret of type `berth.dev/api-token` says: whom the holder of a token is taken for. The token itself lies
// nowhere; the secret has its hash.
import type { Secret } from './api/types.ts';
import type { New } from './object.ts';

export const apiTokenType = 'berth.dev/api-token';
export const apiTokenNamespace = 'kube-system';

export interface ApiToken {
  /** SHA-256 of the token, as hex. */
  readonly hash: string;
  readonly user: string;
  /** Beside those that everybody has. */
  readonly groups: readonly string[];
  /** What its owner calls it. */
  readonly title: string;
  /** Milliseconds since the epoch, as the two below. */
  readonly createdAt: number;
  /** Undefined: it does not end. What cannot be read has ended long ago. */
  readonly expiresAt: number | undefined;
  /** Kept to the minute or so. */
  readonly lastUsedAt: number | undefined;
}

const secretPrefix = 'api-token-';
const format = /^berth_[a-z0-9]{40}$/;
const hashFormat = /^[0-9a-f]{64}$/;
/** Of the hash: enough to tell tokens apart. */
const nameLength = 20;
export const apiTokenLastUse = 'last-used-at';

/** `random`: 40 lower-case letters and digits. */
export function apiTokenText(random: string): string {
  return `berth_${random}`;
}

export function isApiToken(text: string): boolean {
  return format.test(text);
}

export function apiTokenSecretName(hash: string): string {
  return secretPrefix + hash.slice(0, nameLength);
}

/** Undefined if it is no token, or does not lie where its hash says. */
export function apiTokenOf({ type, data = {}, metadata }: New<Secret>): ApiToken | undefined {
  if (type !== apiTokenType || metadata.namespace !== apiTokenNamespace) return undefined;
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  const time = (key: string) => (data[key] ? timeOf(text(key)) : undefined);
  const hash = text('token-hash');
  const user = text('user');
  if (!user || !hashFormat.test(hash) || metadata.name !== apiTokenSecretName(hash)) return undefined;
  return {
    hash,
    user,
    groups: text('groups').split(',').filter(Boolean),
    title: text('title'),
    createdAt: time('created-at') ?? 0,
    expiresAt: time('expiration'),
    lastUsedAt: time(apiTokenLastUse),
  };
}

export function apiTokenSecret(token: ApiToken): New<Secret> {
  const { hash, user, groups, title, createdAt, expiresAt, lastUsedAt } = token;
  const texts: Record<string, string> = {
    'token-hash': hash,
    user,
    groups: groups.join(','),
    title,
    'created-at': new Date(createdAt).toISOString(),
    ...(expiresAt === undefined ? {} : { expiration: new Date(expiresAt).toISOString() }),
    ...(lastUsedAt === undefined ? {} : { [apiTokenLastUse]: new Date(lastUsedAt).toISOString() }),
  };
  const data = Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  return { metadata: { name: apiTokenSecretName(hash), namespace: apiTokenNamespace }, type: apiTokenType, data };
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}

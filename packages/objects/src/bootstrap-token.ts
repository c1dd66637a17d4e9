// Owns what a secret of type `bootstrap.kubernetes.io/token` says: a token by which something new, such as a node,
// introduces itself. Source: Kubernetes, "Authenticating with Bootstrap Tokens".
import type { Secret } from './api/types.ts';

export const bootstrapTokenType = 'bootstrap.kubernetes.io/token';
export const bootstrapNamespace = 'kube-system';
/** Who holds a token of the kind that `berth token create` makes, and may thus bring nodes. */
export const nodeBootstrapGroup = 'system:bootstrappers:berth:default-node-token';

const secretPrefix = 'bootstrap-token-';
const format = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const group = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

export interface BootstrapToken {
  readonly id: string;
  readonly secret: string;
  /** Milliseconds since the epoch; undefined: it does not end. What cannot be read has ended long ago. */
  readonly expiresAt: number | undefined;
  readonly description: string;
  /** Such as `authentication`. */
  readonly usages: readonly string[];
  /** Beside `system:bootstrappers`; undefined: they are not such that a token can give them. */
  readonly groups: readonly string[] | undefined;
}

/** A token as text, `id.secret`; undefined if it has another form. */
export function parseBootstrapToken(text: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = format.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

export function bootstrapSecretName(id: string): string {
  return secretPrefix + id;
}

/** Undefined if it is no token, or does not lie where its id says. */
export function bootstrapTokenOf({ type, data = {}, metadata }: Secret): BootstrapToken | undefined {
  if (type !== bootstrapTokenType || metadata.namespace !== bootstrapNamespace) return undefined;
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  const token = parseBootstrapToken(`${text('token-id')}.${text('token-secret')}`);
  if (!token || metadata.name !== bootstrapSecretName(token.id)) return undefined;
  const groups = text('auth-extra-groups').split(',').filter(Boolean);
  const usage = 'usage-bootstrap-';
  const usages = Object.keys(data).filter((key) => key.startsWith(usage) && text(key) === 'true');
  return {
    ...token,
    expiresAt: expiryOf(text('expiration')),
    description: text('description'),
    usages: usages.map((key) => key.slice(usage.length)),
    groups: groups.every((name) => group.test(name)) ? groups : undefined,
  };
}

function expiryOf(expiration: string): number | undefined {
  if (!expiration) return undefined;
  const time = Date.parse(expiration);
  return Number.isNaN(time) ? 0 : time;
}

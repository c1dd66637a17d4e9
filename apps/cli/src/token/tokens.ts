// Owns what bootstrap tokens look like: as secrets, and as rows of a list. Pure.
import {
  bootstrapNamespace,
  bootstrapSecretName,
  bootstrapTokenOf,
  bootstrapTokenType,
  humanDuration,
  type New,
  type Secret,
} from '@berth/objects';
import { InvalidArgumentError } from 'commander';

export interface NewToken {
  readonly id: string;
  readonly secret: string;
  /** Milliseconds since the epoch; undefined: it does not end. */
  readonly expiresAt: number | undefined;
  readonly description: string | undefined;
  readonly groups: readonly string[];
  readonly usages: readonly string[];
}

export function secretOf({ id, secret, expiresAt, description, groups, usages }: NewToken): New<Secret> {
  const stringData: Record<string, string> = { 'token-id': id, 'token-secret': secret };
  if (expiresAt !== undefined) stringData.expiration = `${new Date(expiresAt).toISOString().slice(0, 19)}Z`;
  if (description) stringData.description = description;
  if (groups.length > 0) stringData['auth-extra-groups'] = groups.join(',');
  for (const usage of usages) stringData[`usage-bootstrap-${usage}`] = 'true';
  const metadata = { name: bootstrapSecretName(id), namespace: bootstrapNamespace };
  return { metadata, type: bootstrapTokenType, stringData };
}

/** A header and a row for each token among the secrets, in columns. */
export function rowsOf(found: readonly Secret[], now: number): string[] {
  const rows = found.flatMap((secret) => {
    const token = bootstrapTokenOf(secret);
    if (!token) return [];
    const { id, expiresAt, usages, description, groups } = token;
    const left = expiresAt === undefined ? '<forever>' : expiresAt <= now ? '<ended>' : humanDuration(expiresAt - now);
    const expires = expiresAt === undefined ? '<never>' : new Date(expiresAt).toISOString().replace('.000Z', 'Z');
    const shown = [`${id}.${token.secret}`, left, expires, usages.join(), description, (groups ?? []).join()];
    return [shown.map((text) => text || '<none>')];
  });
  const table = [['TOKEN', 'TTL', 'EXPIRES', 'USAGES', 'DESCRIPTION', 'EXTRA GROUPS'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column]!))
      .join('   ')
      .trimEnd(),
  );
}

/** Milliseconds of `24h0m0s`, `30m`, `0`. */
export function parseTtl(text: string): number {
  if (text === '0') return 0;
  const [whole, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  if (!whole) throw new InvalidArgumentError('It must be a duration such as 24h, 1h30m or 0.');
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

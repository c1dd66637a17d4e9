import { bootstrapTokenOf, type Secret } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { type NewToken, parseTtl, rowsOf, secretOf } from './tokens.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const token: NewToken = {
  id: 'abcdef',
  secret: '0123456789abcdef',
  expiresAt: now + 3_600_000,
  description: 'for Ann',
  groups: ['system:bootstrappers:a'],
  usages: ['authentication'],
};

function stored(of: NewToken): Secret {
  const { metadata, type, stringData = {} } = secretOf(of);
  const entries = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return { metadata, type, data: Object.fromEntries(entries) } as unknown as Secret;
}

describe('a token', () => {
  it.each([
    { name: 'with everything', of: token },
    { name: 'without an end', of: { ...token, expiresAt: undefined, groups: [] } },
  ])('$name is read as it was written', ({ of }) => {
    expect(bootstrapTokenOf(stored(of))).toEqual(of);
  });

  it('is a row', () => {
    const other = { metadata: { name: 'x', namespace: 'kube-system' }, type: 'Opaque' } as Secret;
    expect(rowsOf([other, stored(token)], now)).toEqual([
      'TOKEN                     TTL   EXPIRES                USAGES           DESCRIPTION   EXTRA GROUPS',
      'abcdef.0123456789abcdef   60m   2026-01-01T01:00:00Z   authentication   for Ann       system:bootstrappers:a',
    ]);
  });
});

describe('a time to live', () => {
  it.each([
    { text: '24h0m0s', ms: 86_400_000 },
    { text: '1h30m', ms: 5_400_000 },
    { text: '90s', ms: 90_000 },
    { text: '0', ms: 0 },
  ])('$text', ({ text, ms }) => {
    expect(parseTtl(text)).toBe(ms);
  });
  it.each(['', 'soon', '1d', '-1h'])('not %j', (text) => {
    expect(() => parseTtl(text)).toThrow('must be a duration');
  });
});

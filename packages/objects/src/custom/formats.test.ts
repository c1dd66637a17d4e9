// Which texts have which format.
import { describe, expect, it } from 'vitest';
import { hasFormat } from './formats.ts';

describe('a text has a format, or not', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['date', ['2024-02-29'], ['2023-02-29', '2024-1-1', 'today']],
    [
      'date-time',
      ['2024-02-29T12:00:00Z', '2024-02-29t12:00:00.5+01:00'],
      ['2024-02-29', '2024-02-29T25:00:00Z', '2024-02-30T00:00:00Z'],
    ],
    ['duration', ['1h30m', '300ms', '-1.5h', '0', '3 days'], ['', '1', 'h', 'soon']],
    ['email', ['a@b.c', 'A <a@b.c>'], ['a', 'a@', '@b']],
    ['hostname', ['example.com', 'a'], ['-a', 'a..b', 'a b', `${'a'.repeat(64)}.b`]],
    ['ipv4', ['10.0.0.1'], ['10.0.0', '10.0.0.256', '::1']],
    ['ipv6', ['::1', 'fe80::1'], ['10.0.0.1', ':::']],
    ['cidr', ['10.0.0.0/8', 'fd00::/8'], ['10.0.0.0', '10.0.0.0/33', 'a/8']],
    ['mac', ['00:00:5e:00:53:01', '0000.5e00.5301'], ['00:00:5e:00:53', 'x']],
    ['uri', ['https://example.com/a?b#c', '/a/b'], ['example.com', 'http//a', '']],
    ['uuid', ['123e4567-e89b-12d3-a456-426614174000'], ['123e4567', 'z23e4567-e89b-12d3-a456-426614174000']],
    [
      'uuid4',
      ['123e4567-e89b-42d3-a456-426614174000'],
      ['123e4567-e89b-12d3-a456-426614174000', '123e4567-e89b-42d3-7456-426614174000'],
    ],
    ['byte', ['', 'YQ==', 'YWJj'], ['YQ', 'Y===', '?']],
    ['hexcolor', ['#fff', 'a0b1c2'], ['#ff', 'red']],
    ['rgbcolor', ['rgb(0, 128, 255)'], ['rgb(0, 256, 0)', '0, 0, 0']],
    ['bsonobjectid', ['507f1f77bcf86cd799439011'], ['507f1f77']],
    ['isbn', ['0-306-40615-2', '978-0-306-40615-7'], ['0-306-40615-3', '978-0-306-40615-8']],
    ['creditcard', ['4111 1111 1111 1111'], ['4111 1111 1111 1112', '0']],
    ['ssn', ['078-05-1120'], ['078-05']],
    ['something else', ['anything', ''], []],
  ])('%s', (format, good, bad) => {
    expect(good.filter((text) => !hasFormat(format, text))).toEqual([]);
    expect(bad.filter((text) => hasFormat(format, text))).toEqual([]);
  });
});

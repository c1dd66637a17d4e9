import type { Random } from '@berth/host';
import { describe, expect, test } from 'vitest';
import { Allocator } from './allocator.ts';
import { formatAddress, parseAddress, parseCidr } from './ipv4.ts';

const first: Random = { uuid: () => 'uid', suffix: (length) => 'x'.repeat(length), fraction: () => 0 };

describe('Allocator', () => {
  const make = () => new Allocator({ first: 100, size: 6, setAside: 2, reserved: [103] }, first);

  test('hands out the upper part first, then what is set aside, never what is reserved', () => {
    const allocator = make();
    const got = Array.from({ length: 6 }, (_, index) => allocator.takeAny(`owner-${index}`));
    expect(got).toEqual([102, 104, 105, 100, 101, undefined]);
  });

  test('a number is held by one owner, who may take it again', () => {
    const allocator = make();
    expect(allocator.take(103, 'a')).toBe(true);
    expect(allocator.take(103, 'a')).toBe(true);
    expect(allocator.take(103, 'b')).toBe(false);
    allocator.release(103, 'b');
    expect(allocator.take(103, 'b')).toBe(false);
    allocator.release(103, 'a');
    expect(allocator.take(103, 'b')).toBe(true);
  });

  test.each([
    { number: 99, inside: false },
    { number: 100, inside: true },
    { number: 105, inside: true },
    { number: 106, inside: false },
  ])('$number is inside: $inside', ({ number, inside }) => expect(make().contains(number)).toBe(inside));
});

describe('addresses', () => {
  test.each(['0.0.0.0', '10.96.0.10', '192.168.255.254', '255.255.255.255'])('%s is read and written', (text) => {
    expect(formatAddress(parseAddress(text)!)).toBe(text);
  });

  test.each(['', '10.96.0', '10.96.0.256', '10.96.0.1.2', 'None', '::1'])('%j is no address', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('a range begins at its network', () => {
    expect(parseCidr('10.96.3.4/16')).toEqual({ first: parseAddress('10.96.0.0'), size: 65_536 });
  });

  test.each(['10.96.0.0', '10.96.0.0/33', 'x/8'])('%j is no range', (text) => {
    expect(() => parseCidr(text)).toThrow('is not an IPv4 range');
  });
});

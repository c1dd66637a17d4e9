// Which part of the pod network a node gets.
import { describe, expect, it } from 'vitest';
import { firstFreeCidr } from './decide.ts';

describe('node address ranges', () => {
  it.each([
    { name: 'the first', cidr: '10.244.0.0/16', nodeMaskSize: 24, taken: [], is: '10.244.0.0/24' },
    {
      name: 'the first gap',
      cidr: '10.244.0.0/16',
      nodeMaskSize: 24,
      taken: ['10.244.0.0/24', '10.244.2.0/24'],
      is: '10.244.1.0/24',
    },
    {
      name: 'foreign ranges do not count',
      cidr: '10.244.0.0/16',
      nodeMaskSize: 24,
      taken: ['10.1.0.0/24'],
      is: '10.244.0.0/24',
    },
    {
      name: 'parts that are no whole octets',
      cidr: '10.0.0.0/22',
      nodeMaskSize: 26,
      taken: ['10.0.0.0/26', '10.0.0.64/26'],
      is: '10.0.0.128/26',
    },
    {
      name: 'the upper half of all addresses',
      cidr: '192.168.254.0/23',
      nodeMaskSize: 24,
      taken: ['192.168.254.0/24'],
      is: '192.168.255.0/24',
    },
    { name: 'none left', cidr: '10.0.0.0/23', nodeMaskSize: 24, taken: ['10.0.0.0/24', '10.0.1.0/24'], is: undefined },
  ])('$name', ({ cidr, nodeMaskSize, taken, is }) => {
    expect(firstFreeCidr({ cidr, nodeMaskSize }, new Set(taken))).toBe(is);
  });

  it('gives 256 nodes a /24 of a /16 each', () => {
    const taken = new Set<string>();
    for (let next = firstFreeCidr({ cidr: '10.244.0.0/16', nodeMaskSize: 24 }, taken); next; ) {
      taken.add(next);
      next = firstFreeCidr({ cidr: '10.244.0.0/16', nodeMaskSize: 24 }, taken);
    }
    expect([taken.size, [...taken].at(-1)]).toEqual([256, '10.244.255.0/24']);
  });
});

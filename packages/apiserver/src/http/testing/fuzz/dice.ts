// Owns the fuzzer's chance: numbers that depend on a seed and an index alone, so that a request can be made again.

export interface Dice {
  /** A whole number from 0 on, less than `end`. */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

export function createDice(seed: number, index: number): Dice {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  // Mulberry32: small, and good enough to choose with.
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  fraction();
  const below = (end: number) => Math.floor(fraction() * end);
  return {
    below,
    chance: (probability) => fraction() < probability,
    pick: (list) => list[below(list.length)]!,
  };
}

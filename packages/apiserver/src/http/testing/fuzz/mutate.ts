// Owns how the fuzzer damages what is right: documents by structure, their text by bytes.
import type { Dice } from './dice.ts';
import { hostile, toText } from './values.ts';

type Container = Record<string | number, unknown>;

interface Place {
  readonly parent: Container;
  readonly key: string | number;
}

const strangeKeys = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  '',
  'a.b',
  '\u0000',
  '$patch',
  '$ref',
  'kind',
  'metadata',
  'status',
  '💥',
  'x'.repeat(300),
];

/** A damaged copy. */
export function damaged(document: unknown, dice: Dice): unknown {
  let copy = structuredClone(document);
  const times = 1 + dice.below(3);
  for (let time = 0; time < times; time++) {
    const places = [...placesIn(copy)];
    if (places.length === 0 || dice.chance(0.02)) copy = hostile(dice);
    else damage(dice.pick(places), dice);
  }
  return copy;
}

function* placesIn(value: unknown): Iterable<Place> {
  if (typeof value !== 'object' || value === null) return;
  const parent = value as Container;
  // A list of thousands is one place, and so are its first items.
  for (const key of Object.keys(parent).slice(0, 50)) {
    yield { parent, key: Array.isArray(parent) ? Number(key) : key };
    yield* placesIn(parent[key]);
  }
}

function damage({ parent, key }: Place, dice: Dice): void {
  const value = parent[key];
  switch (dice.below(6)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      return;
    case 1:
      if (Array.isArray(parent)) parent.push(hostile(dice));
      else set(parent, dice.pick(strangeKeys), dice.chance(0.5) ? value : hostile(dice));
      return;
    case 2:
      if (Array.isArray(value) && value.length < 100)
        parent[key] = Array.from(
          { length: dice.pick([2, 50, 1_000]) },
          (_, index) => value[index % Math.max(1, value.length)],
        );
      else set(parent, key, [value]);
      return;
    case 3:
      set(parent, key, wrongType(value, dice));
      return;
    default:
      set(parent, key, hostile(dice));
  }
}

/** Also where the key is `__proto__`, which a plain assignment would not make a key. */
function set(parent: Container, key: string | number, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

function wrongType(value: unknown, dice: Dice): unknown {
  if (typeof value === 'string')
    return dice.pick<unknown>([1, true, [value], { value }, null, `${value} `, value.toUpperCase()]);
  if (typeof value === 'number')
    return dice.pick<unknown>([String(value), -value, value + 0.5, value * 1e12, [value], null]);
  if (Array.isArray(value)) return dice.pick<unknown>([{ ...value }, value[0], 'x', null]);
  return dice.pick<unknown>([[value], 'x', 0, null]);
}

/** JSON text of a document, now and then with a key that stands twice. */
export function textOf(document: unknown, dice: Dice): string {
  const text = toText(document);
  if (!dice.chance(0.05)) return text;
  const keys = [...text.matchAll(/[{,]("[^"]{1,40}":)/g)].slice(0, 100);
  if (keys.length === 0) return text;
  const { index, 1: key = '' } = dice.pick(keys);
  return `${text.slice(0, index + 1)}${key}${toText(hostile(dice))},${text.slice(index + 1)}`;
}

/** Cut short, with bits turned, or with bytes put in. */
export function damagedBytes(bytes: Buffer, dice: Dice): Buffer {
  const copy = Buffer.from(bytes);
  switch (dice.below(4)) {
    case 0:
      return copy.subarray(0, dice.below(copy.length + 1));
    case 1: {
      const at = dice.below(copy.length + 1);
      const noise = Buffer.from(Array.from({ length: 1 + dice.below(16) }, () => dice.below(256)));
      return Buffer.concat([copy.subarray(0, at), noise, copy.subarray(at)]);
    }
    default:
      for (let flip = 0; flip <= dice.below(8) && copy.length > 0; flip++)
        copy[dice.below(copy.length)]! ^= 1 << dice.below(8);
      return copy;
  }
}

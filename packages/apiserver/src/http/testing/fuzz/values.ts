// Owns the values that the fuzzer puts into documents: plausible ones, made from the API facts, and hostile ones.
import { type Opaque, type Scalar, type Shape, structOf } from '@berth/objects';
import type { Dice } from './dice.ts';

export const words: readonly string[] = [
  'web',
  'a-1',
  'http',
  '10.0.0.1',
  '10.96.0.77',
  '/tmp/x',
  'nginx:1.27',
  'TCP',
  '80',
  'v1',
  'Pod',
  'example.com/x',
  '10.0.0.0/24',
  'In',
  'Always',
  '*',
  '1',
  '25%',
];

const scalars: Readonly<Record<Scalar, (dice: Dice) => unknown>> = {
  string: (dice) => dice.pick(words),
  bool: (dice) => dice.chance(0.5),
  int32: (dice) => dice.pick([0, 1, 2, 80, 443, 30, 1000, 65_535]),
  int64: (dice) => dice.pick([0, 1, 10, 1000, 2 ** 31]),
  float64: (dice) => dice.pick([0, 0.5, 1, 10]),
  bytes: (dice) => Buffer.from(dice.pick(words)).toString('base64'),
  any: (dice) => dice.pick<unknown>([1, 'x', { type: 'object' }, [1]]),
};
const opaques: Readonly<Record<Opaque, (dice: Dice) => unknown>> = {
  Time: () => '2026-01-02T03:04:05Z',
  MicroTime: () => '2026-01-02T03:04:05.678901Z',
  Duration: (dice) => dice.pick(['0s', '1.5s', '1m0s']),
  Quantity: (dice) => dice.pick(['0', '1', '100m', '1Gi', '64Mi', '0.5']),
  IntOrString: (dice) => dice.pick<unknown>([1, 80, '25%', 'http']),
  FieldsV1: () => ({ 'f:data': { '.': {} } }),
  RawExtension: () => ({ kind: 'Anything', value: 1 }),
  JSON: () => ({ any: [1, 'x', null] }),
  JSONSchemaPropsOrArray: () => ({ type: 'string' }),
  JSONSchemaPropsOrBool: () => true,
  JSONSchemaPropsOrStringArray: () => ['a'],
};

/** Some value of a shape that is likely to be taken; nested ones become rarer with depth. */
export function plausible(shape: Shape, dice: Dice, depth: number): unknown {
  switch (shape.form) {
    case 'scalar':
      return shape.enum && dice.chance(0.9) ? dice.pick(shape.enum) : scalars[shape.scalar](dice);
    case 'opaque':
      return opaques[shape.opaque](dice);
    case 'list':
      return depth <= 0
        ? []
        : Array.from({ length: 1 + dice.below(2) }, () => plausible(shape.element, dice, depth - 1));
    case 'map':
      return depth <= 0
        ? {}
        : { [dice.pick(['app', 'cpu', 'memory', 'a.b', 'x/y'])]: plausible(shape.element, dice, depth - 1) };
    case 'struct':
      return plausibleStruct(shape.type, dice, depth - 1);
  }
}

export function plausibleStruct(type: string, dice: Dice, depth: number): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  if (depth < 0) return value;
  for (const { name, shape } of structOf(type).fields) {
    const wanted = shape.form === 'struct' || shape.form === 'list' ? 0.35 : 0.25;
    if (dice.chance(wanted)) value[name] = plausible(shape, dice, depth);
  }
  return value;
}

const rawMark = /"@raw:((?:[^"\\]|\\.)*?)@"/g;

/** A value that only JSON's text can say: stands in a document as a string, until `toText` writes it. */
function raw(text: string): string {
  return `@raw:${text}@`;
}

/** JSON, with what `raw` left in its place. */
export function toText(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(rawMark, (_, text: string) => JSON.parse(`"${text}"`) as string);
}

const hostileValues: readonly ((dice: Dice) => unknown)[] = [
  () => null,
  () => '',
  () => 0,
  () => -1,
  () => true,
  () => [],
  () => ({}),
  () => [[]],
  () => [null],
  () => ({ '': null }),
  () => 2 ** 31,
  () => -(2 ** 31) - 1,
  () => Number.MAX_SAFE_INTEGER,
  () => 0.1,
  () => raw('1e999'),
  () => raw('-0'),
  () => raw('9223372036854775808'),
  () => raw('123456789012345678901234567890'),
  () => raw('1e-400'),
  () => raw('0x10'),
  () => raw('NaN'),
  () => raw('[1,]'),
  () => 'NaN',
  () => '1e3',
  () => '0x7f',
  () => '1'.repeat(400),
  () => `${'9'.repeat(30)}Ei`,
  () => '\u0000',
  () => '\ud800',
  () => '\u202eevil',
  () => 'é'.normalize('NFD'),
  () => '💥'.repeat(64),
  () => 'a\nb\r\nc',
  () => '../../etc/passwd',
  () => '%2e%2e%2f',
  () => '$(x)',
  () => '(a+)+$',
  () => `${'a'.repeat(5_000)}!`,
  () => '__proto__',
  () => 'constructor',
  () => '2026-13-45T99:99:99Z',
  () => '0000-00-00T00:00:00Z',
  () => '+292278994-08-17T07:12:55.807Z',
  () => ({ constructor: { prototype: { polluted: true } } }),
  () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown,
  (dice) => nested(dice.pick([20, 400, 600, 20_000]), dice.chance(0.5)),
  (dice) => 'x'.repeat(dice.pick([64, 254, 1_000, 100_000])),
  (dice) => Array.from({ length: dice.pick([100, 5_000]) }, (_, item) => item),
  (dice) => Object.fromEntries(Array.from({ length: dice.pick([100, 3_000]) }, (_, key) => [`k${key}`, 'v'])),
];

function nested(depth: number, asList: boolean): string {
  return raw(asList ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
}

export function hostile(dice: Dice): unknown {
  return dice.pick(hostileValues)(dice);
}

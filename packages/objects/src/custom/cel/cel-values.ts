// Owns how values stand in the expressions of rules: each schema's type there, and the way of a JSON value into it.
// Source: Kubernetes' documentation, "Validation rules", "OpenAPIv3 schema type to CEL type".
import { type Environment, Optional } from '@marcbachmann/cel-js';
import { Duration } from '@marcbachmann/cel-js/evaluator';
import { isObject, type JsonObject, sameJson } from '../../json-value.ts';
import { additionalOf, isEmbedded, itemsOf, type Schema } from '../schema.ts';

export interface CelShape {
  /** As the environment names it: `int`, `list<Object3>`. */
  readonly type: string;
  read(value: unknown): unknown;
}

/** Of a schema; undefined for values of which nothing is known, which rules cannot see. */
export class CelShapes {
  readonly #environment: Environment;
  readonly #words: ReadonlySet<string>;
  readonly #known = new Map<Schema, CelShape | undefined>();
  #count = 0;

  /**
   * Types are registered in the environment as they are met. `words`: all that stand in expressions, as fields that none
   * of them names need no type.
   */
  constructor(environment: Environment, words: ReadonlySet<string>) {
    this.#environment = environment;
    this.#words = words;
  }

  of(schema: Schema): CelShape | undefined {
    if (!this.#known.has(schema)) this.#known.set(schema, this.#describe(schema));
    return this.#known.get(schema);
  }

  #describe(schema: Schema): CelShape | undefined {
    if (schema['x-kubernetes-int-or-string']) return dynamic;
    switch (schema.type) {
      case 'string':
        return textShape(schema.format);
      case 'integer':
        return { type: 'int', read: (value) => BigInt(value as number) };
      case 'number':
        return { type: 'double', read: (value) => value };
      case 'boolean':
        return { type: 'bool', read: (value) => value };
      case 'array':
        return this.#list(schema);
      case 'object':
        return this.#map(schema) ?? this.#object(schema);
      default:
        return undefined;
    }
  }

  #list(schema: Schema): CelShape | undefined {
    const items = itemsOf(schema);
    const item = items && this.of(items);
    if (!item) return undefined;
    const read = (value: unknown) => (value === null ? null : item.read(value));
    return { type: `list<${item.type}>`, read: (value) => (value as readonly unknown[]).map(read) };
  }

  #map(schema: Schema): CelShape | undefined {
    const additional = additionalOf(schema);
    const item = additional && this.of(additional);
    if (!item) return undefined;
    const read = ([key, value]: [string, unknown]) => [key, value === null ? null : item.read(value)] as const;
    return {
      type: `map<string, ${item.type}>`,
      read: (value) => new Map(Object.entries(value as JsonObject).map(read)),
    };
  }

  #object(schema: Schema): CelShape {
    const described = isEmbedded(schema) ? { ...schema.properties, ...documentProperties } : (schema.properties ?? {});
    const shapes = new Map<string, { readonly name: string; readonly shape: CelShape }>();
    for (const [property, part] of Object.entries(described)) {
      const name = escapedName(property);
      if (name === undefined || !this.#words.has(name)) continue;
      const shape = this.of(part);
      if (shape) shapes.set(property, { name, shape });
    }
    const type = `Object${++this.#count}`;
    /** Of this very schema: the environment knows a value's type by it. */
    class Value {
      [name: string]: unknown;
    }
    const fields = Object.fromEntries([...shapes.values()].map(({ name, shape }) => [name, shape.type]));
    this.#environment.registerType(type, { ctor: Value, fields });
    this.#environment.registerOperator(`${type} == ${type}`, isSame);
    const read = (source: unknown) => {
      const value = new Value();
      sources.set(value, source);
      for (const [property, { name, shape }] of shapes) {
        const item = isObject(source) && Object.hasOwn(source, property) ? source[property] : null;
        // A null is as good as absent.
        if (item !== null && item !== undefined) value[name] = shape.read(item);
      }
      return value;
    };
    return { type, read };
  }
}

/** What an object was read from: two are equal if these are. */
const sources = new WeakMap<object, unknown>();

/** What rules see of an object beside what its schema describes. */
const documentProperties: Readonly<Record<string, Schema>> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } },
};

const dynamic: CelShape = { type: 'dyn', read: (value) => (Number.isInteger(value) ? BigInt(value as number) : value) };

function textShape(format: string | undefined): CelShape {
  switch (format) {
    case 'date':
    case 'date-time':
      return { type: 'google.protobuf.Timestamp', read: (value) => new Date(value as string) };
    case 'duration':
      return { type: 'google.protobuf.Duration', read: (value) => durationOf(value as string) };
    case 'byte':
      return { type: 'bytes', read: (value) => new Uint8Array(Buffer.from(value as string, 'base64')) };
    default:
      return { type: 'string', read: (value) => value };
  }
}

const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

function durationOf(text: string): Duration {
  let total = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/(\d+(?:\.\d*)?)\s*([a-zµ]+)/g))
    total += Number(count) * (nanoseconds[unit] ?? 0);
  return Duration.fromMilliseconds(((text.startsWith('-') ? -1 : 1) * total) / 1e6);
}

/** Whether two values of one type are equal. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (a instanceof Duration && b instanceof Duration) return a.valueOf() === b.valueOf();
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (a instanceof Map && b instanceof Map)
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && isSame(value, b.get(key)));
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  if (a instanceof Optional && b instanceof Optional)
    return a.hasValue() === b.hasValue() && (!a.hasValue() || isSame(a.value(), b.value()));
  if (!isObject(a) || !isObject(b)) return false;
  if (sources.has(a) && sources.has(b)) return sameJson(sources.get(a), sources.get(b));
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  );
}

/** Words that expressions have for themselves. */
const reserved = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var void ' +
    'while'
  ).split(' '),
);

/** How an expression writes a field's name; undefined: it cannot. */
function escapedName(property: string): string | undefined {
  if (reserved.has(property)) return `__${property}__`;
  if (!/^[A-Za-z_.\-/][\w.\-/]*$/.test(property)) return undefined;
  return property
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

// Owns how values of a type are merged and how their parts are named, derived from the API facts: what server-side
// apply and the tracking of field managers walk along. Source: Kubernetes' structured merge and diff.
import { type Field, type Shape, structOf } from '../api/schema.ts';
import { atomicMaps, atomicStructs } from './atomic.ts';

export type MergeType =
  /** Owned and replaced as a whole: scalars, and everything that is atomic. */
  | { readonly form: 'leaf' }
  | StructType
  | { readonly form: 'map'; readonly element: MergeType }
  /** A list of scalars, each at most once. */
  | { readonly form: 'set' }
  /** A list of objects, each known by the values of its keys. */
  | ItemsType;

export interface StructType {
  readonly form: 'struct';
  readonly fields: ReadonlyMap<string, StructField>;
}

export interface StructField {
  readonly type: MergeType;
  /** How a field set names it: `f:spec`. */
  readonly element: string;
  /** What Kubernetes' objects, which are Go structs, have there when nothing was set; undefined: nothing. */
  readonly zero: unknown;
}

export interface ItemsType {
  readonly form: 'items';
  /** In alphabetical order. */
  readonly keys: readonly { readonly name: string; readonly preset?: unknown }[];
  readonly element: MergeType;
}

const leaf: MergeType = { form: 'leaf' };
const set: MergeType = { form: 'set' };
const structs = new Map<string, StructType>();

/** Of a struct type of the facts; described once. */
export function structTypeOf(type: string): StructType {
  let found = structs.get(type);
  if (!found) {
    const fields = new Map<string, StructField>();
    found = { form: 'struct', fields };
    // Types refer to themselves: what is found under the name is complete once this call is over.
    structs.set(type, found);
    const atomic = atomicMaps.get(type);
    for (const field of structOf(type).fields) {
      const merged = atomic?.has(field.name) ? leaf : fieldType(field);
      fields.set(field.name, { type: merged, element: `f:${field.name}`, zero: zeroOf(field) });
    }
  }
  return found;
}

function fieldType(field: Field): MergeType {
  const { shape, listType, listMapKeys = [] } = field;
  if (shape.form !== 'list') return typeOf(shape);
  if (listType === 'set') return set;
  if (listType !== 'map') return leaf;
  const { element } = shape;
  const presetOf = (key: string) =>
    element.form === 'struct' ? structOf(element.type).field(key)?.default : undefined;
  const keys = [...listMapKeys].sort().map((name) => ({ name, preset: presetOf(name) }));
  return { form: 'items', keys, element: typeOf(element) };
}

function typeOf(shape: Shape): MergeType {
  switch (shape.form) {
    case 'struct':
      return atomicStructs.has(shape.type) ? leaf : structTypeOf(shape.type);
    case 'map':
      return { form: 'map', element: typeOf(shape.element) };
    case 'scalar':
    case 'opaque':
    case 'list':
      return leaf;
  }
}

function zeroOf({ shape, optional, pointer }: Field): unknown {
  if (pointer) return undefined;
  if (shape.form === 'struct') return {};
  if (optional) return undefined;
  if (shape.form === 'list' || shape.form === 'map') return null;
  if (shape.form !== 'scalar') return undefined;
  if (shape.scalar === 'bool') return false;
  return shape.scalar === 'string' || shape.scalar === 'bytes' ? '' : 0;
}

// Owns turning a type of the API facts into a function that decodes it: checks the JSON's form, drops unknown fields
// (and notices it), sets the facts' defaults, and normalises as Kubernetes does, whose objects are Go structs: a struct
// that is no pointer is always there, an optional value that is empty never is, null means absent.
//
// One deviation, which Kubernetes itself made after 1.32: an unset time is left out instead of written as null.
import { type Field, type Scalar, type Shape, type Struct, schemaType, shapeOf, structOf } from '../api/schema.ts';
import { type DecodeContext, type Decoder, formOf } from './context.ts';
import { decodeOpaque } from './opaque.ts';
import { isSchemaUnion, unionDecoder } from './schema-unions.ts';

const structDecoders = new Map<string, Decoder>();

/** The decoder of a struct type of the facts, compiled once. */
export function decoderOf(type: string): Decoder {
  return structDecoderOf(type, shapeOf(type).goName);
}

function structDecoderOf(type: string, goName: string): Decoder {
  let decoder = structDecoders.get(type);
  if (!decoder) {
    decoder = structDecoder(structOf(type), goName);
    structDecoders.set(type, decoder);
  }
  return decoder;
}

function compile(shape: Shape): Decoder {
  switch (shape.form) {
    case 'scalar':
      return scalarDecoder(shape.scalar, shape.goName);
    case 'opaque':
      return isSchemaUnion(shape.opaque)
        ? unionDecoder(shape.opaque, (value, context) => decoderOf(schemaType)(value, context))
        : decodeOpaque[shape.opaque];
    case 'list':
      return listDecoder(shape.element, shape.goName);
    case 'map':
      return mapDecoder(shape.element, shape.goName);
    case 'struct': {
      // Types refer to themselves (through lists), so a struct's decoder is looked up when it is first used.
      let decode: Decoder | undefined;
      return (value, context) => {
        decode ??= structDecoderOf(shape.type, shape.goName);
        return decode(value, context);
      };
    }
  }
}

const int32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
/** Larger integers do not survive JSON in JavaScript; no field of the API needs them. */
const int64 = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

function integerDecoder(range: { readonly min: number; readonly max: number }, goName: string): Decoder {
  return (value, context) => {
    if (typeof value !== 'number') throw context.wrongType(formOf(value), goName);
    if (!Number.isInteger(value) || value < range.min || value > range.max)
      throw context.wrongType(`number ${value}`, goName);
    return value;
  };
}

function scalarDecoder(scalar: Scalar, goName: string): Decoder {
  switch (scalar) {
    case 'string':
      return (value, context) => {
        if (typeof value !== 'string') throw context.wrongType(formOf(value), goName);
        return value;
      };
    case 'bool':
      return (value, context) => {
        if (typeof value !== 'boolean') throw context.wrongType(formOf(value), goName);
        return value;
      };
    case 'int32':
      return integerDecoder(int32, goName);
    case 'int64':
      return integerDecoder(int64, goName);
    case 'float64':
      return (value, context) => {
        if (typeof value !== 'number') throw context.wrongType(formOf(value), goName);
        return value;
      };
    case 'bytes':
      return decodeOpaque.bytes;
    case 'any':
      return (value) => value;
  }
}

function listDecoder(element: Shape, goName: string): Decoder {
  const decode = compile(element);
  const zero = zeroOf(element);
  return (value, context) => {
    if (!Array.isArray(value)) throw context.wrongType(formOf(value), goName);
    const items: unknown[] = new Array(value.length);
    for (let index = 0; index < value.length; index++) {
      const item = value[index];
      items[index] = item === null || item === undefined ? zero(context) : decode(item, context);
    }
    return items;
  };
}

function mapDecoder(element: Shape, goName: string): Decoder {
  const decode = compile(element);
  const zero = zeroOf(element);
  return (value, context) => {
    if (typeof value !== 'object' || Array.isArray(value)) throw context.wrongType(formOf(value), goName);
    const source = value as Record<string, unknown>;
    const map: Record<string, unknown> = {};
    for (const key of Object.keys(source)) {
      const item = source[key];
      if (item === undefined) continue;
      const decoded = item === null ? zero(context) : decode(item, context);
      // Assigning to this one key would set the prototype.
      if (key === '__proto__') Object.defineProperty(map, key, { value: decoded, enumerable: true, writable: true });
      else map[key] = decoded;
    }
    return map;
  };
}

/** What Go has where nothing was set, as it goes over the wire; undefined for what is then left out. */
function zeroOf(shape: Shape): (context: DecodeContext) => unknown {
  switch (shape.form) {
    case 'scalar':
      if (shape.scalar === 'string' || shape.scalar === 'bytes') return () => '';
      if (shape.scalar === 'bool') return () => false;
      return shape.scalar === 'any' ? () => null : () => 0;
    case 'opaque':
      if (shape.opaque === 'Quantity') return () => '0';
      if (shape.opaque === 'IntOrString') return () => 0;
      if (shape.opaque === 'JSON') return () => null;
      return () => undefined;
    case 'list':
      return () => [];
    case 'map':
      return () => ({});
    case 'struct': {
      const decode = compile(shape);
      return (context) => decode({}, context);
    }
  }
}

/** Whether an optional value that is no pointer is left out of the JSON. */
function isEmpty(value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true;
  if (typeof value !== 'object' || value === null) return value === undefined;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

interface CompiledField {
  readonly name: string;
  readonly decode: Decoder;
  /** What stands there when the field is absent. */
  readonly absent: ((context: DecodeContext) => unknown) | undefined;
  /** Whether an empty value is left out. */
  readonly dropsEmpty: boolean;
}

function compileField(field: Field): CompiledField {
  const always =
    field.shape.form === 'struct' || (field.shape.form === 'opaque' && field.shape.opaque !== 'RawExtension');
  return {
    name: field.name,
    decode: compile(field.shape),
    absent: absentValue(field, always),
    dropsEmpty: field.optional && !field.pointer && !always,
  };
}

function absentValue(field: Field, always: boolean): CompiledField['absent'] {
  const { default: preset } = field;
  // An empty default of a field that is left out when empty says nothing.
  if (preset !== undefined && (field.pointer || preset !== '')) return () => preset;
  if (field.pointer || (field.optional && !always)) return undefined;
  return zeroOf(field.shape);
}

function structDecoder(struct: Struct, goName: string): Decoder {
  const fields = struct.fields.map(compileField);
  return (value, context) => {
    if (typeof value !== 'object' || Array.isArray(value)) throw context.wrongType(formOf(value), goName);
    const source = value as Record<string, unknown>;
    const result: Record<string, unknown> = {};
    let unread = Object.keys(source).length;
    for (const field of fields) {
      let item = source[field.name];
      if (item !== undefined) unread--;
      if (item === undefined || item === null) {
        if (!field.absent) continue;
        context.enterField(struct.name, field.name);
        item = field.absent(context);
        context.leaveField();
        if (item !== undefined) result[field.name] = item;
        continue;
      }
      context.enterField(struct.name, field.name);
      item = field.decode(item, context);
      context.leaveField();
      if (!field.dropsEmpty || !isEmpty(item)) result[field.name] = item;
      else if (field.absent) result[field.name] = field.absent(context);
    }
    if (unread > 0 && hasUnknown(source, struct)) context.hasUnknownFields = true;
    return result;
  };
}

function hasUnknown(source: Record<string, unknown>, struct: Struct): boolean {
  return Object.keys(source).some((name) => !struct.field(name));
}

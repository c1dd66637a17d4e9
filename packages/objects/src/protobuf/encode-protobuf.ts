// Owns writing objects in Kubernetes' protobuf form, by the field numbers of the API facts: what `decodeProtobuf` reads.
// What is absent or empty is not written, which means the same. Sources: Protocol Buffers, "Encoding"; Kubernetes API
// concepts, "Kubernetes Protobuf encoding".
import { type Field, type Opaque, type Scalar, type Shape, schemaType, structOf } from '../api/schema.ts';
import { parseGoDuration } from '../go-duration.ts';
import type { JsonObject } from '../json-value.ts';
import { ProtobufWriter } from './writer.ts';

/** Writes a value as one field of a message; a list as several. */
type Write = (writer: ProtobufWriter, number: number, value: unknown) => void;
type WriteStruct = (writer: ProtobufWriter, object: JsonObject) => void;

const magic = Buffer.from('k8s\0', 'latin1');
const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** A message alone, without its kind. `type`: its key in the API facts. */
export function protobufMessage(object: object, type: string): Buffer {
  const writer = new ProtobufWriter();
  structWriter(type)(writer, object as JsonObject);
  return writer.take();
}

/** A list's message, from those of its items: all lists look alike. */
export function protobufList(metadata: object, items: readonly Buffer[]): Buffer {
  const writer = new ProtobufWriter();
  for (let index = items.length - 1; index >= 0; index--) writer.bytes(2, items[index]!);
  writer.message(1, () => structWriter(`${meta}.ListMeta`)(writer, metadata as JsonObject));
  return writer.take();
}

/** A message of an object of which nothing but the metadata is told. */
export function protobufMetadata(object: { readonly metadata: object }): Buffer {
  const writer = new ProtobufWriter();
  writer.message(1, () => structWriter(`${meta}.ObjectMeta`)(writer, object.metadata as JsonObject));
  return writer.take();
}

/** A document: a message, with its kind around it. */
export function protobufDocument(of: { readonly apiVersion: string; readonly kind: string }, message: Buffer): Buffer {
  const writer = new ProtobufWriter();
  writer.bytes(2, message);
  writer.message(1, () => {
    writer.text(2, of.kind);
    writer.text(1, of.apiVersion);
  });
  return Buffer.concat([magic, writer.take()]);
}

/** One event of a watch, with its length before it. */
export function protobufWatchFrame(type: string, document: Buffer): Buffer {
  const writer = new ProtobufWriter();
  writer.message(2, () => writer.bytes(1, document));
  writer.text(1, type);
  const event = writer.take();
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
}

const encodable = new Map<string, boolean>();

/** Whether every value of a type has a protobuf form: what is of an open type has none. */
export function hasProtobuf(type: string): boolean {
  let found = encodable.get(type);
  if (found === undefined) {
    // Types refer to themselves: as long as nothing speaks against it, they have.
    encodable.set(type, true);
    found = structOf(type).fields.every(({ shape }) => shapeHasProtobuf(shape));
    encodable.set(type, found);
  }
  return found;
}

function shapeHasProtobuf(shape: Shape): boolean {
  if (shape.form === 'list' || shape.form === 'map') return shapeHasProtobuf(shape.element);
  if (shape.form === 'struct') return hasProtobuf(shape.type);
  return shape.form !== 'scalar' || shape.scalar !== 'any';
}

const structWriters = new Map<string, WriteStruct>();

function structWriter(type: string): WriteStruct {
  let write = structWriters.get(type);
  if (!write) {
    write = compileStruct(type);
    structWriters.set(type, write);
  }
  return write;
}

function compileStruct(type: string): WriteStruct {
  const members = [...structOf(type).members()].sort(([a], [b]) => b - a);
  const writers = members.map(([number, member]) => {
    if ('embedded' in member) return embeddedWriter(number, member.embedded);
    return fieldWriter(number, member);
  });
  return (writer, object) => {
    for (const write of writers) write(writer, object);
  };
}

/** The fields of an embedded struct stand among the others in JSON, and in a message of their own here. */
function embeddedWriter(number: number, type: string): WriteStruct {
  return (writer, object) => writer.message(number, () => structWriter(type)(writer, object));
}

function fieldWriter(number: number, { name, shape }: Field): WriteStruct {
  const write = shape.form === 'list' ? repeated(valueWriter(shape.element)) : valueWriter(shape);
  return (writer, object) => {
    const value = object[name];
    if (value !== undefined && value !== null) write(writer, number, value);
  };
}

function repeated(write: Write): Write {
  return (writer, number, value) => {
    const items = value as readonly unknown[];
    for (let index = items.length - 1; index >= 0; index--) write(writer, number, items[index]);
  };
}

function valueWriter(shape: Shape): Write {
  switch (shape.form) {
    case 'scalar':
      return scalarWriters[shape.scalar];
    case 'opaque':
      return opaqueWriters[shape.opaque];
    case 'struct': {
      let write: WriteStruct | undefined;
      return (writer, number, value) => {
        write ??= structWriter(shape.type);
        writer.message(number, () => write!(writer, value as JsonObject));
      };
    }
    case 'list': {
      // A named list type is a message with the items in its first field.
      const write = repeated(valueWriter(shape.element));
      return (writer, number, value) => writer.message(number, () => write(writer, 1, value));
    }
    case 'map':
      return mapWriter(valueWriter(shape.element));
  }
}

function mapWriter(write: Write): Write {
  return (writer, number, value) => {
    for (const [key, item] of Object.entries(value as JsonObject).reverse())
      writer.message(number, () => {
        write(writer, 2, item);
        writer.text(1, key);
      });
  };
}

const scalarWriters: Readonly<Record<Scalar, Write>> = {
  string: (writer, number, value) => writer.text(number, value as string),
  bytes: (writer, number, value) => writer.bytes(number, Buffer.from(value as string, 'base64')),
  bool: (writer, number, value) => writer.integer(number, value ? 1 : 0),
  int32: (writer, number, value) => writer.integer(number, value as number),
  int64: (writer, number, value) => writer.integer(number, value as number),
  float64: (writer, number, value) => writer.double(number, value as number),
  any: () => {
    throw new TypeError('a value of an open type has no protobuf form');
  },
};

const opaqueWriters: Readonly<Record<Opaque, Write>> = {
  Time: timeWriter,
  MicroTime: timeWriter,
  Duration: (writer, number, value) =>
    writer.message(number, () => writer.integer(1, Number(parseGoDuration(value as string) ?? 0n))),
  Quantity: (writer, number, value) => writer.message(number, () => writer.text(1, String(value))),
  IntOrString: (writer, number, value) =>
    writer.message(number, () => {
      if (typeof value === 'string') writer.text(3, value);
      else writer.integer(2, value as number);
      writer.integer(1, typeof value === 'string' ? 1 : 0);
    }),
  FieldsV1: rawWriter,
  RawExtension: rawWriter,
  JSON: rawWriter,
  JSONSchemaPropsOrBool: (writer, number, value) =>
    writer.message(number, () => {
      if (typeof value === 'object') schemaWriter(writer, 2, value);
      // A schema allows what it describes.
      writer.integer(1, value === false ? 0 : 1);
    }),
  JSONSchemaPropsOrArray: (writer, number, value) =>
    writer.message(number, () => {
      if (Array.isArray(value)) repeated(schemaWriter)(writer, 2, value);
      else schemaWriter(writer, 1, value);
    }),
  JSONSchemaPropsOrStringArray: (writer, number, value) =>
    writer.message(number, () => {
      if (Array.isArray(value)) repeated(scalarWriters.string)(writer, 2, value);
      else schemaWriter(writer, 1, value);
    }),
};

function schemaWriter(writer: ProtobufWriter, number: number, value: unknown): void {
  writer.message(number, () => structWriter(schemaType)(writer, value as JsonObject));
}

function rawWriter(writer: ProtobufWriter, number: number, value: unknown): void {
  writer.message(number, () => writer.text(1, JSON.stringify(value)));
}

function timeWriter(writer: ProtobufWriter, number: number, value: unknown): void {
  const text = value as string;
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  writer.message(number, () => {
    if (fraction) writer.integer(2, Number(fraction.padEnd(9, '0').slice(0, 9)));
    writer.integer(1, Math.floor(Date.parse(text) / 1000));
  });
}

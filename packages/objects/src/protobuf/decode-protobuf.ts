// Owns reading Kubernetes' protobuf form of a document: the envelope, and the document by the field numbers of the API
// facts, into the same value that its JSON would give. Sources: Protocol Buffers, "Encoding"; Kubernetes API concepts,
// "Kubernetes Protobuf encoding".
import { type Field, type Opaque, type Scalar, type Shape, schemaType, structOf } from '../api/schema.ts';
import { badRequestError } from '../errors/status-error.ts';
import { goDuration } from '../go-duration.ts';
import { type Part, partsOf } from './wire.ts';

type Json = Record<string, unknown>;

/** `k8s` and a zero byte, before the envelope. */
const magic = Buffer.from('k8s\0', 'latin1');

/** Reads a document of a type of the facts. apiVersion and kind are those of the envelope. Throws BadRequest. */
export function decodeProtobuf(bytes: Buffer, expected: { readonly kind: string; readonly type: string }): unknown {
  if (!bytes.subarray(0, magic.length).equals(magic))
    throw badRequestError(`the body is not a protobuf document (must be of type ${expected.kind})`);
  try {
    const document: Json = {};
    let content: Buffer = Buffer.alloc(0);
    for (const part of partsOf(bytes.subarray(magic.length))) {
      if (part.number === 1) Object.assign(document, typeMeta(part));
      if (part.number === 2) content = lengthDelimited(part);
    }
    return Object.assign(document, structFrom(content, expected.type));
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError)
      throw badRequestError(`the protobuf document cannot be read: ${error.message}`);
    throw error;
  }
}

function typeMeta(envelope: Part): Json {
  const found: Json = {};
  for (const part of partsOf(lengthDelimited(envelope))) {
    if (part.number === 1) found.apiVersion = lengthDelimited(part).toString('utf8');
    if (part.number === 2) found.kind = lengthDelimited(part).toString('utf8');
  }
  return found;
}

function structFrom(bytes: Buffer, type: string): Json {
  const members = structOf(type).members();
  const found: Json = {};
  for (const part of partsOf(bytes)) {
    const member = members.get(part.number);
    // A newer client's field: like an unknown one in JSON, it is dropped.
    if (!member) continue;
    if ('embedded' in member) Object.assign(found, structFrom(lengthDelimited(part), member.embedded));
    else addField(found, member, part);
  }
  return found;
}

function addField(found: Json, field: Field, part: Part): void {
  const { name, shape } = field;
  if (shape.form === 'list') {
    const list = (found[name] ?? []) as unknown[];
    list.push(valueFrom(part, shape.element));
    found[name] = list;
  } else if (shape.form === 'map') {
    const map = (found[name] ?? {}) as Json;
    addEntry(map, part, shape.element);
    found[name] = map;
  } else {
    const value = valueFrom(part, shape);
    if (value === undefined) return;
    // Clients write what is empty all the same; JSON leaves it out.
    if (shape.form === 'scalar' && field.optional && !field.pointer && isZero(value)) return;
    found[name] = value;
  }
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false;
}

function addEntry(map: Json, part: Part, element: Shape): void {
  let key = '';
  let value: unknown = emptyOf(element);
  for (const inner of partsOf(lengthDelimited(part))) {
    if (inner.number === 1) key = lengthDelimited(inner).toString('utf8');
    if (inner.number === 2) value = valueFrom(inner, element);
  }
  // Not by assignment: a key such as `__proto__` is a key like any other.
  Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Of a map's entry whose value was left out. */
function emptyOf(shape: Shape): unknown {
  if (shape.form === 'scalar') return shape.scalar === 'string' || shape.scalar === 'bytes' ? '' : 0;
  return shape.form === 'list' ? [] : {};
}

function valueFrom(part: Part, shape: Shape): unknown {
  switch (shape.form) {
    case 'scalar':
      return scalarFrom(part, shape.scalar);
    case 'opaque':
      return opaqueFrom(part, shape.opaque);
    case 'struct':
      return structFrom(lengthDelimited(part), shape.type);
    case 'list':
      // A named list type is a message with the items in its first field.
      return [...partsOf(lengthDelimited(part))].map((item) => valueFrom(item, shape.element));
    case 'map': {
      const map: Json = {};
      for (const item of partsOf(lengthDelimited(part))) addEntry(map, item, shape.element);
      return map;
    }
  }
}

function scalarFrom(part: Part, scalar: Scalar): unknown {
  switch (scalar) {
    case 'string':
      return lengthDelimited(part).toString('utf8');
    case 'bytes':
      return lengthDelimited(part).toString('base64');
    case 'bool':
      return varint(part) !== 0n;
    case 'int32':
    case 'int64':
      return integer(part);
    case 'float64':
      if (part.wire !== 'fixed64') throw new RangeError('a number of the wrong form');
      return part.bytes.readDoubleLE();
    case 'any':
      throw new RangeError('a value of an open type');
  }
}

function opaqueFrom(part: Part, opaque: Opaque): unknown {
  const parts = new Map([...partsOf(lengthDelimited(part))].map((inner) => [inner.number, inner]));
  const first = parts.get(1);
  switch (opaque) {
    case 'Time':
    case 'MicroTime':
      return first ? timeFrom(integer(first), opaque, parts.get(2)) : undefined;
    case 'Duration':
      return goDuration(first ? BigInt.asIntN(64, varint(first)) : 0n);
    case 'Quantity':
      return first ? lengthDelimited(first).toString('utf8') : '0';
    case 'IntOrString': {
      const [text, number] = [parts.get(3), parts.get(2)];
      if (first && varint(first) === 1n) return text ? lengthDelimited(text).toString('utf8') : '';
      return number ? integer(number) : 0;
    }
    case 'FieldsV1':
    case 'JSON':
    case 'RawExtension':
      return first ? (JSON.parse(lengthDelimited(first).toString('utf8')) as unknown) : undefined;
    case 'JSONSchemaPropsOrBool': {
      const schema = parts.get(2);
      return schema ? structFrom(lengthDelimited(schema), schemaType) : first !== undefined && varint(first) !== 0n;
    }
    case 'JSONSchemaPropsOrArray':
    case 'JSONSchemaPropsOrStringArray': {
      if (first) return structFrom(lengthDelimited(first), schemaType);
      const items = [...partsOf(lengthDelimited(part))].filter(({ number }) => number === 2).map(lengthDelimited);
      return items.map((item) =>
        opaque === 'JSONSchemaPropsOrArray' ? structFrom(item, schemaType) : item.toString('utf8'),
      );
    }
  }
}

function timeFrom(seconds: number, form: 'Time' | 'MicroTime', nanos: Part | undefined): string {
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (form === 'Time') return `${text}Z`;
  const micros = nanos ? Math.floor(integer(nanos) / 1000) : 0;
  return `${text}.${String(micros).padStart(6, '0')}Z`;
}

function lengthDelimited(part: Part): Buffer {
  if (part.wire !== 'bytes') throw new RangeError(`field ${part.number} has the wrong form`);
  return part.bytes;
}

function varint(part: Part): bigint {
  if (part.wire !== 'varint') throw new RangeError(`field ${part.number} has the wrong form`);
  return part.value;
}

/** Negative numbers are written as if they had 64 bits. */
function integer(part: Part): number {
  return Number(BigInt.asIntN(64, varint(part)));
}

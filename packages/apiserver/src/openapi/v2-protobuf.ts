// Owns OpenAPI version 2 as protobuf, which kubectl up to 1.27 insists on. It is made of the document that is served as
// JSON. Source: openapiv2/OpenAPIv2.proto of the gnostic project, whose field numbers stand here.
import { ProtobufWriter } from '@berth/objects';
import { stringify } from 'yaml';

export const openApiV2Protobuf = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** As older clients ask for it. */
export const openApiV2ProtobufDeprecated = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

type Json = Readonly<Record<string, unknown>>;
type Write = (writer: ProtobufWriter, value: unknown) => void;
/** How a value becomes one field, or several, of the message that it stands in. */
type Field = (writer: ProtobufWriter, number: number, value: unknown) => void;
/** The fields of a message by their JSON names. */
type Message = Readonly<Record<string, readonly [number: number, field: Field]>>;

const text: Field = (writer, number, value) => writer.text(number, String(value));
const bool: Field = (writer, number, value) => writer.integer(number, value ? 1 : 0);
const any: Field = (writer, number, value) =>
  writer.message(number, () => writer.text(2, stringify(value, { lineWidth: 0 })));

const each =
  (field: Field): Field =>
  (writer, number, value) => {
    for (const item of [...(value as readonly unknown[])].reverse()) field(writer, number, item);
  };

const inner =
  (write: Write): Field =>
  (writer, number, value) =>
    writer.message(number, () => write(writer, value));

/** Messages refer to themselves, so each is looked up when it is written. */
const message =
  (fields: () => Message): Write =>
  (writer, value) => {
    const object = value as Json;
    const known = fields();
    const extensions = Object.entries(object).filter(([name]) => name.startsWith('x-'));
    const [vendorExtension] = known['x-'] ?? [];
    if (vendorExtension !== undefined)
      for (const entry of extensions.reverse()) named(any)(writer, vendorExtension, entry);
    const present = Object.entries(known).filter(([name]) => name !== 'x-' && object[name] !== undefined);
    for (const [name, [number, field]] of present.sort(([, [a]], [, [b]]) => b - a))
      field(writer, number, object[name]);
  };

/** A map's entry: its name, and its value under 2. */
const named =
  (field: Field): Field =>
  (writer, number, entry) => {
    const [name, value] = entry as readonly [string, unknown];
    writer.message(number, () => {
      field(writer, 2, value);
      writer.text(1, name);
    });
  };

const entries =
  (under: number, field: Field): Write =>
  (writer, value) =>
    each(named(field))(writer, under, Object.entries(value as Json));

const schema = inner(message(() => schemaFields));
const oneOf = (number: number, field: Field): Field => inner((writer, value) => field(writer, number, value));
const texts: Field = (writer, number, value) => each(text)(writer, number, Array.isArray(value) ? value : [value]);

const schemaFields: Message = {
  $ref: [1, text],
  format: [2, text],
  description: [4, text],
  default: [5, any],
  required: [19, each(text)],
  enum: [20, each(any)],
  additionalProperties: [21, oneOf(1, schema)],
  type: [22, inner((writer, value) => texts(writer, 1, value))],
  items: [23, oneOf(1, schema)],
  properties: [25, inner(entries(1, schema))],
  'x-': [31, any],
};

const bodyParameter: Message = { name: [2, text], in: [3, text], required: [4, bool], schema: [5, schema] };
const pathParameter: Message = {
  required: [1, bool],
  in: [2, text],
  name: [4, text],
  type: [5, text],
  uniqueItems: [19, bool],
};
const queryParameter: Message = {
  in: [2, text],
  description: [3, text],
  name: [4, text],
  type: [6, text],
  uniqueItems: [20, bool],
};

/** Under `parameter`, under what kind of one it is, under where it stands. */
const parameter: Field = (writer, number, value) => {
  const { in: place } = value as Json;
  const body = inner(message(() => bodyParameter));
  const path = oneOf(4, inner(message(() => pathParameter)));
  const query = oneOf(3, inner(message(() => queryParameter)));
  const kind = place === 'body' ? oneOf(1, body) : oneOf(2, place === 'path' ? path : query);
  oneOf(1, kind)(writer, number, value);
};

const response: Message = { description: [1, text], schema: [2, oneOf(1, schema)] };
const operation = inner(
  message(() => ({
    produces: [6, each(text)],
    consumes: [7, each(text)],
    parameters: [8, each(parameter)],
    responses: [9, inner(entries(1, oneOf(1, inner(message(() => response)))))],
    'x-': [13, any],
  })),
);
const pathItem: Message = {
  get: [2, operation],
  put: [3, operation],
  post: [4, operation],
  delete: [5, operation],
  patch: [8, operation],
  parameters: [9, each(parameter)],
};
const document: Message = {
  swagger: [1, text],
  info: [2, inner(message(() => ({ title: [1, text], version: [2, text] })))],
  paths: [8, inner(entries(2, inner(message(() => pathItem))))],
  definitions: [9, inner(entries(1, schema))],
};

/** `json`: the document of OpenAPI version 2. */
export function asProtobuf(json: object): Buffer {
  const writer = new ProtobufWriter();
  message(() => document)(writer, json);
  return writer.take();
}

// Owns the reading of watch streams in their three forms: objects as JSON, rows of Tables, and framed protobuf.
import type { Readable } from 'node:stream';
import { documentOf, formOf, kinds } from '@berth/objects';
import type { Marked } from './kinds.ts';

export interface Seen {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  /** Of a bookmark, no more than its metadata; of an error, its Status. */
  readonly object: Marked & { readonly code?: number };
}

export type Form = 'json' | 'table' | 'protobuf';

export const accepted: Readonly<Record<Form, string>> = {
  json: 'application/json',
  table: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  protobuf: 'application/vnd.kubernetes.protobuf',
};

export async function* eventsOf(stream: Readable, form: Form, type: string): AsyncIterable<Seen> {
  if (form === 'protobuf') {
    for await (const frame of frames(stream)) yield fromProtobuf(frame, type);
    return;
  }
  for await (const line of lines(stream)) {
    const event = JSON.parse(line) as {
      type: Seen['type'];
      object: Seen['object'] & { kind: string; rows?: { object: Marked }[] };
    };
    // A Table's bookmark has a row too, and an error none.
    const row = form === 'table' ? event.object.rows?.[0]?.object : undefined;
    yield { type: event.type, object: row ?? event.object };
  }
}

async function* lines(stream: Readable): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + (chunk as Buffer).toString('utf8')).split('\n');
    rest = parts.pop()!;
    yield* parts;
  }
}

async function* frames(stream: Readable): AsyncIterable<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0);
      yield rest.subarray(4, end);
      rest = rest.subarray(end);
    }
  }
}

/** A WatchEvent: its type, and its object within a RawExtension. */
function fromProtobuf(frame: Buffer, type: string): Seen {
  const fields = lengthDelimited(frame);
  const eventType = fields.get(1)!.toString('utf8') as Seen['type'];
  const document = lengthDelimited(fields.get(2)!).get(1)!;
  const found = kinds.find(({ resource }) => resource.type === type)!;
  const { kind } = found.resource;
  if (eventType === 'ERROR') return { type: eventType, object: { code: 410 } as Seen['object'] };
  return { type: eventType, object: formOf(documentOf(found)).protobuf!.decode(document, kind) as Seen['object'] };
}

/** The fields of a message all of whose fields are texts or messages. */
function lengthDelimited(message: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const number = varint() >> 3;
    const length = varint();
    fields.set(number, message.subarray(at, at + length));
    at += length;
  }
  return fields;
}

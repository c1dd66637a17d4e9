// Owns the forms in which objects, lists and watch events leave the server: themselves, a Table, or their metadata.
// The bytes of an object are encoded once and shared; only what a form adds is made anew.
import {
  apiVersionOf,
  badRequestError,
  type Column,
  type Kind,
  type KubeObject,
  listKindOf,
  type ObjectList,
  type ProtobufForm,
  type Status,
  type WatchEvent,
} from '@berth/objects';
import { jsonOf, watchFrameOf } from '../encoding.ts';
import type { AnswerForm } from './negotiate.ts';
import { protobufMetadataPresentation, protobufPresentation } from './protobuf-presentation.ts';

export interface Presentation {
  object(object: KubeObject): Buffer;
  list(list: ObjectList): Buffer;
  status(status: Status): Buffer;
  /** One event of a watch, as it goes over the wire. */
  event(event: WatchEvent): Buffer;
  /** The last event of a watch that could not go on. */
  failure(status: Status): Buffer;
  /** Content-Type of a watch. */
  readonly watchType: string;
}

export interface PresentationOptions {
  readonly kind: Kind;
  /** Of the objects; those of a subresource may be of another kind. */
  readonly protobuf: ProtobufForm | undefined;
  readonly form: AnswerForm;
  /** Of a Table: what each row carries of its object. */
  readonly includeObject: string | undefined;
  /** Milliseconds since the epoch, for ages. */
  now(): number;
}

export function createPresentation(options: PresentationOptions): Presentation {
  const { kind, form, protobuf } = options;
  const wanted = form.encoding === 'protobuf';
  switch (form.as) {
    case undefined:
      return wanted && protobuf ? protobufPresentation(kind.resource, protobuf) : plainPresentation(kind);
    case 'Table':
      return tablePresentation(options);
    case 'PartialObjectMetadata':
    case 'PartialObjectMetadataList': {
      const apiVersion = `meta.k8s.io/${form.version}`;
      return wanted ? protobufMetadataPresentation(apiVersion) : metadataPresentation(apiVersion);
    }
  }
}

const statusBytes = (status: Status) => Buffer.from(JSON.stringify(status));

/** What does not depend on the form. */
const inJson = {
  status: statusBytes,
  failure: (status: Status) => eventLine('ERROR', statusBytes(status)),
  watchType: 'application/json',
};

function plainPresentation({ resource }: Kind): Presentation {
  const head = { kind: listKindOf(resource), apiVersion: apiVersionOf(resource) };
  return { ...inJson, object: jsonOf, list: (list) => listBytes(head, list, jsonOf), event: watchFrameOf };
}

function metadataPresentation(apiVersion: string): Presentation {
  const object = (from: { readonly metadata: unknown }) => Buffer.from(JSON.stringify(metadataOnly(from, apiVersion)));
  const head = { kind: 'PartialObjectMetadataList', apiVersion };
  return {
    ...inJson,
    object,
    list: (list) => listBytes(head, list, object),
    event: (event) => eventLine(event.type, object(event.object)),
  };
}

function listBytes(head: object, list: ObjectList, bytesOf: (item: KubeObject) => Buffer): Buffer {
  const begin = JSON.stringify({ ...head, metadata: list.metadata });
  const parts: Buffer[] = [Buffer.from(`${begin.slice(0, -1)},"items":[`)];
  for (const item of list.items) {
    if (parts.length > 1) parts.push(comma);
    parts.push(bytesOf(item));
  }
  parts.push(listEnd);
  return Buffer.concat(parts);
}

const comma = Buffer.from(',');
const listEnd = Buffer.from(']}');

function metadataOnly(object: { readonly metadata: unknown }, apiVersion: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata };
}

function eventLine(type: WatchEvent['type'] | 'ERROR', object: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`{"type":"${type}","object":`), object, lineEnd]);
}

const lineEnd = Buffer.from('}\n');

function tablePresentation({ kind, form, includeObject = 'Metadata', now }: PresentationOptions): Presentation {
  if (includeObject !== 'None' && includeObject !== 'Metadata' && includeObject !== 'Object')
    throw badRequestError(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(includeObject)}: must be 'Metadata', 'Object', 'None', or empty`,
    );
  const columns = kind.columns.length > 0 ? kind.columns : plainColumns;
  const definitions = JSON.stringify(columns.map(({ cell: _cell, format = '', ...facts }) => ({ ...facts, format })));
  const apiVersion = `meta.k8s.io/${form.version}`;
  let headersSent = false;

  const row = (object: KubeObject): string => {
    const at = now();
    const cells = JSON.stringify(columns.map((column) => column.cell(object, at)));
    if (includeObject === 'None') return `{"cells":${cells},"object":null}`;
    const carried = includeObject === 'Object' ? jsonOf(object) : JSON.stringify(metadataOnly(object, apiVersion));
    return `{"cells":${cells},"object":${carried}}`;
  };
  const table = (metadata: unknown, rows: readonly string[], withColumns: boolean): Buffer =>
    Buffer.from(
      `{"kind":"Table","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},` +
        `"columnDefinitions":${withColumns ? definitions : 'null'},"rows":[${rows.join(',')}]}`,
    );
  const versionOf = (object: WatchEvent['object']) => ({ resourceVersion: object.metadata.resourceVersion });

  return {
    ...inJson,
    object: (object) => table(versionOf(object), [row(object)], true),
    list: (list) => table(list.metadata, list.items.map(row), true),
    event(event) {
      const rows = event.type === 'BOOKMARK' ? [] : [row(event.object)];
      const metadata = event.type === 'BOOKMARK' ? event.object.metadata : versionOf(event.object);
      // The columns go over the wire once per watch. Source: Kubernetes API concepts, "Receiving resources as Tables".
      const line = eventLine(event.type, table(metadata, rows, !headersSent));
      headersSent = true;
      return line;
    },
  };
}

/** Of a kind that says nothing of its columns. */
const plainColumns: readonly Column<KubeObject>[] = [
  {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: 'Name of the object, unique within its namespace',
    priority: 0,
    cell: ({ metadata }) => metadata.name,
  },
  {
    name: 'Created At',
    type: 'date',
    description: 'Time at which the server created the object',
    priority: 0,
    cell: ({ metadata }) => metadata.creationTimestamp,
  },
];

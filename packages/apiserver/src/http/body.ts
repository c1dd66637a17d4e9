// Owns the reading of request bodies: with a limit on their size, and by the media type that the client says it sent.
import type { IncomingMessage } from 'node:http';
import {
  applyPatchType,
  badRequestError,
  type DocumentType,
  formOf,
  type ParsedBody,
  type PatchType,
  parseJson,
  parsePatch,
  patchTypesOf,
  StatusError,
  unsupportedMediaTypeError,
} from '@berth/objects';
import type { YamlTurns } from './yaml-turns.ts';

/** Kubernetes' own limit. */
const maxBytes = 3 * 1024 * 1024;

/** Throws `RequestEntityTooLarge` as soon as the limit is passed. The rest is thrown away as it comes. */
function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return reject(tooLarge());
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        chunks.length = 0;
        request.removeAllListeners('data').resume();
        reject(tooLarge());
      } else {
        chunks.push(chunk);
      }
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
    request.on('error', () => reject(badRequestError('the request ended before its body did')));
    request.on('close', () => {
      if (!request.complete) reject(badRequestError('the request ended before its body did'));
    });
  });
}

/** What a body must hold; a message about it names the kind. */
export type Expected = Pick<DocumentType, 'kind' | 'type' | 'documents'>;

export async function readObject(request: IncomingMessage, expected: Expected, yaml: YamlTurns): Promise<ParsedBody> {
  const type = objectType(request, expected);
  return parse(await readBytes(request), { request, type, expected, yaml });
}

/** Undefined if the request has no body. */
export async function readOptionalObject(
  request: IncomingMessage,
  expected: Expected,
  yaml: YamlTurns,
): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return undefined;
  return (await parse(bytes, { request, type: objectType(request, expected), expected, yaml })).value;
}

export async function readPatch(
  request: IncomingMessage,
  expected: Expected,
  yaml: YamlTurns,
): Promise<{ type: PatchType; body: ParsedBody }> {
  const sent = mediaType(request);
  const form = formOf(expected);
  const types = patchTypesOf(form);
  const type = types.find((accepted) => accepted === sent);
  if (!type) throw form.strategicMerge ? refusedByRoute() : unsupportedMediaTypeError(types);
  const bytes = await readBytes(request);
  if (type === applyPatchType) return { type, body: await parseConfiguration(bytes, request, yaml) };
  return { type, body: { value: parsePatch(bytes), duplicates: [] } };
}

/** Kubernetes' router knows how its own kinds are patched, and says no more; custom resources have their own words. */
function refusedByRoute(): StatusError {
  return new StatusError('UnsupportedMediaType', '415: Unsupported Media Type', {});
}

/** Clients call it YAML and send JSON, which is much faster to read as what it is. */
function parseConfiguration(
  bytes: Buffer,
  request: IncomingMessage,
  yaml: YamlTurns,
): ParsedBody | Promise<ParsedBody> {
  return bytes[0] === 0x7b ? parseJson(bytes, 'configuration') : yaml.read(bytes, request);
}

interface Parsing {
  readonly request: IncomingMessage;
  readonly type: ObjectType;
  readonly expected: Expected;
  readonly yaml: YamlTurns;
}

function parse(bytes: Buffer, { request, type, expected, yaml }: Parsing): ParsedBody | Promise<ParsedBody> {
  switch (type) {
    case 'application/json':
      return parseJson(bytes, expected.kind);
    case 'application/yaml':
      return yaml.read(bytes, request);
    case 'application/vnd.kubernetes.protobuf':
      return { value: formOf(expected).protobuf!.decode(bytes, expected.kind), duplicates: [] };
  }
}

const objectTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const;
type ObjectType = (typeof objectTypes)[number];

/** Throws UnsupportedMediaType, also where documents of the kind have no protobuf form. */
function objectType(request: IncomingMessage, expected: Expected): ObjectType {
  const sent = mediaType(request);
  const { protobuf } = formOf(expected);
  const types = objectTypes.filter((type) => protobuf || type !== 'application/vnd.kubernetes.protobuf');
  const type = types.find((accepted) => accepted === sent);
  if (!type) throw unsupportedMediaTypeError(types);
  return type;
}

function mediaType(request: IncomingMessage): string {
  const type = request.headers['content-type'];
  return !type ? 'application/json' : type.split(';', 1)[0]!.trim().toLowerCase();
}

function tooLarge(): StatusError {
  return new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${maxBytes}`);
}

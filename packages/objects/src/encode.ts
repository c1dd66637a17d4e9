// Owns the bytes in which objects are stored and sent. Stored bytes carry no resourceVersion, since the store tells it;
// it is spliced in when they are read, without parsing them.
import type { KubeObject } from './object.ts';

const metadataStart = Buffer.from('"metadata":{');
const CLOSING_BRACE = 0x7d;

/** The object's JSON, without resourceVersion: kind, apiVersion and metadata come first. */
export function encodeStored(object: KubeObject): Buffer {
  const { kind, apiVersion, metadata, ...rest } = object;
  const { resourceVersion: _, ...meta } = metadata;
  return Buffer.from(JSON.stringify({ kind, apiVersion, metadata: meta, ...rest }));
}

/** The JSON that `encodeStored` wrote, now with `metadata.resourceVersion`. */
export function withResourceVersion(stored: Uint8Array, resourceVersion: string): Buffer {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const found = bytes.indexOf(metadataStart);
  if (found < 0) throw new Error('not the bytes of a stored object');
  const start = found + metadataStart.length;
  const comma = bytes[start] === CLOSING_BRACE ? '' : ',';
  const field = Buffer.from(`"resourceVersion":"${resourceVersion}"${comma}`);
  return Buffer.concat([bytes.subarray(0, start), field, bytes.subarray(start)]);
}

/** The object that `encodeStored` wrote, with the resourceVersion that the store tells. Stored bytes are trusted. */
export function decodeStored<T extends KubeObject>(stored: Uint8Array, resourceVersion: string): T {
  const text = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString();
  const object = JSON.parse(text) as { metadata: { resourceVersion?: string } };
  object.metadata.resourceVersion = resourceVersion;
  return object as unknown as T;
}

// Owns waiting for what was written to a stream: how a sender keeps step with a slow reader. A stream that the other
// side has reset takes everything at once.
import type { Writable } from 'node:stream';

export function written(stream: Writable, data: Uint8Array): Promise<void> {
  if (!stream.writable) return Promise.resolve();
  return new Promise((resolve) => stream.write(data, () => resolve()));
}

export function ended(stream: Writable): Promise<void> {
  if (!stream.writable) return Promise.resolve();
  return new Promise((resolve) => stream.end(() => resolve()));
}

// Owns the bytes of objects: each version of an object is turned into JSON once, and every get, list and watcher
// shares those bytes. Keyed by identity, which is sound because the objects are frozen.
import type { WatchEvent } from '@berth/objects';

const encoded = new WeakMap<object, Buffer>();
const frames = new WeakMap<object, Buffer>();
const opening: Readonly<Record<WatchEvent['type'], Buffer>> = {
  ADDED: Buffer.from('{"type":"ADDED","object":'),
  MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
  DELETED: Buffer.from('{"type":"DELETED","object":'),
  BOOKMARK: Buffer.from('{"type":"BOOKMARK","object":'),
};
const closing = Buffer.from('}\n');

/** The object as JSON. The object must be frozen; the bytes are shared and must not be changed. */
export function jsonOf(object: object): Buffer {
  let bytes = encoded.get(object);
  if (!bytes) {
    bytes = Buffer.from(JSON.stringify(object));
    encoded.set(object, bytes);
  }
  return bytes;
}

/** Lets `jsonOf` answer with bytes that the caller has already. */
export function rememberJson(object: object, bytes: Buffer): void {
  encoded.set(object, bytes);
}

/** The event as one line of a watch. Watchers of one resource get the same event, and so the same bytes. */
export function watchFrameOf(event: WatchEvent): Buffer {
  let frame = frames.get(event);
  if (!frame) {
    frame = Buffer.concat([opening[event.type], jsonOf(event.object), closing]);
    frames.set(event, frame);
  }
  return frame;
}

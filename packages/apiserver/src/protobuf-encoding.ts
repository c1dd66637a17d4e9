// Owns the protobuf bytes of objects: like their JSON, each version of an object is encoded once, and every get, list
// and watcher shares those bytes. Keyed by identity, which is sound because the objects are frozen.
import { type ProtobufForm, protobufDocument, protobufWatchFrame, type WatchEvent } from '@berth/objects';

const messages = new WeakMap<object, Buffer>();
const frames = new WeakMap<object, Buffer>();

/** The object's message, without its kind. */
export function messageOf(object: object, form: ProtobufForm): Buffer {
  let bytes = messages.get(object);
  if (!bytes) {
    bytes = form.message(object);
    messages.set(object, bytes);
  }
  return bytes;
}

/** The event with its length before it. */
export function protobufFrameOf(event: WatchEvent, form: ProtobufForm): Buffer {
  let frame = frames.get(event);
  if (!frame) {
    frame = protobufWatchFrame(event.type, protobufDocument(event.object, messageOf(event.object, form)));
    frames.set(event, frame);
  }
  return frame;
}

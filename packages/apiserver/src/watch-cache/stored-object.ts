// Owns the way between the store's bytes and the frozen objects of the cache. An object that this process wrote is
// neither parsed nor encoded again when its event comes back from the store.
import {
  apiVersionOf,
  type Draft,
  decodeStored,
  deepFreeze,
  encodeStored,
  type Kind,
  type KubeObject,
  withResourceVersion,
} from '@berth/objects';
import { rememberJson } from '../encoding.ts';

/** Objects as this process wrote them, by the very bytes that it gave to the store. */
const written = new WeakMap<Uint8Array, Draft<KubeObject>>();

/** The bytes to store. The draft is given away: once the write has succeeded, it becomes the object that `revive` gives. */
export function toStored(draft: Draft<KubeObject>): Uint8Array {
  const bytes = encodeStored(draft as KubeObject);
  written.set(bytes, draft);
  return bytes;
}

/** The frozen object of a kind that was stored at a revision; the same one for the same bytes of this process. */
export function revive<T extends KubeObject>(kind: Kind<T>, stored: Uint8Array, revision: number): T {
  const resourceVersion = String(revision);
  const own = written.get(stored);
  // What another version of the kind wrote, even in this process, is read like anything else.
  if (!own || (kind.fromStore && own.apiVersion !== apiVersionOf(kind.resource))) {
    const object = decodeStored<KubeObject>(stored, resourceVersion);
    return deepFreeze(kind.fromStore ? kind.fromStore(object as Draft<KubeObject>) : (object as T));
  }
  if (!Object.isFrozen(own)) {
    own.metadata.resourceVersion = resourceVersion;
    deepFreeze(own);
    rememberJson(own, withResourceVersion(stored, resourceVersion));
  }
  return own as KubeObject as T;
}

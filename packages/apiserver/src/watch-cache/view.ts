// Owns how stored objects are seen as those of another kind. Each version of an object is converted once for each view,
// so that all who see it share the object, and with it its encoded bytes.
import { deepFreeze, type Kind, type KubeObject, type View } from '@berth/objects';

const shown = new WeakMap<View<KubeObject>, WeakMap<KubeObject, KubeObject>>();

/** A stored object as one of a kind: itself, or what the kind's view shows. It must be frozen. */
export function shownAs<T extends KubeObject>({ view }: Kind<T>, stored: KubeObject): T {
  if (!view) return stored as T;
  let byStored = shown.get(view);
  if (!byStored) {
    byStored = new WeakMap();
    shown.set(view, byStored);
  }
  let object = byStored.get(stored);
  if (!object) {
    object = deepFreeze(view.show(stored));
    byStored.set(stored, object);
  }
  return object as T;
}

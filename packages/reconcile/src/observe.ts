// Owns the commonest of what a loop observes: every object of its own kind.
import { type KubeObject, objectKey } from '@berth/objects';
import type { Keys } from './loop.ts';

/** What of an informer is asked for. */
interface Observed {
  list(): readonly KubeObject[];
  onChange(listener: (changes: readonly { readonly key: string }[]) => void): () => void;
}

/** The turn of each object that exists, and of each that changes, comes or goes. Returns the function that ends it. */
export function observeAll(informer: Observed, keys: Pick<Keys, 'add'>): () => void {
  for (const object of informer.list()) keys.add(objectKey(object));
  return informer.onChange((changes) => {
    for (const { key } of changes) keys.add(key);
  });
}

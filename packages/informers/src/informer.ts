// Owns the informer's contract: a cache that follows one resource of the API server.
import type { Component } from '@berth/host';
import type { KubeObject } from '@berth/objects';

/** Computes the values under which an object is found, such as the node that a pod is on. */
export type IndexFunction<T> = (object: T) => readonly string[];

/** Reads from the cache. Objects are frozen and keep their identity until they change. */
export interface Lister<T extends KubeObject> {
  /** `namespace/name`, or the name alone for a cluster-wide resource. */
  get(key: string): T | undefined;
  list(namespace?: string): readonly T[];
  byIndex(index: string, value: string): readonly T[];
  readonly size: number;
}

/** How far the cache is to be trusted. `since`: milliseconds of the wall clock. */
export type Freshness =
  | { readonly state: 'starting' }
  | { readonly state: 'live'; readonly since: number }
  | { readonly state: 'reconnecting'; readonly since: number; readonly error: string };

/** One object changed: `next` undefined means that it is gone, `previous` undefined that it is new. */
export interface Change<T extends KubeObject> {
  readonly key: string;
  readonly previous: T | undefined;
  readonly next: T | undefined;
}

/**
 * Lists, then watches, and lists again when the watch is too old. `start` resolves once the first list is in.
 * Listeners run after the cache holds the batch; a relist yields the difference to what was known.
 */
export interface Informer<T extends KubeObject> extends Component, Lister<T> {
  /** Returns the function that ends the subscription. Existing objects are not replayed. */
  onChange(listener: (changes: readonly Change<T>[]) => void): () => void;
  readonly freshness: Freshness;
  readonly resourceVersion: string;
}

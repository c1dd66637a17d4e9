// Owns the objects that an informer knows, and finds them by key, by namespace and by index. Knows nothing of where
// they come from.
import { compareResourceVersions, deepFreeze, type KubeObject, objectKey } from '@berth/objects';
import type { Change, IndexFunction, Lister } from './informer.ts';

export type Indexes<T> = Readonly<Record<string, IndexFunction<T>>>;

/** The objects found under one value. Its array is made when it is asked for and kept until the next change. */
class Bucket<T> {
  readonly objects = new Map<string, T>();
  #array: readonly T[] | undefined;

  put(key: string, object: T): void {
    this.objects.set(key, object);
    this.#array = undefined;
  }

  remove(key: string): void {
    this.objects.delete(key);
    this.#array = undefined;
  }

  array(): readonly T[] {
    this.#array ??= Object.freeze([...this.objects.values()]);
    return this.#array;
  }
}

class Index<T> {
  readonly #valuesOf: IndexFunction<T>;
  readonly #buckets = new Map<string, Bucket<T>>();

  constructor(valuesOf: IndexFunction<T>) {
    this.#valuesOf = valuesOf;
  }

  put(key: string, object: T, previous: T | undefined): void {
    const values = this.#valuesOf(object);
    if (previous) {
      for (const value of this.#valuesOf(previous)) if (!values.includes(value)) this.#removeFrom(value, key);
    }
    for (const value of values) {
      let bucket = this.#buckets.get(value);
      if (!bucket) {
        bucket = new Bucket();
        this.#buckets.set(value, bucket);
      }
      bucket.put(key, object);
    }
  }

  remove(key: string, object: T): void {
    for (const value of this.#valuesOf(object)) this.#removeFrom(value, key);
  }

  find(value: string): readonly T[] {
    return this.#buckets.get(value)?.array() ?? [];
  }

  #removeFrom(value: string, key: string): void {
    const bucket = this.#buckets.get(value);
    if (!bucket) return;
    bucket.remove(key);
    if (bucket.objects.size === 0) this.#buckets.delete(value);
  }
}

/** Freezes what it is given, and keeps the object it has when it is given the same version again. */
export class IndexedCache<T extends KubeObject> implements Lister<T> {
  readonly #all = new Bucket<T>();
  readonly #byNamespace = new Index<T>((object) => [object.metadata.namespace ?? '']);
  readonly #indexes: ReadonlyMap<string, Index<T>>;

  constructor(indexes: Indexes<T> = {}) {
    this.#indexes = new Map(Object.entries(indexes).map(([name, valuesOf]) => [name, new Index(valuesOf)]));
  }

  get(key: string): T | undefined {
    return this.#all.objects.get(key);
  }

  list(namespace?: string): readonly T[] {
    return namespace === undefined ? this.#all.array() : this.#byNamespace.find(namespace);
  }

  byIndex(index: string, value: string): readonly T[] {
    const found = this.#indexes.get(index);
    if (!found) throw new Error(`there is no index ${index}`);
    return found.find(value);
  }

  get size(): number {
    return this.#all.objects.size;
  }

  /** The changes this makes: none for a version that is known already or older, two for an object that was replaced. */
  put(object: T): Change<T>[] {
    const known = this.get(objectKey(object))?.metadata.resourceVersion;
    return known && compareResourceVersions(object.metadata.resourceVersion, known) <= 0 ? [] : this.#store(object);
  }

  remove(key: string): Change<T>[] {
    const previous = this.get(key);
    if (!previous) return [];
    this.#all.remove(key);
    for (const index of this.#everyIndex()) index.remove(key, previous);
    return [{ key, previous, next: undefined }];
  }

  /** Makes the cache hold exactly these objects, older ones too (a restored server); the changes are the differences. */
  replace(objects: readonly T[]): Change<T>[] {
    const listed = new Set(objects.map(objectKey));
    const gone = [...this.#all.objects.keys()].filter((key) => !listed.has(key));
    return [...gone.flatMap((key) => this.remove(key)), ...objects.flatMap((object) => this.#store(object))];
  }

  #store(object: T): Change<T>[] {
    const key = objectKey(object);
    const previous = this.get(key);
    if (!previous) return [this.#set(key, deepFreeze(object), undefined)];
    if (previous.metadata.uid !== object.metadata.uid)
      return [...this.remove(key), this.#set(key, deepFreeze(object), undefined)];
    if (previous.metadata.resourceVersion === object.metadata.resourceVersion) return [];
    return [this.#set(key, deepFreeze(object), previous)];
  }

  #set(key: string, next: T, previous: T | undefined): Change<T> {
    this.#all.put(key, next);
    for (const index of this.#everyIndex()) index.put(key, next, previous);
    return { key, previous, next };
  }

  *#everyIndex(): Iterable<Index<T>> {
    yield this.#byNamespace;
    yield* this.#indexes.values();
  }
}

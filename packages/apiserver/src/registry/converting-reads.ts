// Owns reading objects that are kept in another form than the one that is asked for, and that somebody else converts: a
// layer over the reads of what is kept.
import {
  apiVersionOf,
  type Kind,
  type KubeObject,
  type ListOptions,
  type ObjectList,
  type ObjectName,
  type PacedWatchOptions,
  type WatchEvent,
} from '@berth/objects';
import type { Reads } from './reads.ts';

export type ObjectReads = Pick<Reads, 'get' | 'list' | 'watch'>;

export class ConvertingReads implements ObjectReads {
  readonly #reads: ObjectReads;

  constructor(reads: ObjectReads) {
    this.#reads = reads;
  }

  async get<T extends KubeObject>(kind: Kind<T>, target: ObjectName): Promise<T> {
    const { conversion } = kind;
    if (!conversion) return this.#reads.get(kind, target);
    const [object] = await conversion.show([await this.#reads.get(conversion.kept, target)]);
    return object!;
  }

  async list<T extends KubeObject>(kind: Kind<T>, options: ListOptions): Promise<ObjectList<T>> {
    const { conversion } = kind;
    if (!conversion) return this.#reads.list(kind, options);
    const { items, ...list } = await this.#reads.list(conversion.kept, options);
    return { ...list, items: await conversion.show(items) };
  }

  watch<T extends KubeObject>(kind: Kind<T>, options: PacedWatchOptions): AsyncIterable<readonly WatchEvent<T>[]> {
    const { conversion } = kind;
    if (!conversion) return this.#reads.watch(kind, options);
    return converted(kind, this.#reads.watch(conversion.kept, options));
  }
}

/** Each batch with one conversion. */
async function* converted<T extends KubeObject>(
  { conversion, resource }: Kind<T>,
  batches: AsyncIterable<readonly WatchEvent[]>,
): AsyncGenerator<readonly WatchEvent<T>[]> {
  const apiVersion = apiVersionOf(resource);
  for await (const batch of batches) {
    const objects = batch.flatMap((event) => (event.type === 'BOOKMARK' ? [] : [event.object]));
    const shown = await conversion!.show(objects);
    let next = 0;
    yield batch.map((event): WatchEvent<T> => {
      if (event.type === 'BOOKMARK') return { type: event.type, object: { ...event.object, apiVersion } };
      return { type: event.type, object: shown[next++]! };
    });
  }
}

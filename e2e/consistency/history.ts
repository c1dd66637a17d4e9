// Owns what really happened, as the store tells it, and whether what clients were told is that.
import type { StoreEvent } from '@berth/store';
import type { Follower } from './follower.ts';
import { keyOf, type Marked, type MarkedKind, markedKinds, namespaces, writeOf } from './kinds.ts';
import type { Writer } from './writer.ts';

interface Happened {
  readonly revision: number;
  readonly key: string;
  /** Undefined: it was deleted. */
  readonly object: Marked | undefined;
  readonly previous: Marked | undefined;
}

export class History {
  readonly #byKind = new Map<string, Happened[]>(markedKinds.map(({ plural }) => [plural, []]));
  revision = 0;

  /** Events of the store, in their order. */
  add(events: readonly StoreEvent[]): void {
    for (const event of events) {
      const revision = event.type === 'put' ? event.entry.modRevision : event.modRevision;
      this.revision = revision;
      const storeKey = event.type === 'put' ? event.entry.key : event.key;
      const plural = markedKinds.find((kind) => storeKey.includes(`/${kind.plural}`))?.plural;
      const object = event.type === 'put' ? objectOf(event.entry.value) : undefined;
      const previous = event.previous && objectOf(event.previous.value);
      const { metadata } = (object ?? previous)!;
      if (!plural || !(namespaces as readonly string[]).includes(metadata?.namespace)) continue;
      this.#byKind.get(plural)!.push({ revision, key: keyOf((object ?? previous)!), object, previous });
    }
  }

  #of({ plural }: MarkedKind): readonly Happened[] {
    return this.#byKind.get(plural)!;
  }

  /** How many writes there were. */
  get size(): number {
    return [...this.#byKind.values()].reduce((sum, events) => sum + events.length, 0);
  }

  /** Against every write that was acknowledged, refused, or made by halves. */
  checkWrites(writers: readonly Writer[]): string[] {
    const problems = writers.flatMap((writer) => writer.problems);
    const byId = new Map<string, string>();
    const deleted = new Set<string>();
    for (const kind of markedKinds)
      for (const { revision, key, object, previous } of this.#of(kind)) {
        if (!object) {
          deleted.add(`${kind.plural} ${previous!.metadata.uid}`);
          continue;
        }
        const id = writeOf(object);
        if (id === undefined) continue;
        if (kind.contents(object) !== id)
          problems.push(`${key} at ${revision} is half of ${id} and half of ${kind.contents(object)}`);
        if (byId.has(id)) problems.push(`${id} was written twice: ${byId.get(id)} and ${revision}`);
        byId.set(id, `${kind.plural} ${key} ${revision}`);
      }
    for (const writer of writers) {
      for (const { plural, key, id, revision } of writer.acknowledged)
        if (byId.get(id) !== `${plural} ${key} ${revision}`)
          problems.push(`${id} was acknowledged for ${key} at ${revision}, and there is ${byId.get(id)}`);
      for (const { plural, uid } of writer.deleted)
        if (!deleted.has(`${plural} ${uid}`))
          problems.push(`the deletion of ${plural} ${uid} was acknowledged and is lost`);
      for (const id of writer.refused) if (byId.has(id)) problems.push(`${id} was refused and written all the same`);
    }
    return problems;
  }

  /** Against all that a follower was told, event by event. */
  checkFollower(follower: Follower): string[] {
    const { kind, namespace, color } = follower.options;
    const matches = (object: Marked | undefined) =>
      object !== undefined && (!color || object.metadata.labels?.color === color);
    const problems = [...follower.problems];
    const all = this.#of(kind).filter(({ key }) => !namespace || key.startsWith(`${namespace}/`));
    for (const { from, to, listed, events } of follower.stretches) {
      const present = new Map<string, number>();
      const expected: string[] = [];
      for (const { revision, key, object, previous } of all) {
        if (revision > to) break;
        const [was, is] = [matches(previous), matches(object)];
        if (revision <= from) {
          if (is) present.set(key, revision);
          else present.delete(key);
        } else if (was || is) expected.push(`${revision} ${is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED'} ${key}`);
      }
      const lists = (map: ReadonlyMap<string, number>) => [...map].sort().join(' ');
      const ours = [...listed].filter(([key]) => namespaces.some((name) => key.startsWith(`${name}/`)));
      if (lists(new Map(ours)) !== lists(present))
        problems.push(`the list at ${from} had ${lists(new Map(ours))} instead of ${lists(present)}`);
      const ourEvents = events.filter((event) =>
        namespaces.some((name) => event.split(' ')[2]!.startsWith(`${name}/`)),
      );
      const [happened, seen] = [new Set(expected), new Set(ourEvents)];
      const lost = expected.filter((event) => !seen.has(event));
      const invented = ourEvents.filter((event) => !happened.has(event));
      if (lost.length > 0) problems.push(`between ${from} and ${to} it was not told of ${lost.slice(0, 5).join(', ')}`);
      if (invented.length > 0)
        problems.push(`between ${from} and ${to} it was told of ${invented.slice(0, 5).join(', ')}`);
    }
    return problems.map((problem) => `${JSON.stringify({ ...follower.options, kind: kind.plural })}: ${problem}`);
  }
}

function objectOf(value: Uint8Array): Marked {
  return JSON.parse(Buffer.from(value).toString()) as Marked;
}

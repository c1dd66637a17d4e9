// Owns reads of the past: what a prefix held at a revision, and the events behind one.
import { type Entry, type StoreEvent, TooOldError } from '../contract.ts';
import type { Record } from './record.ts';
import type { Tables } from './tables.ts';

/** How much of the log one step of a watch reads before it lets others run. */
const chunk = { records: 1_000, bytes: 4 << 20 };

export function entryAt(tables: Tables, key: string, modRevision: number): Entry | undefined {
  const value = tables.record(modRevision)?.value;
  return value ? { key, value, modRevision } : undefined;
}

export function assertReadable(tables: Tables, revision: number): void {
  const compacted = tables.mark('compacted');
  if (revision < compacted) throw new TooOldError(revision, compacted);
}

/**
 * The keys under `prefix` as they were at `revision`, in order, with the revisions of their values. Its cost is that of
 * the writes since then, not of the whole history.
 */
export function* keysAt(
  tables: Tables,
  { prefix, after, revision }: { prefix: string; after: string | undefined; revision: number },
): Iterable<{ readonly key: string; readonly modRevision: number }> {
  const changed = new Map<string, number>();
  for (const { record } of tables.records(revision)) {
    if (record.key.startsWith(prefix) && !changed.has(record.key)) changed.set(record.key, record.replaces);
  }
  const was = [...changed]
    .filter(([key, modRevision]) => modRevision > 0 && (after === undefined || inOrder(after, key) < 0))
    .map(([key, modRevision]) => ({ key, modRevision }))
    .sort((one, other) => inOrder(one.key, other.key));
  for (const { key, current } of tables.keys(prefix, after)) {
    while (was[0] && inOrder(was[0].key, key) < 0) yield was.shift()!;
    if (!changed.has(key)) yield { key, modRevision: current.modRevision };
  }
  yield* was;
}

/** The next events under `prefix` behind `after`, and the revision up to which that is all of them. */
export function eventsBehind(
  tables: Tables,
  prefix: string,
  after: number,
): { readonly events: readonly StoreEvent[]; readonly upTo: number; readonly more: boolean } {
  assertReadable(tables, after);
  const events: StoreEvent[] = [];
  let upTo = after;
  let records = 0;
  let bytes = 0;
  for (const { revision, record } of tables.records(after)) {
    if (records++ >= chunk.records || bytes >= chunk.bytes) return { events, upTo, more: true };
    upTo = revision;
    if (record.key.startsWith(prefix)) {
      events.push(eventOf(tables, revision, record));
      bytes += record.value?.length ?? 0;
    }
  }
  return { events, upTo, more: false };
}

function eventOf(tables: Tables, revision: number, { key, value, replaces }: Record): StoreEvent {
  const previous = replaces > 0 ? entryAt(tables, key, replaces) : undefined;
  if (value) return { type: 'put', entry: { key, value, modRevision: revision }, previous };
  if (!previous) throw new Error(`the log has lost the value that revision ${revision} deleted`);
  return { type: 'delete', key, modRevision: revision, previous };
}

function inOrder(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

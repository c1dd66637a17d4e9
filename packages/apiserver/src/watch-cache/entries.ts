// Owns the reading of all that lies under a prefix of the store, in parts.
import type { Entry, Store } from '@berth/store';

/** How many entries are read at a time. */
const pageSize = 5_000;

/** Takes all entries under a prefix at one revision, in the order of their keys, and resolves with that revision. */
export async function readEntries(store: Store, prefix: string, take: (entry: Entry) => void): Promise<number> {
  let revision: number | undefined;
  let after: string | undefined;
  for (let more = true; more; ) {
    const page = await store.list(prefix, { revision, after, limit: pageSize });
    for (const entry of page.entries) take(entry);
    revision ??= page.revision;
    after = page.entries.at(-1)?.key;
    more = page.more;
  }
  return revision ?? 0;
}

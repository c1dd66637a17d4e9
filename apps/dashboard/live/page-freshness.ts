// Owns the freshness of the page as a whole, for the header: the worst of the views that it shows; of a page without
// views, whether the connection stands.
import { connection } from './connection.ts';
import { type Freshness, freshnessOf, worst } from './freshness.ts';
import { useNow } from './now.ts';
import { observable, useObservable } from './observable.ts';

const all = new Map<string, Freshness>();
const ofViews = observable<Freshness | undefined>(undefined);

function show(): void {
  ofViews.set(all.size > 0 ? worst([...all.values()]) : undefined);
}

/** Says how fresh a view is; the returned function takes it back. */
export function reportFreshness(view: string, freshness: Freshness): () => void {
  all.set(view, freshness);
  show();
  return () => {
    all.delete(view);
    show();
  };
}

export function usePageFreshness(): Freshness {
  const views = useObservable(ofViews);
  const link = useObservable(connection);
  const standing = { state: 'live', since: 0 } as const;
  const kind = useNow((now) => freshnessOf(link, standing, now).kind);
  if (views) return views;
  return kind === 'reconnecting' || kind === 'stale' ? { kind, since: 'since' in link ? link.since : 0 } : { kind };
}

// Owns the freshness of the page as a whole, for the header: the worst of the views that it shows.
import { type Freshness, worst } from './freshness.ts';
import { observable } from './observable.ts';

const all = new Map<string, Freshness>();

export const pageFreshness = observable<Freshness>({ kind: 'loading' });

/** Says how fresh a view is; the returned function takes it back. */
export function reportFreshness(view: string, freshness: Freshness): () => void {
  all.set(view, freshness);
  pageFreshness.set(worst([...all.values()]));
  return () => {
    all.delete(view);
    if (all.size > 0) pageFreshness.set(worst([...all.values()]));
  };
}

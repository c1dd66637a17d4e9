'use client';
// Owns the labels of a list at a glance: every key with its values and how many objects carry each.
import type { Facets } from '../../live/view-store.ts';
import { LabelChip } from '../labels/label-chip.tsx';
import type { LabelFilter } from '../labels/label-filter.ts';

const mostValues = 12;

export function FacetPanel({ facets, filter }: { facets: Facets; filter: LabelFilter }) {
  const keys = Object.keys(facets).sort();
  if (keys.length === 0) return <p className="text-ink-3">Nothing here carries a label.</p>;
  return (
    <dl
      data-testid="facets"
      className="grid max-h-56 grid-cols-[minmax(5rem,max-content)_1fr] items-baseline gap-x-4 gap-y-2 overflow-y-auto rounded-md border border-line bg-sheet p-3"
    >
      {keys.map((key) => {
        const values = Object.entries(facets[key]!).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
        return (
          <div key={key} className="contents">
            <dt className="truncate font-mono text-2xs text-ink-2">{key}</dt>
            <dd className="flex flex-wrap gap-1.5">
              {values.slice(0, mostValues).map(([value, count]) => (
                <LabelChip
                  key={value}
                  label={{ key, value }}
                  count={count}
                  choice={filter.choice(key, value)}
                  choose={(choice) => filter.choose(key, value, choice)}
                />
              ))}
              {values.length > mostValues ? (
                <span className="text-xs text-ink-3">and {values.length - mostValues} more</span>
              ) : null}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

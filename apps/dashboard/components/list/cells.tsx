'use client';
// Owns the cells that several lists share: a name with its namespace, and labels that filter.
import { LabelChip } from '../labels/label-chip.tsx';
import type { LabelFilter } from '../labels/label-filter.ts';

export function NameCell({ name, namespace, note }: { name: string; namespace?: string; note?: React.ReactNode }) {
  return (
    <span className="flex min-w-0 flex-col md:flex-row md:items-baseline md:gap-2">
      <span className="truncate font-medium" title={name}>
        {name}
      </span>
      {namespace || note ? (
        <span className="flex min-w-0 items-center gap-2 text-xs text-ink-3">
          {namespace ? <span className="truncate">{namespace}</span> : null}
          {note}
        </span>
      ) : null}
    </span>
  );
}

export function LabelsCell({ labels, filter }: { labels: Readonly<Record<string, string>>; filter: LabelFilter }) {
  return (
    <span className="relative flex gap-1 overflow-hidden *:shrink-0 [mask-image:linear-gradient(to_right,black_calc(100%-1.5rem),transparent)]">
      {Object.entries(labels).map(([key, value]) => (
        <LabelChip
          key={key}
          label={{ key, value }}
          choice={filter.choice(key, value)}
          choose={(choice) => filter.choose(key, value, choice)}
        />
      ))}
    </span>
  );
}

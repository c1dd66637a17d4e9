'use client';
// Owns what the cells mean, with how many there are of each.
import type { PodRow, PodState } from '@berth/dashboard-api';
import { countText } from '../facts/format.ts';
import { PodCell } from '../pod/pod-cell.tsx';

const states: readonly PodState[] = [
  'running',
  'starting',
  'pending',
  'failing',
  'terminating',
  'succeeded',
  'unknown',
];

export function Legend({ pods }: { pods: readonly PodRow[] }) {
  const counts = new Map<PodState, number>();
  for (const pod of pods) counts.set(pod.state, (counts.get(pod.state) ?? 0) + 1);
  return (
    <ul aria-label="States of the pods" className="flex min-h-5 flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
      {states
        .filter((state) => counts.has(state))
        .map((state) => (
          <li key={state} className="flex items-center gap-1.5">
            <PodCell sign state={state} size={10} />
            {state} <span className="text-ink-3">{countText(counts.get(state)!)}</span>
          </li>
        ))}
    </ul>
  );
}

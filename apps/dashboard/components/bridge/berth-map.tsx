'use client';
// Owns the picture of nodes × pods: a row a node, a cell a pod. Only the rows that are seen exist. One cell at a time
// takes the focus; arrow keys move it, in a row and from row to row.
import type { PodRow } from '@berth/dashboard-api';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { BerthRow } from './berth-row.tsx';
import { type Berth, groupKey } from './berths.ts';
import { PodCard } from './pod-card.tsx';

/** The cell whose card is shown. */
export interface Pointed {
  readonly pod: PodRow;
  readonly element: HTMLElement;
}

export function BerthMap({ berths }: { berths: readonly Berth[] }) {
  const root = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<Pointed>();
  const [margin, setMargin] = useState(0);
  const [current, setCurrent] = useState<string>();
  useLayoutEffect(() => setMargin(root.current?.offsetTop ?? 0), []);
  const virtual = useVirtualizer({
    count: berths.length,
    getScrollElement: () => document.getElementById('main'),
    estimateSize: () => 104,
    getItemKey: (index) => berths[index]!.key,
    scrollMargin: margin,
    overscan: 4,
  });
  const point = useCallback((pod: PodRow | undefined, element?: HTMLElement) => {
    setPointed(pod && element ? { pod, element } : undefined);
    if (pod && element && document.activeElement === element) setCurrent(pod.uid);
  }, []);
  const first = berths.find((berth) => berth.pods.length > 0)?.pods[0]?.uid;
  const known = current !== undefined && berths.some((berth) => berth.pods.some((pod) => pod.uid === current));
  return (
    <div
      ref={root}
      onKeyDown={(event) => moveFocus(event, root.current)}
      onPointerLeave={() => setPointed(undefined)}
      className="relative"
      style={{ height: virtual.getTotalSize() }}
      data-testid="berth-map"
    >
      {virtual.getVirtualItems().map((item) => (
        <div
          key={item.key}
          ref={virtual.measureElement}
          data-index={item.index}
          className="absolute inset-x-0 top-0 pb-4"
          style={{ transform: `translateY(${item.start - margin}px)` }}
        >
          <BerthRow berth={berths[item.index]!} current={known ? current : first} point={point} />
        </div>
      ))}
      {pointed ? (
        <>
          {/* The others step back, so that the pods of one controller are seen across the nodes. */}
          <style>{`.berth-cell:not([data-group="${CSS.escape(groupKey(pointed.pod))}"]) .pod-cell{opacity:.3}`}</style>
          <PodCard pointed={pointed} />
        </>
      ) : null}
    </div>
  );
}

/** Left and right walk the cells in order; up and down go to the nearest cell of the next line of cells. */
function moveFocus(event: KeyboardEvent, root: HTMLElement | null): void {
  const from = event.target as HTMLElement;
  if (!root || !from.matches('[data-pod-link]') || !event.key.startsWith('Arrow')) return;
  const cells = [...root.querySelectorAll<HTMLElement>('[data-pod-link]')];
  const at = cells.indexOf(from);
  const box = from.getBoundingClientRect();
  let to: HTMLElement | undefined;
  if (event.key === 'ArrowLeft') to = cells[at - 1];
  else if (event.key === 'ArrowRight') to = cells[at + 1];
  else {
    const sign = event.key === 'ArrowDown' ? 1 : -1;
    let best = Number.POSITIVE_INFINITY;
    for (const cell of cells) {
      const other = cell.getBoundingClientRect();
      const down = (other.top - box.top) * sign;
      if (down < 4) continue;
      const distance = down * 4 + Math.abs(other.left - box.left);
      if (distance < best) {
        best = distance;
        to = cell;
      }
    }
  }
  if (!to) return;
  event.preventDefault();
  to.focus();
}

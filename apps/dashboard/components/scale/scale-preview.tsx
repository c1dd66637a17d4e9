'use client';
// Owns what is shown while a count is aimed at: where each new pod would land, how many would not fit and why, or which
// pods would go. The scheduler's own words.
import type { ScalePreview } from '@berth/dashboard-api';
import { type RefObject, useLayoutEffect, useRef } from 'react';
import { countText, plural } from '../facts/format.ts';
import { PodCell } from '../pod/pod-cell.tsx';

interface Properties {
  readonly from: number;
  readonly to: number;
  /** Undefined until the scheduler answered. */
  readonly preview: ScalePreview | undefined;
  /** Where the handle is on the strip. */
  readonly x: number;
  readonly anchor: RefObject<HTMLElement | null>;
  readonly keyboard: boolean;
}

const mostCells = 24;
const mostNames = 6;

export function ScalePreviewCard({ from, to, preview, x, anchor, keyboard }: Properties) {
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = card.current;
    const box = anchor.current?.getBoundingClientRect();
    if (!element || !box) return;
    if (!element.matches(':popover-open')) element.showPopover();
    const { width, height } = element.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left + x - 40), document.documentElement.clientWidth - width - 8);
    const below = box.bottom + 8;
    element.style.left = `${left}px`;
    element.style.top = `${below + height > window.innerHeight - 8 ? box.top - height - 8 : below}px`;
  });
  const change = to - from;
  return (
    <div
      ref={card}
      popover="manual"
      data-testid="scale-preview"
      role="status"
      className="pointer-events-none fixed inset-auto m-0 w-max max-w-[min(23rem,calc(100vw-1rem))] rounded-lg border border-line-strong bg-raised p-3 text-sm text-ink shadow-pop"
    >
      <p className="flex items-baseline gap-2">
        <span className="text-lg font-semibold tabular-nums">
          {countText(from)} → {countText(to)}
        </span>
        <span className="text-ink-2">
          {change > 0 ? `${plural(change, 'pod')} more` : `${plural(-change, 'pod')} fewer`}
        </span>
      </p>
      {preview && preview.replicas !== to ? (
        <p className="mt-1 text-ink-3">For {countText(preview.replicas)}, the scheduler says:</p>
      ) : null}
      {preview ? <Verdict preview={preview} /> : <p className="mt-1 text-ink-3">Asking the scheduler…</p>}
      {keyboard ? (
        <p className="mt-2 border-t border-line pt-2 text-xs text-ink-3">
          <kbd>Enter</kbd> scales, <kbd>Esc</kbd> leaves it
        </p>
      ) : null}
    </div>
  );
}

function Verdict({ preview }: { preview: ScalePreview }) {
  const { placements, unplaced, reasons, removed } = preview;
  return (
    <div className="mt-2 flex flex-col gap-1.5">
      {placements.slice(0, 8).map(({ node, pods }) => (
        <div key={node} className="flex items-center gap-2">
          <span className="w-28 shrink-0 truncate text-ink-2">{node}</span>
          <span className="flex flex-wrap gap-[3px]">
            {Array.from({ length: Math.min(pods, mostCells) }, (_, at) => (
              <PodCell key={at} state="ghost" size={10} />
            ))}
          </span>
          <span className="ml-auto shrink-0 text-ink-3">+{countText(pods)}</span>
        </div>
      ))}
      {placements.length > 8 ? <p className="text-ink-3">and on {placements.length - 8} more nodes</p> : null}
      {unplaced > 0 ? (
        <div className="rounded-md bg-failing-soft px-2 py-1.5 text-failing-text">
          <p className="font-semibold">{plural(unplaced, 'pod')} would not fit</p>
          {reasons.map(({ reason, nodes }) => (
            <p key={reason}>
              {plural(nodes, 'node')}: {reason}
            </p>
          ))}
        </div>
      ) : null}
      {removed.length > 0 ? (
        <>
          <p className="text-ink-2">These would go, this one first:</p>
          {removed.slice(0, mostNames).map(({ name, node }) => (
            <p key={name} className="flex items-center gap-2">
              <PodCell state="going" size={10} />
              <span className="truncate">{name}</span>
              <span className="ml-auto pl-3 text-ink-3">{node ?? 'no node'}</span>
            </p>
          ))}
          {removed.length > mostNames ? <p className="text-ink-3">and {removed.length - mostNames} more</p> : null}
        </>
      ) : null}
    </div>
  );
}

'use client';
// Owns the card of the cell that is pointed at or has the focus: what a person asks first of a pod.
import { useLayoutEffect, useRef } from 'react';
import { Age } from '../facts/age.tsx';
import { StateBadge } from '../pod/state-badge.tsx';
import type { Pointed } from './berth-map.tsx';

export function PodCard({ pointed }: { pointed: Pointed }) {
  const { pod, element } = pointed;
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const target = card.current;
    if (!target) return;
    if (!target.matches(':popover-open')) target.showPopover();
    const box = element.getBoundingClientRect();
    const { width, height } = target.getBoundingClientRect();
    const below = box.bottom + 8;
    target.style.left = `${Math.min(Math.max(8, box.left - 12), document.documentElement.clientWidth - width - 8)}px`;
    target.style.top = `${below + height > window.innerHeight - 8 ? box.top - height - 8 : below}px`;
  });
  return (
    <div
      ref={card}
      popover="manual"
      data-testid="pod-card"
      className="pointer-events-none fixed inset-auto m-0 w-max max-w-[20rem] rounded-lg border border-line-strong bg-raised p-3 text-sm text-ink shadow-pop"
    >
      <p className="font-semibold">{pod.name}</p>
      <p className="mb-2 text-xs text-ink-3">{pod.namespace}</p>
      <StateBadge state={pod.state} status={pod.status} />
      {pod.reason ? <p className="mt-1 text-ink-2">{pod.reason}</p> : null}
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-ink-2">
        <dt className="text-ink-3">Ready</dt>
        <dd>
          {pod.readyContainers} of {pod.containers}
          {pod.restarts > 0 ? `, restarted ${pod.restarts} times` : ''}
        </dd>
        {pod.ip ? (
          <>
            <dt className="text-ink-3">Address</dt>
            <dd className="font-mono text-xs leading-5">{pod.ip}</dd>
          </>
        ) : null}
        {pod.services.length > 0 ? (
          <>
            <dt className="text-ink-3">Services</dt>
            <dd>{pod.services.join(', ')}</dd>
          </>
        ) : null}
        <dt className="text-ink-3">Age</dt>
        <dd>
          <Age at={pod.createdAt} />
        </dd>
      </dl>
    </div>
  );
}

'use client';
// Owns the picture of how a service finds who answers for it: selector → pods → endpoints.
import type { ServiceDetail, ServicePod } from '@berth/dashboard-api';
import Link from 'next/link';
import { pageOf } from '../../live/address.ts';
import { plural } from '../facts/format.ts';
import { LabelChip } from '../labels/label-chip.tsx';
import { PodCell } from '../pod/pod-cell.tsx';

const most = 60;

const endpoints = {
  ready: ['answers', 'text-running-text'],
  'not ready': ['not ready', 'text-ink-3'],
  missing: ['not an endpoint', 'text-failing-text'],
} as const;

export function SelectorPath({ service }: { service: ServiceDetail }) {
  const { pods, row } = service;
  const selector = Object.entries(row.selector);
  return (
    <div
      data-testid="selector-path"
      className="grid items-start gap-y-3 rounded-md border border-line bg-sheet p-4 md:grid-cols-[minmax(7rem,max-content)_2.5rem_minmax(0,1fr)]"
    >
      <div className="flex flex-col items-start gap-1.5 md:sticky md:top-4">
        <h3 className="label">Selector</h3>
        {selector.length === 0 ? <p className="text-ink-2">None: its endpoints are set by hand.</p> : null}
        {selector.map(([key, value]) => (
          <LabelChip key={key} label={{ key, value }} />
        ))}
      </div>
      <Brace />
      <div className="flex min-w-0 flex-col gap-1.5">
        <h3 className="label">
          {plural(pods.length, 'pod')}, {row.readyEndpoints} of them answer
        </h3>
        {pods.length === 0 ? <p className="py-1 text-ink-3">No pod carries these labels.</p> : null}
        <ul className="flex flex-col">
          {pods.slice(0, most).map((pod) => (
            <PodLine key={pod.row.uid} pod={pod} />
          ))}
        </ul>
        {pods.length > most ? <p className="text-ink-3">and {pods.length - most} more</p> : null}
      </div>
    </div>
  );
}

function PodLine({ pod }: { pod: ServicePod }) {
  const [word, tone] = endpoints[pod.endpoint];
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_1.5rem_7.5rem] items-center gap-2 border-b border-line py-1.5 last:border-b-0">
      <Link
        href={pageOf({ kind: 'Pod', ...pod.row })!}
        prefetch={false}
        className="flex min-w-0 items-center gap-2 hover:underline"
      >
        <PodCell state={pod.row.state} size={11} />
        <span className="truncate font-medium">{pod.row.name}</span>
      </Link>
      <span
        aria-hidden="true"
        className={`h-px ${pod.endpoint === 'ready' ? 'bg-running' : 'border-t border-dashed border-edge'}`}
      />
      <span className={`flex min-w-0 flex-col ${tone}`}>
        {pod.endpoint === 'ready' && pod.row.ip ? (
          <code className="truncate text-xs">{pod.row.ip}</code>
        ) : (
          <span>{word}</span>
        )}
        {pod.endpoint === 'ready' ? <span className="sr-only">{word}</span> : null}
      </span>
    </li>
  );
}

/** Opens from one selector to its many pods. */
function Brace() {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 40 80"
      preserveAspectRatio="none"
      className="h-full min-h-16 w-full max-md:hidden"
      fill="none"
      stroke="var(--line-strong)"
      strokeWidth="1.5"
    >
      <path
        d="M4 30 H14 Q20 30 20 24 V12 Q20 6 26 6 H36 M20 24 V70 Q20 76 26 76 H36"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

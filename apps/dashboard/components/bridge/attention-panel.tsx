'use client';
// Owns the list of what needs attention. Nothing on it is said in one calm line.
import Link from 'next/link';
import { Icon } from '../controls/icon.tsx';
import { PodCell } from '../pod/pod-cell.tsx';
import { Bone } from '../states/states.tsx';
import type { Concern } from './attention.ts';

const most = 12;

function Sign({ kind }: { kind: Concern['kind'] }) {
  switch (kind) {
    case 'node':
      return <Icon name="nodes" size={15} className="text-failing-text" />;
    case 'service':
      return <Icon name="services" size={15} className="text-failing-text" />;
    default:
      return <PodCell sign state={kind} size={13} />;
  }
}

export function AttentionPanel({ concerns, loaded }: { concerns: readonly Concern[]; loaded: boolean }) {
  return (
    <div data-testid="attention" className="flex flex-col gap-1">
      <h2 id="attention-title" className="label">
        Needs attention{concerns.length > 0 ? ` (${concerns.length})` : ''}
      </h2>
      {!loaded ? (
        <div className="flex flex-col gap-3 py-2">
          <Bone width="80%" />
          <Bone width="60%" />
        </div>
      ) : concerns.length === 0 ? (
        <p className="flex items-center gap-2 py-1.5 text-running-text">
          <Icon name="check" size={14} /> Nothing. All that should run, runs.
        </p>
      ) : (
        <ul className="flex flex-col">
          {concerns.slice(0, most).map((concern) => (
            <li key={concern.key} className="border-b border-line last:border-b-0">
              <Link
                href={concern.href}
                prefetch={false}
                className="-mx-2 flex gap-2.5 rounded-md px-2 py-2 hover:bg-sheet"
              >
                <span className="grid h-5 w-4 shrink-0 place-items-center">
                  <Sign kind={concern.kind} />
                </span>
                <span className="min-w-0">
                  <span className="flex items-baseline gap-2">
                    <span className="truncate font-medium">{concern.subject}</span>
                    {concern.count > 1 ? <span className="shrink-0 text-ink-2">{concern.count} pods</span> : null}
                    {concern.namespace ? (
                      <span className="shrink-0 text-xs text-ink-3">{concern.namespace}</span>
                    ) : null}
                  </span>
                  <span className="line-clamp-2 text-ink-2">{concern.reason}</span>
                </span>
              </Link>
            </li>
          ))}
          {concerns.length > most ? <li className="py-2 text-ink-3">and {concerns.length - most} more</li> : null}
        </ul>
      )}
    </div>
  );
}

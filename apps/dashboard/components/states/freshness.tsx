'use client';
import { reconnectNow } from '../../live/connection.ts';
// Owns the sign that says whether what is shown is what is: on the header for the page, and on every list.
import type { Freshness as State } from '../../live/freshness.ts';
import { useNow } from '../../live/now.ts';
import { ageText, clockText } from '../facts/format.ts';

const words = { loading: 'Connecting', live: 'Live', reconnecting: 'Reconnecting', stale: 'Stale' } as const;

const lights = {
  loading: 'border-edge',
  live: 'border-running bg-running',
  reconnecting: 'border-ink-2 [background:repeating-conic-gradient(var(--ink-2)_0_25%,transparent_0_50%)]',
  stale: 'border-failing [background:linear-gradient(135deg,var(--failing)_50%,transparent_50%)]',
} as const;

export function Freshness({ state, compact }: { state: State; compact?: boolean }) {
  const since = 'since' in state ? state.since : undefined;
  const age = useNow((now) => (since === undefined ? '' : ageText(now - since)));
  const text = state.kind === 'stale' ? `Stale for ${age}` : words[state.kind];
  const lost = state.kind === 'stale' || state.kind === 'reconnecting';
  const light = (
    <>
      <span aria-hidden="true" className={`size-2.5 shrink-0 rounded-full border ${lights[state.kind]}`} />
      <span className={compact && !lost ? 'sr-only' : 'whitespace-nowrap'}>{text}</span>
    </>
  );
  const shape = `inline-flex h-7 items-center gap-2 rounded-md px-2 text-xs font-medium ${
    lost ? 'bg-failing-soft text-failing-text' : 'text-ink-2'
  }`;
  if (lost) {
    return (
      <button
        type="button"
        data-testid="freshness"
        data-state={state.kind}
        title={since ? `What you see is as of ${clockText(since)}. Click to try again now.` : undefined}
        onClick={reconnectNow}
        className={shape}
      >
        {light}
        <span className="sr-only">Try again now</span>
      </button>
    );
  }
  return (
    <span data-testid="freshness" data-state={state.kind} className={shape}>
      {light}
    </span>
  );
}

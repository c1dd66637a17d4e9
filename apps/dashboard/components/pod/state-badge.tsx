// Owns a pod's state in words: the cell and what kubectl prints under STATUS.
import type { PodState } from '@berth/dashboard-api';
import { PodCell } from './pod-cell.tsx';

const tones: Readonly<Record<PodState, string>> = {
  running: 'text-running-text',
  starting: 'text-starting-text',
  pending: 'text-pending-text',
  failing: 'text-failing-text',
  terminating: 'text-terminating-text',
  succeeded: 'text-succeeded-text',
  unknown: 'text-unknown-text',
};

export function StateBadge({ state, status, large }: { state: PodState; status: string; large?: boolean }) {
  return (
    <span
      data-testid="state"
      data-state={state}
      className={`inline-flex min-w-0 items-center gap-2 font-medium ${tones[state]} ${large ? 'text-base' : ''}`}
    >
      <PodCell sign state={state} size={large ? 15 : 11} />
      <span className="truncate">{status}</span>
    </span>
  );
}

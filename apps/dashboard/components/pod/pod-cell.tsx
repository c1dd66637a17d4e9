// Owns a pod as a cell: the same wherever a pod is drawn small. Its words are given by what stands around it.
import type { PodState } from '@berth/dashboard-api';
import './pod-cell.css';

/** `ghost`: wanted and not there yet. `going`: would be removed. */
export type CellState = PodState | 'ghost' | 'going';

export function PodCell({ state, size, waiting }: { state: CellState; size?: number; waiting?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className="pod-cell"
      data-testid="pod-cell"
      data-state={state}
      data-waiting={waiting || undefined}
      style={size ? ({ '--cell': `${size}px` } as React.CSSProperties) : undefined}
    />
  );
}

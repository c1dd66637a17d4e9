// Owns a pod as a cell: the same wherever a pod is drawn small. Its words are given by what stands around it.
import type { PodState } from '@berth/dashboard-api';
import './pod-cell.css';

/** `ghost`: wanted and not there yet. `going`: would be removed. */
export type CellState = PodState | 'ghost' | 'going';

interface Properties {
  readonly state: CellState;
  /** In pixels. */
  readonly size?: number;
  /** A ghost whose pod has been asked for. */
  readonly waiting?: boolean;
  /** It stands for the state as such, in a legend or beside words, and not for one pod. */
  readonly sign?: boolean;
}

export function PodCell({ state, size, waiting, sign }: Properties) {
  return (
    <span
      aria-hidden="true"
      className="pod-cell"
      data-testid={sign ? undefined : 'pod-cell'}
      data-state={state}
      data-waiting={waiting || undefined}
      style={size ? ({ '--cell': `${size}px` } as React.CSSProperties) : undefined}
    />
  );
}

// Owns how a node stands: ready or not, taking pods or not, and whether it only pretends to run them.
import type { NodeRow } from '@berth/dashboard-api';

export function NodeStatus({ node }: { node: Pick<NodeRow, 'ready' | 'schedulable' | 'simulated' | 'status'> }) {
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5" data-testid="node-status">
      <span className={`flex items-center gap-2 font-medium ${node.ready ? 'text-running-text' : 'text-failing-text'}`}>
        <span
          aria-hidden="true"
          className={`size-2.5 shrink-0 border-[1.5px] ${
            node.ready
              ? node.schedulable
                ? 'rounded-full border-running bg-running'
                : 'rounded-full border-running'
              : 'rotate-45 rounded-[1px] border-failing bg-failing'
          }`}
        />
        {node.ready ? 'Ready' : 'Not ready'}
      </span>
      {node.schedulable ? null : <span className="text-ink-2">cordoned</span>}
      {node.simulated ? <Simulated /> : null}
    </span>
  );
}

/** The plain mark of nodes on which nothing really runs. */
export function Simulated() {
  return (
    <span
      title="This node runs no containers: its pods are simulated."
      className="rounded-sm border border-dashed border-edge px-1 text-2xs font-medium text-ink-2"
    >
      simulated
    </span>
  );
}

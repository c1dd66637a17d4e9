'use client';
// Owns the plain word, on every page, that some nodes only pretend to run pods.
import { useView } from '../../live/use-view.ts';
import { plural } from '../facts/format.ts';

export function SimulatedNote() {
  const nodes = useView({ noun: 'nodes' });
  const simulated = nodes.rows().filter((node) => node.simulated).length;
  if (simulated === 0) return null;
  return (
    <p
      data-testid="simulated"
      className="mt-auto rounded-md border border-dashed border-edge px-2.5 py-2 text-xs text-ink-2 max-md:hidden"
    >
      {simulated === nodes.total
        ? 'All nodes are simulated'
        : `${plural(simulated, 'node')} of ${nodes.total} simulated`}
      : no container runs there.
    </p>
  );
}

// Owns the steps by which containers are stopped: pre-stop hook, signal, grace period, kill. Pure; one step at a time.
import type { ContainerState } from '../runtime/port.ts';
import { isRunning } from './container-spec.ts';
import type { Action } from './decide.ts';
import type { PodMemory } from './memory.ts';

export interface StopRequest {
  readonly container: ContainerState;
  readonly graceMs: number;
  /** The text of the event; empty for a stop that is under way. */
  readonly message: string;
}

/** A container that does not die of a kill is killed again after this long. */
const killAgainMs = 10_000;

/** The next step towards all of them having ended; undefined: they have. A later request may shorten the grace. */
export function stopContainers(
  requests: readonly StopRequest[],
  memory: PodMemory,
  now: number,
): Extract<Action, { do: 'beginStop' | 'signal' | 'kill' | 'wait' }> | undefined {
  const running = requests.filter(({ container }) => isRunning(container));
  if (running.length === 0) return undefined;
  const fresh = running.filter(({ container }) => !memory.stopping.has(container.id));
  if (fresh.length > 0) return { do: 'beginStop', stops: fresh };
  const due: ContainerState[] = [];
  const ready: ContainerState[] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const { container, graceMs } of running) {
    const stopping = memory.stopping.get(container.id);
    if (!stopping) continue;
    const deadline =
      stopping.killedAt === undefined
        ? stopping.since + Math.min(graceMs, stopping.graceMs)
        : stopping.killedAt + killAgainMs;
    if (deadline <= now) due.push(container);
    else until = Math.min(until, deadline);
    if (stopping.hook === 'done' && !stopping.signalled) ready.push(container);
  }
  if (due.length > 0) return { do: 'kill', containers: due };
  if (ready.length > 0) return { do: 'signal', containers: ready };
  return { do: 'wait', until };
}

// Owns the reading and following of a simulated container's log.
import type { OutputChunk, PodRuntime } from '../port.ts';
import { type Container, chunkOf } from './records.ts';

export type LogRequest = Parameters<PodRuntime['logs']>[1];

interface Reading {
  readonly request: LogRequest;
  readonly signal: AbortSignal;
  /** Whether the container has not been removed. */
  readonly isThere: () => boolean;
}

/** The lines that are asked for; followed until the container ends, is removed or the signal aborts. */
export async function* logOf(container: Container, { request, signal, isThere }: Reading): AsyncGenerator<OutputChunk> {
  const wanted = container.log.filter(({ time }) => request.since === undefined || time >= request.since);
  const tail = request.tailLines === undefined ? wanted : request.tailLines > 0 ? wanted.slice(-request.tailLines) : [];
  for (const line of tail) yield chunkOf(line, request.timestamps);
  let seen = container.log.length;
  while (request.follow && !signal.aborted) {
    for (; seen < container.log.length; seen++) {
      const line = container.log[seen];
      if (line) yield chunkOf(line, request.timestamps);
    }
    if (container.status.phase !== 'running' || !isThere()) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        container.followers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      container.followers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

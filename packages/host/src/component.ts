// Owns the order in which the parts of a process start and stop.
import { setMaxListeners } from 'node:events';
import type { Logger } from './logger.ts';

/** A part of a process. Its constructor does no I/O. */
export interface Component {
  readonly name: string;
  /**
   * Resolves when the part is ready to serve. It ends when `signal` aborts; `done` settles after everything that
   * `start` began has ended. A `done` that rejects means that the part failed on its own.
   */
  start(signal: AbortSignal): Promise<Running>;
}

export interface Running {
  readonly done: Promise<void>;
}

interface Started {
  readonly name: string;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * Starts components one after the other and, when `signal` aborts, stops them in reverse order, each one entirely
 * before the next. If one fails to start, those before it are stopped and the error is thrown.
 */
export async function startInOrder(
  components: readonly Component[],
  signal: AbortSignal,
  log: Logger,
): Promise<Running> {
  const started: Started[] = [];
  const failed = new AbortController();
  let failure: unknown;
  try {
    for (const component of components) {
      if (signal.aborted) break;
      const abort = longLivedAbort();
      const { done } = await startOne(component, { abort, signal });
      const watched = done.catch((error: unknown) => {
        failure ??= error;
        log.error({ err: error, component: component.name }, 'a component failed');
        failed.abort();
      });
      started.push({ name: component.name, abort, done: watched });
    }
  } catch (error) {
    await stopInReverse(started);
    throw error;
  }
  const done = aborted(AbortSignal.any([signal, failed.signal])).then(async () => {
    await stopInReverse(started);
    if (failure) throw failure;
  });
  return { done };
}

/** A component that is told to stop while it starts is the first to stop: those before it must not wait for it. */
async function startOne(component: Component, { abort, signal }: { abort: AbortController; signal: AbortSignal }) {
  const giveUp = () => abort.abort();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await component.start(abort.signal);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Several components as one. */
export function group(name: string, components: readonly Component[], log: Logger): Component {
  return { name, start: (signal) => startInOrder(components, signal, log) };
}

async function stopInReverse(started: Started[]): Promise<void> {
  for (const component of started.reverse()) {
    component.abort.abort();
    await component.done;
  }
}

/** A controller whose signal many may listen to: Node.js takes more than ten listeners for a leak. */
export function longLivedAbort(): AbortController {
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  return abort;
}

/** Resolves when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

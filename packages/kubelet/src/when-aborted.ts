// Owns the hanging of an act on a signal that may have been aborted already, which listeners alone would miss.

/** Calls `act` when the signal aborts, at once if it has. Returns the function that forgets it. */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) {
    act();
    return () => {};
  }
  signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}

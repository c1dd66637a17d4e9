// Owns who is told that something of a pod has changed: its uid, once for any number of changes.

export class Changes {
  readonly #listeners = new Set<(uid: string) => void>();

  tell(uid: string): void {
    for (const listener of this.#listeners) listener(uid);
  }

  /** What changes from this call on, until the signal aborts. */
  follow(signal: AbortSignal): AsyncIterable<string> {
    const changed = new Set<string>();
    let wake = () => {};
    const listener = (uid: string) => {
      changed.add(uid);
      wake();
    };
    const listeners = this.#listeners;
    listeners.add(listener);
    signal.addEventListener('abort', () => wake(), { once: true });
    return (async function* () {
      try {
        while (!signal.aborted) {
          const batch = [...changed];
          changed.clear();
          yield* batch;
          if (changed.size > 0 || signal.aborted) continue;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        listeners.delete(listener);
      }
    })();
  }
}

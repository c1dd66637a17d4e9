// Owns asking once for many: a question whose answer must not be older than the asking, asked by many at a time.

/**
 * Everybody who asks gets the answer of a call that was begun after they asked; those who ask while one is under way
 * share the next. An error goes to all who share the call.
 */
export function shared<T>(call: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    next = undefined;
    const asked = call();
    current = asked;
    return asked;
  };
  return () => {
    next ??= (current ?? Promise.resolve()).then(begin, begin);
    return next;
  };
}

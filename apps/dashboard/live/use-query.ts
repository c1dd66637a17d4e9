// Owns how a component asks something once and again: the answer, why there is none, and asking again. What was shown
// stays while a new answer is on its way.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Failure, failureOf } from './api.ts';
import { useObservable } from './observable.ts';
import { session } from './session.ts';

export interface Query<T> {
  readonly data: T | undefined;
  readonly failure: Failure | undefined;
  readonly asking: boolean;
  again(): void;
}

/** Asks when `key` changes and when somebody signs in again; undefined asks nothing. */
export function useQuery<T>(key: string | undefined, ask: (signal: AbortSignal) => Promise<T>): Query<T> {
  const signedIn = useObservable(session).kind === 'signedIn';
  return useAnswer(signedIn ? key : undefined, ask, key);
}

/** The same for questions that nobody has to be signed in for. An answer to `shown` stays while nothing is asked. */
export function useAnswer<T>(
  key: string | undefined,
  ask: (signal: AbortSignal) => Promise<T>,
  shown: string | undefined = key,
): Query<T> {
  const [answer, setAnswer] = useState<{ key: string; data?: T; failure?: Failure }>();
  const [asking, setAsking] = useState(false);
  const [round, setRound] = useState(0);
  const question = useRef(ask);
  question.current = ask;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    if (key === undefined) return;
    const stop = new AbortController();
    setAsking(true);
    question.current(stop.signal).then(
      (data) => {
        if (stop.signal.aborted) return;
        setAnswer({ key, data });
        setAsking(false);
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        setAnswer((before) => ({
          key,
          failure: failureOf(error),
          data: before?.key === key ? before.data : undefined,
        }));
        setAsking(false);
      },
    );
    return () => stop.abort();
  }, [key, round]);

  const again = useCallback(() => setRound((value) => value + 1), []);
  const current = answer?.key === shown ? answer : undefined;
  return { data: current?.data, failure: current?.failure, asking, again };
}

// Owns the figures about what is allowed, under the names that Kubernetes 1.32 gives them.
import { type Clock, Counts, Distributions, exponential, type Registry } from '@berth/host';
import type { Authorizer } from './authorization.ts';

/** The same authorizer, whose answers are counted and timed. */
export function measured(
  authorizer: Required<Authorizer>,
  { clock, metrics }: { readonly clock: Clock; readonly metrics: Registry },
): Required<Authorizer> {
  const attempts = new Counts(metrics, { name: 'authorization_attempts_total', help: 'Decisions, by their result.' });
  const durations = new Distributions(metrics, {
    name: 'authorization_duration_seconds',
    help: 'How long a decision took, by its result.',
    bounds: exponential(0.001, 2, 15),
  });
  const seriesOf = (result: string) => ({ count: attempts.of({ result }), seconds: durations.of({ result }) });
  const [allowed, denied] = [seriesOf('allowed'), seriesOf('denied')];

  function decided(decide: () => boolean): boolean {
    const started = clock.monotonic();
    const isAllowed = decide();
    const { count, seconds } = isAllowed ? allowed : denied;
    count.add();
    seconds.observe((clock.monotonic() - started) / 1000);
    return isAllowed;
  }

  return {
    ...authorizer,
    allows: (user, attributes) => decided(() => authorizer.allows(user, attributes)),
    allowsPath: (user, attributes) => decided(() => authorizer.allowsPath(user, attributes)),
  };
}

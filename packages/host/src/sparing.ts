// Owns how something that goes wrong a thousand times a second is told of a few times a minute.
import type { Clock } from './clock.ts';

/**
 * Tells at once, and then at most once in an interval, with how often it was called in between without telling
 * (`unsaid`).
 */
export function sparing(
  { clock, intervalMs }: { readonly clock: Clock; readonly intervalMs: number },
  tell: (fields: object) => void,
): (fields: object) => void {
  let nextAt = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  return (fields) => {
    const now = clock.monotonic();
    if (now < nextAt) {
      unsaid++;
      return;
    }
    tell(unsaid > 0 ? { ...fields, unsaid } : fields);
    nextAt = now + intervalMs;
    unsaid = 0;
  };
}

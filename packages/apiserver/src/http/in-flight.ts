// Owns the bound on requests that are worked on at the same time. Watches and streams are not counted.
import { StatusError } from '@berth/objects';

export interface InFlightLimits {
  readonly reads: number;
  readonly writes: number;
}

/** Kubernetes' own. */
export const defaultLimits: InFlightLimits = { reads: 400, writes: 200 };

export interface InFlight {
  /** Returns the function that gives the place back. Throws `TooManyRequests` when there is none. */
  enter(kind: 'readOnly' | 'mutating'): () => void;
  count(kind: 'readOnly' | 'mutating'): number;
}

export function createInFlight(limits: InFlightLimits): InFlight {
  const free = { readOnly: limits.reads, mutating: limits.writes };
  return {
    enter(kind) {
      if (free[kind] <= 0) {
        const details = { retryAfterSeconds: 1 };
        throw new StatusError('TooManyRequests', 'too many requests, please try again later', details);
      }
      free[kind] -= 1;
      return () => {
        free[kind] += 1;
      };
    },
    count: (kind) => (kind === 'readOnly' ? limits.reads : limits.writes) - free[kind],
  };
}

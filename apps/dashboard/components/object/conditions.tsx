'use client';
// Owns the conditions of an object: which hold, which do not and why. For most kinds true is good; for the pressures of
// a node it is not.
import { Age } from '../facts/age.tsx';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** `DiskPressure` and its like are troubles when they are true. */
const troubles = /Pressure$|Unavailable$|Failure$|^DisruptionTarget$/;

export function Conditions({ conditions }: { conditions: readonly Condition[] }) {
  if (conditions.length === 0) return <p className="text-ink-3">None yet.</p>;
  return (
    <ul className="flex flex-col" data-testid="conditions">
      {conditions.map((condition) => {
        const good = condition.status === (troubles.test(condition.type) ? 'False' : 'True');
        return (
          <li
            key={condition.type}
            className="grid grid-cols-[1rem_minmax(0,1fr)_auto] items-baseline gap-x-2 border-b border-line py-1.5 last:border-b-0"
          >
            <span
              aria-hidden="true"
              className={`size-2 self-center border ${good ? 'rounded-full border-running bg-running' : 'rotate-45 border-failing bg-failing'}`}
            />
            <span className="font-medium">
              {condition.type}{' '}
              <span className={good ? 'font-normal text-ink-3' : 'font-normal text-failing-text'}>
                {condition.status}
              </span>
            </span>
            {condition.lastTransitionTime ? (
              <Age at={Date.parse(condition.lastTransitionTime)} className="text-xs text-ink-3" />
            ) : (
              <span />
            )}
            {condition.message || (!good && condition.reason) ? (
              <span className="col-start-2 col-end-4 text-ink-2">{condition.message ?? condition.reason}</span>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

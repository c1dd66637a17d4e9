// Owns what a quota's status should say. Pure; times are milliseconds.
//
// The API server books what comes and goes. This sees only what is there, and so cannot know what is on its way: a
// count that differs from the books is believed when both have stayed the same for so long that nothing is.
import { type Amounts, type ResourceQuota, sameAmounts } from '@berth/objects';

/** Longer than the API server takes to store what it has charged, or to give back what is gone. */
export const settleMs = 10_000;

/** A count that differs from the books. */
export interface Difference {
  readonly resourceVersion: string;
  readonly counted: Amounts;
  /** Since when it has been so. */
  readonly since: number;
}

export interface Decision {
  /** What to write; undefined if it says so already. */
  readonly status: { readonly hard: Amounts; readonly used: Amounts } | undefined;
  /** To come back with after `settleMs`. */
  readonly difference: Difference | undefined;
}

export function decide(
  { metadata, spec, status }: ResourceQuota,
  counted: Amounts,
  { before, now }: { readonly before: Difference | undefined; readonly now: number },
): Decision {
  const hard = spec?.hard ?? {};
  const booked = status?.used ?? {};
  const names = Object.keys(counted).filter((name) => Object.hasOwn(hard, name));
  const kept = Object.fromEntries(names.map((name) => [name, booked[name] ?? counted[name]!]));
  const { resourceVersion } = metadata;
  const isSame = before?.resourceVersion === resourceVersion && sameAmounts(before.counted, counted);
  const since = isSame ? before.since : now;
  const differs = !sameAmounts(kept, counted);
  const isSettled = differs && isSame && now - since >= settleMs;
  const used = isSettled ? counted : kept;
  const isWritten = sameAmounts(hard, status?.hard ?? {}) && sameAmounts(used, booked);
  return {
    status: isWritten ? undefined : { hard, used },
    difference: differs && !isSettled ? { resourceVersion, counted, since } : undefined,
  };
}

// Owns how entries are booked on one quota: what each adds or gives back, and which do not fit. Pure.
import {
  type Amounts,
  compareQuantities,
  type Draft,
  differenceOf,
  draftOf,
  onlyAboveZero,
  onlyNamed,
  type ResourceQuota,
  showAmounts,
  sumOf,
} from '@berth/objects';

/** Something to be booked on the quotas of a namespace. */
export interface Entry {
  readonly type: 'charge' | 'refund';
  /** What it takes of the quota, or gives back; nothing that is zero or less. */
  amountsOf(quota: ResourceQuota): Amounts;
  /** Only asks whether it would fit. */
  readonly dryRun: boolean;
}

export type Booking =
  | { readonly booked: Amounts; readonly problem?: undefined }
  /** In Kubernetes' words. */
  | { readonly booked?: undefined; readonly problem: string };

export interface Booked {
  readonly quota: Draft<ResourceQuota>;
  /** In the order of the entries. */
  readonly bookings: readonly Booking[];
}

/** Books one after the other; what is refused leaves nothing behind. */
export function book(quota: ResourceQuota, entries: readonly Entry[]): Booked {
  let used: Amounts = quota.status.used ?? {};
  const bookings = entries.map((entry): Booking => {
    const counted = Object.keys(quota.status.used ?? quota.status.hard ?? {});
    // Limits of what the controller cannot count say nothing.
    const amounts = onlyNamed(entry.amountsOf(quota), counted);
    if (entry.type === 'refund') {
      used = { ...used, ...atLeastZero(differenceOf(onlyNamed(used, Object.keys(amounts)), amounts)) };
      return { booked: amounts };
    }
    const problem = problemOf(quota, used, amounts);
    if (problem) return { problem };
    if (!entry.dryRun) used = sumOf(used, amounts);
    return { booked: amounts };
  });
  const draft = draftOf(quota);
  draft.status = { ...draft.status, used: { ...used } };
  return { quota: draft, bookings };
}

function problemOf({ metadata, status }: ResourceQuota, used: Amounts, amounts: Amounts): string | undefined {
  const { hard = {} } = status;
  const names = Object.keys(amounts);
  if (names.length > 0 && status.used === undefined)
    return `status unknown for quota: ${metadata.name}, resources: ${names.sort().join(',')}`;
  const sum = sumOf(used, amounts);
  const exceeded = names.filter((name) => hard[name] !== undefined && compareQuantities(sum[name]!, hard[name]) > 0);
  if (exceeded.length === 0) return undefined;
  const [requested, before, limited] = [amounts, used, hard].map((all) => showAmounts(onlyNamed(all, exceeded)));
  return `exceeded quota: ${metadata.name}, requested: ${requested}, used: ${before}, limited: ${limited}`;
}

/** What was counted anew meanwhile may know of the refund already. */
function atLeastZero(amounts: Amounts): Amounts {
  const above = onlyAboveZero(amounts);
  return Object.fromEntries(Object.keys(amounts).map((name) => [name, above[name] ?? '0']));
}

// Owns sums of quantities by resource name, as quotas keep them: canonical texts.
import { addQuantities, compareQuantities, subtractQuantities } from '../quantity.ts';

export type Amounts = Readonly<Record<string, string>>;

export function sumOf(a: Amounts, b: Amounts): Record<string, string> {
  const sum: Record<string, string> = { ...a };
  for (const [name, amount] of Object.entries(b))
    sum[name] = Object.hasOwn(sum, name) ? addQuantities(sum[name]!, amount) : amount;
  return sum;
}

/** What `a` has more than `b`, which may be less than nothing. */
export function differenceOf(a: Amounts, b: Amounts): Record<string, string> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, subtractQuantities(a[name] ?? '0', b[name] ?? '0')]));
}

/** The larger of each. */
export function largerOf(a: Amounts, b: Amounts): Record<string, string> {
  const larger: Record<string, string> = { ...a };
  for (const [name, amount] of Object.entries(b))
    if (!Object.hasOwn(larger, name) || compareQuantities(amount, larger[name]!) > 0) larger[name] = amount;
  return larger;
}

export function onlyNamed(amounts: Amounts, names: Iterable<string>): Record<string, string> {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => wanted.has(name)));
}

export function onlyAboveZero(amounts: Amounts): Record<string, string> {
  return Object.fromEntries(Object.entries(amounts).filter(([, amount]) => compareQuantities(amount, '0') > 0));
}

export function sameAmounts(a: Amounts, b: Amounts): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => b[name] !== undefined && compareQuantities(a[name]!, b[name]) === 0)
  );
}

/** As it stands in messages: `cpu=1,pods=2`. */
export function showAmounts(amounts: Amounts): string {
  return Object.keys(amounts)
    .sort()
    .map((name) => `${name}=${amounts[name]}`)
    .join(',');
}

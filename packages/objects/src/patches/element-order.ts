// Owns the order of a merged list's items: those that the patch names come in its order, the others keep theirs, and
// between the two kinds the old order decides where it knows both.
import { isObject, sameJson } from '../json-value.ts';

/** `key` is the field that identifies an item; undefined for plain values. */
export function inOrder(
  items: readonly unknown[],
  named: readonly unknown[],
  old: readonly unknown[],
  key: string | undefined,
): unknown[] {
  const identity = (item: unknown) => (key !== undefined && isObject(item) ? item[key] : item);
  const indexIn = (list: readonly unknown[]) => (item: unknown) =>
    list.findIndex((other) => sameJson(identity(other), identity(item)));
  const rank = indexIn(named);
  const oldRank = indexIn(old);
  const byRank = (of: (item: unknown) => number) => (a: unknown, b: unknown) => of(a) - of(b);
  const left = items.filter((item) => rank(item) < 0).sort(byRank(oldRank));
  const right = items.filter((item) => rank(item) >= 0).sort(byRank(rank));
  const merged: unknown[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    const [leftRank, rightRank] = [oldRank(left[l]), oldRank(right[r])];
    const leftFirst = leftRank >= 0 && rightRank >= 0 && leftRank < rightRank;
    merged.push(leftFirst ? left[l++] : right[r++]);
  }
  return [...merged, ...left.slice(l), ...right.slice(r)];
}

// Owns sets of completion indexes as an Indexed Job writes them: `1,3-5,7`. They are kept as intervals, for there may be
// many of them. Source: Kubernetes API reference, JobStatus.completedIndexes.

export interface IndexInterval {
  readonly first: number;
  readonly last: number;
}

/** In order, and apart from each other. */
export type CompletionIndexes = readonly IndexInterval[];

/** The text names no such set; the message says why. */
export class IndexesError extends Error {}

/** `completions`: how many indexes there are. Throws IndexesError. */
export function parseIndexes(text: string, completions: number): CompletionIndexes {
  if (!text) return [];
  const intervals: IndexInterval[] = [];
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions);
    const before = intervals.at(-1)?.last;
    if (before !== undefined && before >= interval.first) throw decreasing(before, interval.first);
    intervals.push(interval);
  }
  return intervals;
}

function parseInterval(text: string, completions: number): IndexInterval {
  const [firstText = '', lastText, ...others] = text.split('-');
  if (others.length > 0)
    throw new IndexesError(
      `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    );
  const index = (word: string) => {
    if (!/^\+?\d+$/.test(word))
      throw new IndexesError(`cannot convert string to integer for index: ${JSON.stringify(word)}`);
    if (Number(word) >= completions) throw new IndexesError(`too large index: ${JSON.stringify(word)}`);
    return Number(word);
  };
  const first = index(firstText);
  if (lastText === undefined) return { first, last: first };
  const last = index(lastText);
  if (first >= last) throw decreasing(first, last);
  return { first, last };
}

function decreasing(previous: number, current: number): IndexesError {
  return new IndexesError(`non-increasing order, previous: ${previous}, current: ${current}`);
}

/** What the text names, as far as it can be read. */
export function readIndexes(text: string | undefined, completions: number): CompletionIndexes {
  const parts = (text ?? '').split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return part !== '' && first < completions && last >= first
      ? [{ first, last: Math.min(last, completions - 1) }]
      : [];
  });
  return united(parts);
}

export function showIndexes(indexes: CompletionIndexes): string {
  const show = ({ first, last }: IndexInterval) =>
    first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`;
  return indexes.map(show).join(',');
}

export function countIndexes(indexes: CompletionIndexes): number {
  return indexes.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

export function hasIndex(indexes: CompletionIndexes, index: number): boolean {
  let [low, high] = [0, indexes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (indexes[middle]!.last < index) low = middle + 1;
    else high = middle;
  }
  const found = indexes[low];
  return found !== undefined && found.first <= index;
}

export function withIndexes(indexes: CompletionIndexes, more: Iterable<number>): CompletionIndexes {
  return united([...indexes, ...[...more].map((index) => ({ first: index, last: index }))]);
}

/** How many indexes are in both. */
export function countShared(a: CompletionIndexes, b: CompletionIndexes): number {
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [left, right] = [a[i]!, b[j]!];
    count += Math.max(0, Math.min(left.last, right.last) - Math.max(left.first, right.first) + 1);
    if (left.last < right.last) i++;
    else j++;
  }
  return count;
}

/** The lowest index that is in both; undefined: there is none. */
export function firstShared(a: CompletionIndexes, b: CompletionIndexes): number | undefined {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [left, right] = [a[i]!, b[j]!];
    const first = Math.max(left.first, right.first);
    if (first <= Math.min(left.last, right.last)) return first;
    if (left.last < right.last) i++;
    else j++;
  }
  return undefined;
}

function united(intervals: readonly IndexInterval[]): CompletionIndexes {
  const result: { first: number; last: number }[] = [];
  for (const { first, last } of [...intervals].sort((a, b) => a.first - b.first)) {
    const previous = result.at(-1);
    if (previous && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
    else result.push({ first, last });
  }
  return result;
}

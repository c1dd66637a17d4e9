// Owns the labels of an object while they are edited: rows of key and value that need not be valid yet. Pure.

export interface DraftLabel {
  /** Keeps a row what it is while its key is typed. */
  readonly id: number;
  readonly key: string;
  readonly value: string;
}

export function draftFrom(labels: Readonly<Record<string, string>>): DraftLabel[] {
  return Object.entries(labels).map(([key, value], id) => ({ id, key, value }));
}

export function labelsFrom(draft: readonly DraftLabel[]): Record<string, string> {
  return Object.fromEntries(draft.filter((label) => label.key !== '').map((label) => [label.key, label.value]));
}

const name = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const prefix = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** What is wrong with a row, in words; undefined if nothing. The rules are those of Kubernetes' labels. */
export function problemOf(label: DraftLabel, all: readonly DraftLabel[]): string | undefined {
  const { id, key, value } = label;
  if (key === '') return value === '' ? undefined : 'A label needs a key.';
  const slash = key.indexOf('/');
  if (slash >= 0 && !prefix.test(key.slice(0, slash))) return 'What stands before the / must be a DNS name.';
  if (!name.test(key.slice(slash + 1)))
    return 'Keys are up to 63 letters, digits, -, _ and ., and begin and end with a letter or digit.';
  if (value !== '' && !name.test(value))
    return 'Values are up to 63 letters, digits, -, _ and ., and begin and end with a letter or digit.';
  if (all.some((other) => other.id !== id && other.key === key)) return 'This key is there twice.';
  return undefined;
}

/** The change as arguments of `kubectl label`: `a=b c-`. */
export function labelArguments(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string {
  const put = Object.entries(after).filter(([key, value]) => before[key] !== value);
  const gone = Object.keys(before).filter((key) => !(key in after));
  return [...put.map(([key, value]) => `${key}=${value}`), ...gone.map((key) => `${key}-`)].join(' ');
}

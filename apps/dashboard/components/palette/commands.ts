// Owns what the palette offers besides objects, and how entries are matched and ordered. Pure.
import type { IconName } from '../controls/icon.tsx';

export interface Entry {
  readonly key: string;
  readonly icon: IconName;
  readonly name: string;
  /** Smaller, beside the name. */
  readonly note: string;
  readonly run: { readonly href: string } | { readonly action: string };
}

/** How well the words stand in the name: lower is better; undefined when one is missing. */
export function fit(name: string, text: string): number | undefined {
  const within = name.toLowerCase();
  let score = 0;
  for (const word of text.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = within.indexOf(word);
    if (at < 0) return undefined;
    score += at === 0 ? 0 : within[at - 1] === '-' || within[at - 1] === ' ' ? 1 : 3;
  }
  return score + name.length / 200;
}

export function best(entries: readonly Entry[], text: string, most: number): Entry[] {
  return entries
    .flatMap((entry) => {
      const score = fit(`${entry.name} ${entry.note}`, text);
      return score === undefined ? [] : [{ entry, score }];
    })
    .sort((a, b) => a.score - b.score)
    .slice(0, most)
    .map(({ entry }) => entry);
}

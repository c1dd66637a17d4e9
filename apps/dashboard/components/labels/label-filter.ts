// Owns what a label that is clicked asks of the list it stands in.
import type { Choice } from './selector-text.ts';

/** What the cells of a list can ask of the page's filter. */
export interface LabelFilter {
  choice(key: string, value: string): Choice | undefined;
  choose(key: string, value: string, choice: Choice): void;
}

// Owns searching the lines that the browser has: which match, and where in a line. Pure.
import type { LogItem } from '../../live/log-buffer.ts';
import { ansiText } from './ansi.ts';

/** The places of the matching items. Upper and lower case are the same unless the text has an upper-case letter. */
export function matchesOf(items: readonly LogItem[], text: string): number[] {
  if (text === '') return [];
  const exact = text !== text.toLowerCase();
  const matches: number[] = [];
  items.forEach((item, index) => {
    if (item.kind !== 'line') return;
    const line = ansiText(item.text);
    if ((exact ? line : line.toLowerCase()).includes(text)) matches.push(index);
  });
  return matches;
}

/** Splits a text at its matches: every second part is one. */
export function splitAt(line: string, text: string): string[] {
  if (text === '') return [line];
  const exact = text !== text.toLowerCase();
  const within = exact ? line : line.toLowerCase();
  const parts: string[] = [];
  let from = 0;
  for (let at = within.indexOf(text); at >= 0; at = within.indexOf(text, from)) {
    parts.push(line.slice(from, at), line.slice(at, at + text.length));
    from = at + text.length;
  }
  parts.push(line.slice(from));
  return parts;
}

// Owns the colours that programs put into their output (ECMA-48, SGR): a line becomes pieces of text with a tone. Other
// control sequences are left out. Pure.

export interface Piece {
  readonly text: string;
  readonly tone?: 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'grey';
  readonly bold?: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const sequence = /\u001b\[([0-9;?]*)([A-Za-z])/g;
const tones = ['grey', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', undefined] as const;

export function ansiPieces(line: string): Piece[] {
  if (!line.includes('\u001b')) return [{ text: line }];
  const pieces: Piece[] = [];
  let tone: Piece['tone'];
  let bold = false;
  let from = 0;
  const take = (text: string) => {
    if (text) pieces.push({ text, ...(tone ? { tone } : {}), ...(bold ? { bold } : {}) });
  };
  for (const match of line.matchAll(sequence)) {
    take(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] !== 'm') continue;
    for (const code of (match[1] || '0').split(';').map(Number)) {
      if (code === 0) {
        tone = undefined;
        bold = false;
      } else if (code === 1) bold = true;
      else if (code === 22) bold = false;
      else if (code === 39) tone = undefined;
      else if (code >= 30 && code <= 37) tone = tones[code - 30];
      else if (code >= 90 && code <= 97) tone = tones[code - 90];
    }
  }
  take(line.slice(from));
  return pieces;
}

/** The text alone. */
export function ansiText(line: string): string {
  return line.includes('\u001b') ? line.replaceAll(sequence, '') : line;
}

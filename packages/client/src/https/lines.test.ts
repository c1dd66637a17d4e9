import { describe, expect, it } from 'vitest';
import { linesOf } from './lines.ts';

async function split(...chunks: string[]): Promise<string[]> {
  async function* bytes() {
    for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
  }
  const lines: string[] = [];
  for await (const batch of linesOf(bytes())) lines.push(...batch);
  return lines;
}

describe('linesOf', () => {
  it.each([
    { name: 'whole lines', chunks: ['a\nb\n'], lines: ['a', 'b'] },
    { name: 'a line over several chunks', chunks: ['a', 'b', 'c\nd\n'], lines: ['abc', 'd'] },
    { name: 'a last line without an end', chunks: ['a\nb'], lines: ['a', 'b'] },
    { name: 'empty lines', chunks: ['\n\na\n'], lines: ['', '', 'a'] },
    { name: 'a character that is split between chunks', chunks: ['\xc3', '\xa4\n'], lines: ['ä'] },
    { name: 'nothing', chunks: [], lines: [] },
  ])('$name', async ({ chunks, lines }) => {
    expect(await split(...chunks)).toEqual(lines);
  });
});

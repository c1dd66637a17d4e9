// Owns the tests of the lines of a log that the browser keeps.
import { describe, expect, it } from 'vitest';
import { LogBuffer, logText } from './log-buffer.ts';

const line = (second: number, text: string) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000000Z ${text}`;
const texts = (buffer: LogBuffer) => buffer.items.map((item) => (item.kind === 'line' ? item.text : item.kind));

describe('LogBuffer', () => {
  it('parts the time from the text', () => {
    const buffer = new LogBuffer(10);
    buffer.push([line(1, 'hello  world')]);
    expect(buffer.items).toEqual([
      { kind: 'line', number: 1, at: '2026-01-01T00:00:01.000000000Z', text: 'hello  world' },
    ]);
  });

  it('takes lines without a time as they are', () => {
    const buffer = new LogBuffer(10);
    buffer.push(['plain']);
    expect(buffer.items[0]).toMatchObject({ at: undefined, text: 'plain' });
  });

  it('marks where lines were dropped', () => {
    const buffer = new LogBuffer(10);
    buffer.push([line(1, 'a')]);
    buffer.dropped(40);
    buffer.push([line(9, 'b')]);
    expect(texts(buffer)).toEqual(['a', 'dropped', 'b']);
  });

  it('leaves out after a reconnect what it has already', () => {
    const buffer = new LogBuffer(10);
    buffer.push([line(1, 'a'), line(2, 'b')]);
    buffer.resume();
    buffer.push([line(1, 'a'), line(2, 'b'), line(3, 'c')]);
    buffer.push([line(3, 'c again, written at the same time')]);
    expect(texts(buffer)).toEqual(['a', 'b', 'restart', 'c', 'c again, written at the same time']);
  });

  it('has nothing to resume when it is empty', () => {
    const buffer = new LogBuffer(10);
    buffer.resume();
    buffer.push([line(1, 'a')]);
    expect(texts(buffer)).toEqual(['a']);
  });

  it('lets go of the oldest, counts them, and goes on numbering', () => {
    const buffer = new LogBuffer(10);
    for (let second = 1; second <= 12; second += 1) buffer.push([line(second, `${second}`)]);
    expect(buffer.items).toHaveLength(10);
    expect(buffer.forgotten).toBe(2);
    expect(buffer.items.at(-1)).toMatchObject({ number: 12, text: '12' });
  });
});

describe('logText', () => {
  it('writes the markers into the file as well', () => {
    const buffer = new LogBuffer(10);
    buffer.push([line(1, 'a')]);
    buffer.dropped(3);
    expect(logText(buffer.items)).toBe(`${line(1, 'a')}\n--- 3 lines were dropped here ---`);
  });
});

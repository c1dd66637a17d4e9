// Owns the tests of the lines of a log that the browser keeps.
import { describe, expect, it } from 'vitest';
import { LogBuffer, logText } from './log-buffer.ts';

const time = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000000Z`;
const line = (second: number, text: string) => `${time(second)} ${text}`;
const texts = (buffer: LogBuffer) => buffer.items.map((item) => (item.kind === 'line' ? item.text : item.kind));

describe('LogBuffer', () => {
  it('parts the time from the text', () => {
    const buffer = new LogBuffer(10);
    buffer.push('a', [line(1, 'hello  world')]);
    expect(buffer.items).toEqual([{ kind: 'line', source: 'a', at: time(1), text: 'hello  world' }]);
  });

  it('takes lines without a time as they are', () => {
    const buffer = new LogBuffer(10);
    buffer.push('a', ['plain']);
    expect(buffer.items[0]).toMatchObject({ at: undefined, text: 'plain' });
  });

  it('keeps a line without a time behind the one before it', () => {
    const buffer = new LogBuffer(10);
    buffer.push('a', [line(1, 'trouble'), '  at somewhere']);
    buffer.push('b', [line(2, 'later')]);
    expect(texts(buffer)).toEqual(['trouble', '  at somewhere', 'later']);
  });

  it('marks where lines were dropped', () => {
    const buffer = new LogBuffer(10);
    buffer.push('a', [line(1, 'a')]);
    buffer.dropped('a', 40);
    buffer.push('a', [line(9, 'b')]);
    expect(texts(buffer)).toEqual(['a', 'dropped', 'b']);
  });

  it('merges several sources by time', () => {
    const buffer = new LogBuffer(10);
    buffer.push('a', [line(1, 'a1'), line(4, 'a4')]);
    buffer.push('b', [line(2, 'b2'), line(4, 'b4'), line(5, 'b5')]);
    expect(texts(buffer)).toEqual(['a1', 'b2', 'a4', 'b4', 'b5']);
  });

  it('leaves out after a reconnect what it has already, of that source alone', () => {
    const buffer = new LogBuffer(20);
    buffer.push('a', [line(1, 'a'), line(2, 'b')]);
    buffer.resume('a');
    buffer.push('z', [line(1, 'z')]);
    buffer.push('a', [line(1, 'a'), line(2, 'b'), line(3, 'c')]);
    buffer.push('a', [line(3, 'at the same time')]);
    expect(texts(buffer)).toEqual(['a', 'z', 'b', 'restart', 'c', 'at the same time']);
  });

  it('has nothing to resume of a source that said nothing', () => {
    const buffer = new LogBuffer(10);
    buffer.resume('a');
    buffer.push('a', [line(1, 'a')]);
    expect(texts(buffer)).toEqual(['a']);
  });

  it('lets go of the oldest and counts them', () => {
    const buffer = new LogBuffer(10);
    for (let second = 1; second <= 12; second += 1) buffer.push('a', [line(second, `${second}`)]);
    expect(buffer.items).toHaveLength(10);
    expect(buffer.forgotten).toBe(2);
    expect(buffer.items.at(-1)).toMatchObject({ text: '12' });
  });
});

describe('logText', () => {
  it('writes the markers into the file as well', () => {
    const buffer = new LogBuffer(10);
    buffer.push('a', [line(1, 'a')]);
    buffer.dropped('a', 3);
    expect(logText(buffer.items)).toBe(`${line(1, 'a')}\n--- 3 lines were dropped here ---`);
  });

  it('says whose a line is when there are several', () => {
    const buffer = new LogBuffer(10);
    buffer.push('a', [line(1, 'x')]);
    buffer.push('b', [line(2, 'y')]);
    expect(logText(buffer.items)).toBe(`[a] ${line(1, 'x')}\n[b] ${line(2, 'y')}`);
  });
});

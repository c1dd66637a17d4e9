import { FakeClock } from '@berth/host/testing';
import { describe, expect, test } from 'vitest';
import { type TerminalSize, TerminalSizer } from './terminal-size.ts';

const small = { width: 80, height: 24 };
const large = { width: 120, height: 40 };

/** A Docker that refuses the first `refusals` sizes. */
function sizer(refusals: number) {
  const clock = new FakeClock();
  const applied: TerminalSize[] = [];
  let left = refusals;
  const apply = async (size: TerminalSize) => {
    if (left-- > 0) throw new Error('no such exec');
    applied.push(size);
  };
  return { clock, applied, sizes: new TerminalSizer(apply, clock) };
}

describe('the size of a terminal', () => {
  test('is tried again while Docker has not started the command', async () => {
    const { clock, applied, sizes } = sizer(3);
    const set = sizes.set(small);
    await clock.advance(0);
    await clock.advance(100);
    await set;
    expect(applied).toEqual([small]);
  });

  test('fails when Docker never takes it', async () => {
    const { clock, sizes } = sizer(100);
    const set = expect(sizes.set(small)).rejects.toThrow('no such exec');
    await clock.advance(0);
    await clock.advance(1000);
    await set;
  });

  // A first size that Docker had refused was tried again after the window had grown, and won.
  test('is the one that was asked for last', async () => {
    const { clock, applied, sizes } = sizer(2);
    const first = sizes.set(small);
    const second = sizes.set(large);
    await clock.advance(0);
    await clock.advance(100);
    await Promise.all([first, second]);
    expect(applied.at(-1)).toEqual(large);
    expect(applied).not.toContainEqual(small);
  });

  // containerd said that all was well, and the terminal had no size.
  test('is set once more when the terminal shows something', async () => {
    const { applied, sizes } = sizer(0);
    await sizes.set(small);
    await sizes.confirm();
    expect(applied).toEqual([small, small]);
  });

  test('is nothing to confirm where nobody asked for one', async () => {
    const { applied, sizes } = sizer(0);
    await sizes.confirm();
    expect(applied).toEqual([]);
  });
});

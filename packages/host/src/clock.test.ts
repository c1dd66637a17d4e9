import { describe, expect, it, vi } from 'vitest';
import { systemClock } from './index.ts';

describe('the system clock', () => {
  // Node.js takes a delay of more than 2³¹ ms for 1 ms.
  it('waits for delays that Node.js cannot take at once', () => {
    vi.useFakeTimers();
    const fire = vi.fn();
    const days = 24 * 3600 * 1000;
    systemClock.after(40 * days, fire);
    vi.advanceTimersByTime(39 * days);
    expect(fire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1 * days);
    expect(fire).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });

  it('forgets a cancelled timer', () => {
    vi.useFakeTimers();
    const fire = vi.fn();
    systemClock.after(10, fire).cancel();
    vi.advanceTimersByTime(20);
    expect(fire).not.toHaveBeenCalled();
    vi.useRealTimers();
  });
});

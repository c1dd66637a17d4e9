import { beforeEach, describe, expect, test } from 'vitest';
import type { Frame, LogFrame } from '../contract.ts';
import { Outbox, type Wire } from './outbox.ts';

/** A connection that takes nothing until it is told to. */
class SlowWire implements Wire {
  readonly views: Frame[] = [];
  readonly logs: LogFrame[] = [];
  waiting = 0;

  view(_id: string, frame: Frame): void {
    this.waiting++;
    this.views.push(frame);
  }

  log(_id: string, frame: LogFrame): void {
    this.waiting++;
    this.logs.push(frame);
  }
}

let wire: SlowWire;
let outbox: Outbox;

beforeEach(() => {
  wire = new SlowWire();
  outbox = new Outbox(wire);
});

function drain(): void {
  wire.waiting = 0;
  outbox.drained();
}

function patch(total: number): Frame {
  return { kind: 'patch', put: [], remove: [], total };
}

describe('views', () => {
  test('a slow browser misses frames and gets one snapshot instead', () => {
    let total = 0;
    const snapshot = (): Frame => ({
      kind: 'snapshot',
      rows: [],
      total,
      facets: {},
      freshness: { state: 'live', since: 0 },
    });
    for (total = 1; total <= 1_000; total++) outbox.sendView('v', patch(total), snapshot);
    expect(wire.views).toHaveLength(16);
    total = 1_000;
    drain();
    expect(wire.views.slice(16)).toEqual([snapshot()]);
    outbox.sendView('v', patch(1_001), snapshot);
    expect(wire.views.at(-1)).toEqual(patch(1_001));
  });

  test('a view that was closed is not caught up', () => {
    for (let n = 0; n < 20; n++) outbox.sendView('v', patch(n), () => patch(99));
    outbox.forget('v');
    drain();
    expect(wire.views).toHaveLength(16);
  });
});

describe('logs', () => {
  const lines = (from: number, count: number) => Array.from({ length: count }, (_, n) => `line ${from + n}`);

  test('lines go out as they come, and the end after them', () => {
    outbox.sendLog('l', ['one', 'two']);
    outbox.endLog('l', 'the container ended');
    expect(wire.logs).toEqual([
      { kind: 'lines', lines: ['one', 'two'] },
      { kind: 'end', reason: 'the container ended' },
    ]);
  });

  test('what a slow browser cannot take is bounded, counted and marked; the newest lines and the end are kept', () => {
    wire.waiting = 16;
    for (let n = 0; n < 10; n++) outbox.sendLog('l', lines(n * 1_000, 1_000));
    outbox.endLog('l', 'the container ended');
    expect(wire.logs).toEqual([]);
    drain();
    expect(wire.logs[0]).toEqual({ kind: 'dropped', count: 5_000 });
    const kept = wire.logs.flatMap((frame) => (frame.kind === 'lines' ? frame.lines : []));
    expect(kept).toEqual(lines(5_000, 5_000));
    expect(wire.logs.at(-1)).toEqual({ kind: 'end', reason: 'the container ended' });
  });

  test('whoever fills it can wait for room', async () => {
    outbox.sendLog('l', lines(0, 10));
    expect(outbox.room('l')).toBeUndefined();
    wire.waiting = 16;
    outbox.sendLog('l', lines(10, 2_000));
    const room = outbox.room('l');
    expect(room).toBeDefined();
    drain();
    await room;
    expect(outbox.room('l')).toBeUndefined();
    wire.waiting = 16;
    outbox.sendLog('l', lines(0, 2_000));
    const closed = outbox.room('l');
    outbox.forget('l');
    await closed;
  });

  test('a large burst goes out in pieces, so that a view’s frame is not behind all of it', () => {
    outbox.sendLog('l', lines(0, 2_500));
    expect(wire.logs.map((frame) => frame.kind === 'lines' && frame.lines.length)).toEqual([1_000, 1_000, 500]);
  });
});

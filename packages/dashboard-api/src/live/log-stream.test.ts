import { FakeClock } from '@berth/host/testing';
import { notFoundError, pods } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { LineCutter } from './log-lines.ts';
import { followLog } from './log-stream.ts';

const query = { namespace: 'default', pod: 'web-1', tailLines: 10 };
const bytes = (text: string) => new TextEncoder().encode(text);

/** A log that a test writes. */
class WrittenLog {
  readonly #chunks: Uint8Array[] = [];
  #ended: Error | true | undefined;
  #wake = () => {};
  signal: AbortSignal | undefined;

  write(text: string): void {
    this.#chunks.push(bytes(text));
    this.#wake();
  }

  end(error?: Error): void {
    this.#ended = error ?? true;
    this.#wake();
  }

  async *read(): AsyncIterable<Uint8Array> {
    while (!this.signal?.aborted) {
      const chunk = this.#chunks.shift();
      if (chunk) yield chunk;
      else if (this.#ended === true) return;
      else if (this.#ended) throw this.#ended;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          this.signal?.addEventListener('abort', () => resolve());
        });
    }
  }
}

async function follow(room: () => Promise<void> | undefined = () => undefined) {
  const clock = new FakeClock();
  const log = new WrittenLog();
  const abort = new AbortController();
  const batches: (readonly string[])[] = [];
  const ends: string[] = [];
  const client = {
    log: async (_pod: unknown, _options: unknown, signal: AbortSignal) => {
      log.signal = signal;
      return log.read();
    },
  };
  const reader = {
    room,
    lines: (lines: readonly string[]) => batches.push(lines),
    end: (reason: string) => ends.push(reason),
  };
  await followLog(client, query, { clock, signal: abort.signal, reader });
  const settle = async (ms: number) => {
    await clock.advance(0);
    await clock.advance(ms);
  };
  return { clock, log, abort, batches, ends, settle };
}

describe('following', () => {
  test('lines of a beat go out together', async () => {
    const { log, batches, settle } = await follow();
    log.write('one\ntw');
    log.write('o\n');
    await settle(49);
    expect(batches).toEqual([]);
    await settle(1);
    expect(batches).toEqual([['one', 'two']]);
    log.write('three\n');
    await settle(50);
    expect(batches[1]).toEqual(['three']);
  });

  test('many lines do not wait', async () => {
    const { log, batches, settle } = await follow();
    log.write('x\n'.repeat(600));
    await settle(0);
    expect(batches.map(({ length }) => length)).toEqual([600]);
  });

  test('a reader without room is waited for, but not for ever', async () => {
    let free = () => {};
    let full = true;
    const room = () =>
      full
        ? new Promise<void>((resolve) => {
            free = resolve;
          })
        : undefined;
    const { log, batches, settle } = await follow(room);
    const burst = 'x\n'.repeat(600);
    log.write(burst);
    log.write(burst);
    await settle(1_900);
    expect(batches).toHaveLength(1);
    free();
    await settle(0);
    expect(batches).toHaveLength(2);
    log.write(burst);
    await settle(2_000);
    expect(batches).toHaveLength(3);
    log.write(burst);
    log.write(burst);
    await settle(0);
    expect(batches).toHaveLength(5);
    full = false;
    log.write(burst);
    await settle(0);
    full = true;
    log.write(burst);
    log.write(burst);
    await settle(0);
    expect(batches).toHaveLength(7);
  });

  test('the end comes last, behind a line that was not finished', async () => {
    const { log, batches, ends, settle } = await follow();
    log.write('one\nhalf');
    log.end();
    await settle(0);
    expect(batches).toEqual([['one', 'half']]);
    expect(ends).toEqual(['the container ended']);
  });

  test('a log that breaks off says why, if there is something to say', async () => {
    const gone = await follow();
    gone.log.end(notFoundError(pods, 'web-1'));
    await gone.settle(0);
    expect(gone.ends).toEqual(['pods "web-1" not found']);
    const broken = await follow();
    broken.log.end(new Error('ECONNRESET'));
    await broken.settle(0);
    expect(broken.ends).toEqual(['the log broke off']);
  });

  test('after an abort nothing comes any more, and no timer is left', async () => {
    const { log, abort, batches, ends, settle, clock } = await follow();
    log.write('one\n');
    await settle(0);
    abort.abort();
    await settle(1_000);
    expect([batches, ends]).toEqual([[], []]);
    expect(clock.waiting).toBe(0);
  });
});

describe('cutting lines', () => {
  const euro = bytes('€');
  test.each([
    { title: 'in the middle of a character', chunks: [euro.slice(0, 1), euro.slice(1), bytes('\n')], lines: ['€'] },
    { title: 'carriage returns go', chunks: [bytes('a\r\nb\rc\n')], lines: ['a', 'b\rc'] },
    { title: 'empty lines stay', chunks: [bytes('\n\na\n')], lines: ['', '', 'a'] },
    { title: 'what is not UTF-8 is replaced', chunks: [new Uint8Array([0xff, 0x0a])], lines: ['\ufffd'] },
    { title: 'an end without an end of line', chunks: [bytes('a\nb')], lines: ['a', 'b'] },
    {
      title: 'an endless line is cut',
      chunks: [bytes('x'.repeat(40_000)), bytes('y\n')],
      lines: ['x'.repeat(16_384), 'x'.repeat(16_384), `${'x'.repeat(40_000 - 2 * 16_384)}y`],
    },
  ])('$title', ({ chunks, lines }) => {
    const cutter = new LineCutter();
    expect([...chunks.flatMap((chunk) => cutter.push(chunk)), ...cutter.end()]).toEqual(lines);
  });
});

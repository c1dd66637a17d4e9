// Owns following one log: reads it until it ends or nobody wants it any more, and hands on the lines of a beat together.
import type { PodStreams } from '@berth/client';
import { type Clock, sleep, type Timer } from '@berth/host';
import { StatusError } from '@berth/objects';
import type { LogQuery } from '../contract.ts';
import { LineCutter } from './log-lines.ts';

/** Lines within so many milliseconds go out together. */
const beatMs = 50;
/** So many lines go out at once, whatever the beat. */
const enoughLines = 500;

/** A reader that had no room for so long is too slow: from then on it is not waited for until it has caught up. */
const patienceMs = 2_000;

interface LogReader {
  lines(lines: readonly string[]): void;
  /** Undefined when there is room for more lines; else resolves when there is. */
  room(): Promise<void> | undefined;
  /** Once, and last; not after an abort. */
  end(reason: string): void;
}

/** Resolves when the log has begun; throws when it cannot be had. What follows goes to the reader. */
export async function followLog(
  client: Pick<PodStreams, 'log'>,
  query: LogQuery,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly reader: LogReader },
): Promise<void> {
  const { signal } = options;
  const { namespace, pod, container, tailLines, previous, timestamps } = query;
  const stream = await client.log(
    { namespace, name: pod },
    { container, tailLines, previous, timestamps, follow: !previous },
    signal,
  );
  void pump(stream, options);
}

async function pump(
  stream: AsyncIterable<Uint8Array>,
  { clock, signal, reader }: { readonly clock: Clock; readonly signal: AbortSignal; readonly reader: LogReader },
): Promise<void> {
  const cutter = new LineCutter();
  let waiting: string[] = [];
  let beat: Timer | undefined;
  const flush = () => {
    beat?.cancel();
    beat = undefined;
    if (waiting.length > 0 && !signal.aborted) reader.lines(waiting);
    waiting = [];
  };
  const take = (lines: readonly string[]) => {
    waiting = waiting.length === 0 ? [...lines] : waiting.concat(lines);
    if (waiting.length >= enoughLines) flush();
    else beat ??= clock.after(beatMs, flush);
  };
  let patient = true;
  const waitForRoom = async () => {
    const room = reader.room();
    if (!room) patient = true;
    else if (patient)
      patient = await Promise.race([room.then(() => true), sleep(clock, patienceMs, signal).then(() => false)]);
  };
  let reason = 'the container ended';
  try {
    for await (const chunk of stream) {
      if (signal.aborted) break;
      const lines = cutter.push(chunk);
      if (lines.length > 0) take(lines);
      await waitForRoom();
    }
  } catch (error) {
    reason = error instanceof StatusError ? error.message : 'the log broke off';
  }
  waiting.push(...cutter.end());
  flush();
  if (!signal.aborted) reader.end(reason);
}

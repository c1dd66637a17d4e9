// Owns watches over HTTP: newline JSON or framed protobuf from shared bytes, one write a batch, at the reader's pace.
import type { ServerResponse } from 'node:http';
import type { Clock, Random } from '@berth/host';
import { isReason, type WatchEvent } from '@berth/objects';
import type { Presentation } from './presentation.ts';
import { statusOf } from './respond.ts';

export interface WatchStream {
  readonly response: ServerResponse;
  readonly presentation: Presentation;
  /** Ends the watch from outside: the client went, or the server stops. */
  readonly abort: AbortController;
  /** Opens the watch in the core; the signal is the abort controller's. */
  open(signal: AbortSignal): AsyncIterable<readonly WatchEvent[]>;
  /** Called when the headers of the answer have gone out. */
  started(): void;
  readonly timeoutSeconds: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/** How long a reader may take nothing before its watch is ended: it lists again and watches from there. */
const maxStallMs = 30_000;
/** Kubernetes' `--min-request-timeout`: watches that say nothing last between this and twice this. */
const minWatchSeconds = 1800;

/**
 * Throws what is wrong with the request itself before anything is sent. Later errors go into the stream; those that are
 * not the client's are also thrown, for the log.
 */
export async function streamWatch(watch: WatchStream): Promise<void> {
  const { response, presentation, abort, clock } = watch;
  const timer = clock.after(watchMs(watch.timeoutSeconds, watch.random), () => abort.abort());
  const end = () => abort.abort();
  response.on('close', end);
  try {
    const batches = watch.open(abort.signal)[Symbol.asyncIterator]();
    let next = batches.next();
    await refusal(next);
    response.writeHead(200, { 'Cache-Control': 'no-cache, private', 'Content-Type': presentation.watchType });
    response.flushHeaders();
    watch.started();
    try {
      for (let batch = await next; !batch.done; batch = await next) {
        const lines = batch.value.map(presentation.event);
        const taken = lines.length > 0 ? write(watch, lines) : undefined;
        if (taken) await taken;
        if (abort.signal.aborted) break;
        next = batches.next();
      }
      await batches.return?.();
    } catch (error) {
      if (abort.signal.aborted) return;
      const { status, known } = statusOf(error);
      response.write(presentation.failure(status.toStatus()));
      if (!known) throw error;
    } finally {
      response.end();
    }
  } finally {
    timer.cancel();
    response.off('close', end);
    abort.abort();
  }
}

/** How long a watch lasts. */
export function watchMs(timeoutSeconds: number | undefined, random: Random): number {
  return 1000 * (timeoutSeconds || minWatchSeconds * (1 + random.fraction()));
}

/**
 * Waits for one turn of the event loop, so that a bad selector is answered with its code and not within a stream. That
 * the version is too old is told in the stream: client-go reads no more than the code of an answer that is not one.
 */
export async function refusal(first: Promise<unknown>): Promise<void> {
  const refused = first.catch((error: unknown) => {
    if (!isReason(error, 'Expired')) throw error;
  });
  await Promise.race([refused, new Promise((resolve) => setImmediate(resolve))]);
}

/** Resolves once the socket takes more. A reader that stalls for too long is cut off. */
function write({ response, abort, clock }: WatchStream, lines: readonly Buffer[]): Promise<void> | undefined {
  const { socket } = response;
  // Past the response, whose own framing would be made anew for each of the watchers that get these bytes. Without a
  // socket its turn has not come yet (an earlier answer is still on its way), and the response keeps what it is given.
  const direct = socket && response.chunkedEncoding ? socket : undefined;
  const taken = direct ? direct.write(chunkOf(lines)) : response.write(Buffer.concat(lines));
  if (taken || abort.signal.aborted) return undefined;
  const target = direct ?? response;
  return new Promise((resolve) => {
    const done = () => {
      stall.cancel();
      target.off('drain', done);
      abort.signal.removeEventListener('abort', done);
      resolve();
    };
    const stall = clock.after(maxStallMs, () => {
      abort.abort();
      response.destroy();
    });
    target.on('drain', done);
    abort.signal.addEventListener('abort', done);
  });
}

interface Framed {
  readonly lines: readonly Buffer[];
  readonly chunk: Buffer;
}

/** What was told last, newest last: those that watch the same in the same form are told the same, one after another. */
const framed: Framed[] = [];
/** Different selections and forms of one round. */
const framedLimit = 8;
/** In bytes: what a watch begins with may be long, and is hardly ever told twice. */
const longestKept = 256 * 1024;

/** The lines as one chunk of the answer. Source: RFC 9112, section 7.1. */
function chunkOf(lines: readonly Buffer[]): Buffer {
  const known = framed.findLast((each) => areSame(each.lines, lines));
  if (known) return known.chunk;
  const length = lines.reduce((sum, line) => sum + line.length, 0);
  const chunk = Buffer.concat([Buffer.from(`${length.toString(16)}\r\n`), ...lines, lineBreak]);
  if (chunk.length <= longestKept) framed.push({ lines, chunk });
  if (framed.length > framedLimit) framed.shift();
  return chunk;
}

function areSame(some: readonly Buffer[], others: readonly Buffer[]): boolean {
  return some.length === others.length && some.every((line, index) => line === others[index]);
}

const lineBreak = Buffer.from('\r\n');

// Owns what waits to be sent to one browser: bounded. A view whose browser does not keep up skips frames and gets a
// fresh snapshot once it can be sent; a log drops its oldest waiting lines and says how many.
import type { Frame, LogFrame } from '../contract.ts';

/** What is known of the connection. */
export interface Wire {
  view(id: string, frame: Frame): void;
  log(id: string, frame: LogFrame): void;
  /** Packets that the browser has not taken yet. */
  readonly waiting: number;
}

/** Packets that may wait before frames are held back. */
const maxWaiting = 16;
/** Lines of one log that may wait; what is older is dropped. */
const maxLines = 5_000;
/** With fewer than so many waiting, there is room for more. */
const roomyLines = 2_000;
/** Lines of one frame. */
const linesPerFrame = 1_000;

interface WaitingLog {
  lines: string[];
  dropped: number;
  end: string | undefined;
  /** Who waits for room. */
  readers: (() => void)[];
}

export class Outbox {
  readonly #wire: Wire;
  /** Views that missed frames, and how to catch up. */
  readonly #behind = new Map<string, () => Frame>();
  readonly #logs = new Map<string, WaitingLog>();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** `snapshot` makes good for this frame and all that were missed. */
  sendView(id: string, frame: Frame, snapshot: () => Frame): void {
    if (this.#behind.has(id)) return;
    if (this.#wire.waiting >= maxWaiting) this.#behind.set(id, snapshot);
    else this.#wire.view(id, frame);
  }

  sendLog(id: string, lines: readonly string[]): void {
    const log = this.#logOf(id);
    for (const line of lines) log.lines.push(line);
    const excess = log.lines.length - maxLines;
    if (excess > 0) {
      log.lines.splice(0, excess);
      log.dropped += excess;
    }
    this.#flushLog(id, log);
  }

  /** Undefined when there is room for lines of the log; else resolves when there is. */
  room(id: string): Promise<void> | undefined {
    const log = this.#logs.get(id);
    if (!log || log.lines.length < roomyLines) return undefined;
    return new Promise((resolve) => log.readers.push(resolve));
  }

  endLog(id: string, reason: string): void {
    const log = this.#logOf(id);
    log.end = reason;
    this.#flushLog(id, log);
  }

  forget(id: string): void {
    this.#behind.delete(id);
    for (const resume of this.#logs.get(id)?.readers ?? []) resume();
    this.#logs.delete(id);
  }

  /** The browser took what waited. */
  drained(): void {
    for (const [id, snapshot] of this.#behind) {
      if (this.#wire.waiting >= maxWaiting) return;
      this.#behind.delete(id);
      this.#wire.view(id, snapshot());
    }
    for (const [id, log] of this.#logs) this.#flushLog(id, log);
  }

  #logOf(id: string): WaitingLog {
    const found = this.#logs.get(id);
    if (found) return found;
    const log: WaitingLog = { lines: [], dropped: 0, end: undefined, readers: [] };
    this.#logs.set(id, log);
    return log;
  }

  #flushLog(id: string, log: WaitingLog): void {
    while (this.#wire.waiting < maxWaiting && (log.dropped > 0 || log.lines.length > 0)) {
      if (log.dropped > 0) {
        this.#wire.log(id, { kind: 'dropped', count: log.dropped });
        log.dropped = 0;
      } else this.#wire.log(id, { kind: 'lines', lines: log.lines.splice(0, linesPerFrame) });
    }
    if (log.lines.length < roomyLines) for (const resume of log.readers.splice(0)) resume();
    if (log.end !== undefined && log.lines.length === 0 && this.#wire.waiting < maxWaiting) {
      this.#wire.log(id, { kind: 'end', reason: log.end });
      this.#logs.delete(id);
    }
  }
}

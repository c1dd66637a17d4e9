// Owns one browser's streams: its views and logs, each under the id that the browser chose. A stream that fails ends
// alone; all end when the connection or the session does.
import type { Client } from '@berth/client';
import type { Clock, Logger } from '@berth/host';
import { StatusError } from '@berth/objects';
import type { Acknowledgement, Frame } from '../contract.ts';
import type { Hub } from './hub.ts';
import { followLog } from './log-stream.ts';
import { Outbox, type Wire } from './outbox.ts';
import { readLogQuery } from './query.ts';

/** A page has a handful; more is a mistake or an attack. */
const maxStreams = 64;

interface ConnectionOptions {
  readonly hub: Hub;
  readonly client: Pick<Client, 'log'>;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #outbox: Outbox;
  readonly #streams = new Map<string, AbortController>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.wire);
  }

  async openView(id: string, query: unknown): Promise<Acknowledgement> {
    return this.#open(id, async (signal) => {
      // Until the view is open, what it delivers is the snapshot itself.
      let catchUp: (frame: Frame) => Frame = (frame) => frame;
      const view = await this.#options.hub.open(query, (frame) => {
        if (!signal.aborted) this.#outbox.sendView(id, frame, () => catchUp(frame));
      });
      catchUp = () => view.snapshot();
      if (signal.aborted) view.close();
      else signal.addEventListener('abort', () => view.close(), { once: true });
    });
  }

  async openLog(id: string, query: unknown): Promise<Acknowledgement> {
    return this.#open(id, async (signal) => {
      const { client, clock } = this.#options;
      const reader = {
        lines: (lines: readonly string[]) => this.#outbox.sendLog(id, lines),
        room: () => this.#outbox.room(id),
        end: (reason: string) => this.#outbox.endLog(id, reason),
      };
      await followLog(client, readLogQuery(query), { clock, signal, reader });
    });
  }

  close(id: string): void {
    this.#streams.get(id)?.abort();
    this.#streams.delete(id);
    this.#outbox.forget(id);
  }

  closeAll(): void {
    for (const id of [...this.#streams.keys()]) this.close(id);
  }

  /** The browser took what waited. */
  drained(): void {
    this.#outbox.drained();
  }

  async #open(id: string, open: (signal: AbortSignal) => Promise<void>): Promise<Acknowledgement> {
    if (typeof id !== 'string' || id.length > 100) return { ok: false, message: 'a stream needs a short id' };
    this.close(id);
    if (this.#streams.size >= maxStreams) return { ok: false, message: 'this page has too many streams open' };
    const abort = new AbortController();
    this.#streams.set(id, abort);
    try {
      await open(abort.signal);
      return { ok: true };
    } catch (error) {
      if (this.#streams.get(id) === abort) this.close(id);
      if (!(error instanceof StatusError)) this.#options.log.debug({ err: error }, 'a stream could not be opened');
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  }
}

// Owns the turns in which big bodies of YAML are read. Reading one holds up everybody for a fifth of a second, so they
// are read one at a time, and after each all others have as long for themselves.
import type { IncomingMessage } from 'node:http';
import { type Clock, sleep } from '@berth/host';
import { badRequestError, type ParsedBody, parseYaml, StatusError } from '@berth/objects';

/** Bytes that are read in a few milliseconds, and at once. */
const quick = 64 * 1024;
/** Who comes when so many wait is sent away: each keeps a body in memory. */
const mostWaiting = 16;

export class YamlTurns {
  readonly #clock: Clock;
  /** Resolves when the next may be read. */
  #free = Promise.resolve();
  #waiting = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws BadRequest for what is no YAML, and TooManyRequests when too many wait already. */
  async read(body: Uint8Array, { socket }: Pick<IncomingMessage, 'socket'>): Promise<ParsedBody> {
    if (body.length <= quick) return parseYaml(body);
    if (this.#waiting >= mostWaiting) throw tooMany();
    this.#waiting++;
    const turn = this.#free;
    let end = () => {};
    this.#free = new Promise((resolve) => {
      end = resolve;
    });
    await turn;
    this.#waiting--;
    const begun = this.#clock.monotonic();
    try {
      if (socket.destroyed) throw badRequestError('the client has gone');
      return parseYaml(body);
    } finally {
      void sleep(this.#clock, this.#clock.monotonic() - begun).then(end);
    }
  }
}

function tooMany(): StatusError {
  const message = 'too many large bodies of YAML at the same time, please try again later';
  return new StatusError('TooManyRequests', message, { retryAfterSeconds: 1 });
}

// Owns the size of one terminal in Docker: the one that was asked for last, whatever happens to the calls before.
import { type Clock, sleep } from '@berth/host';

export interface TerminalSize {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** Docker refuses a size while it has not started the command yet. */
const tries = 10;
const retryMs = 30;

export class TerminalSizer {
  readonly #apply: (size: TerminalSize) => Promise<void>;
  readonly #clock: Clock;
  #wanted: TerminalSize | undefined;
  #applying: Promise<void> | undefined;

  constructor(apply: (size: TerminalSize) => Promise<void>, clock: Clock) {
    this.#apply = apply;
    this.#clock = clock;
  }

  /** Resolves when the terminal has the newest size. One call at a time is under way, so that an older one cannot win. */
  set(size: TerminalSize): Promise<void> {
    this.#wanted = size;
    this.#applying ??= this.#applyNewest().finally(() => {
      this.#applying = undefined;
    });
    return this.#applying;
  }

  /**
   * To be called when the terminal has shown something: before that containerd takes a size for a terminal that is not
   * there yet, says that all is well, and forgets it.
   */
  async confirm(): Promise<void> {
    await this.#applying?.catch(() => {});
    // The command may be over already.
    if (this.#wanted) await this.set({ ...this.#wanted }).catch(() => {});
  }

  async #applyNewest(): Promise<void> {
    let applied: TerminalSize | undefined;
    while (applied !== this.#wanted && this.#wanted) {
      applied = this.#wanted;
      await this.#applyOne(applied);
    }
  }

  async #applyOne(size: TerminalSize): Promise<void> {
    for (let attempt = 1; size === this.#wanted; attempt++) {
      try {
        return await this.#apply(size);
      } catch (error) {
        if (attempt === tries) throw error;
        await sleep(this.#clock, retryMs);
      }
    }
  }
}

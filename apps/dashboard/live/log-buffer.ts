// Owns the lines of a log that the browser keeps: bounded, numbered from the first that came, with the places where
// lines are missing marked. Pure apart from itself; the stream is `use-log.ts`.

export type LogItem =
  | { readonly kind: 'line'; readonly number: number; readonly at: string | undefined; readonly text: string }
  | { readonly kind: 'dropped'; readonly number: number; readonly count: number }
  | { readonly kind: 'restart'; readonly number: number };

/** RFC 3339 with a fraction, as the kubelet puts it before a line. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;

export class LogBuffer {
  readonly #capacity: number;
  readonly #items: LogItem[] = [];
  #next = 1;
  #forgotten = 0;
  #lastStamp = '';
  #resuming = false;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The same array at every call: what follows it is told by others that it grew. */
  get items(): readonly LogItem[] {
    return this.#items;
  }

  /** How many of the oldest lines were let go, to stay within the capacity. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Takes lines as they come, each with its time in front. After a reconnect, those it has already are left out. */
  push(lines: readonly string[]): void {
    for (const line of lines) {
      const match = stamp.exec(line);
      const at = match?.[1];
      if (at !== undefined) {
        if (this.#resuming && at <= this.#lastStamp) continue;
        this.#resuming = false;
        this.#lastStamp = at;
      }
      this.#items.push({ kind: 'line', number: this.#next, at, text: match ? line.slice(match[0].length) : line });
      this.#next += 1;
    }
    this.#trim();
  }

  dropped(count: number): void {
    this.#items.push({ kind: 'dropped', number: this.#next, count });
    this.#trim();
  }

  /** The stream was opened again: what follows begins with lines that may be here already. */
  resume(): void {
    if (this.#items.length === 0) return;
    this.#resuming = this.#lastStamp !== '';
    this.#items.push({ kind: 'restart', number: this.#next });
  }

  /** Lets go a tenth at a time, so that a busy log does not move the whole array for every line. */
  #trim(): void {
    if (this.#items.length <= this.#capacity * 1.1) return;
    const gone = this.#items.splice(0, this.#items.length - this.#capacity);
    for (const item of gone) if (item.kind === 'line') this.#forgotten += 1;
  }
}

/** The text of all lines, as it is saved to a file. */
export function logText(items: readonly LogItem[]): string {
  return items
    .map((item) => {
      if (item.kind === 'line') return item.at ? `${item.at} ${item.text}` : item.text;
      if (item.kind === 'dropped') return `--- ${item.count} lines were dropped here ---`;
      return '--- the connection was lost and opened again here ---';
    })
    .join('\n');
}

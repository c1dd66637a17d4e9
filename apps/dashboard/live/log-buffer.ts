// Owns the lines of a log that the browser keeps, from one container or from several merged by time: bounded, with the
// places where lines are missing marked. Pure apart from itself; the streams are `use-log.ts`.

export type LogItem =
  | { readonly kind: 'line'; readonly source: string; readonly at: string | undefined; readonly text: string }
  | { readonly kind: 'dropped'; readonly source: string; readonly at: string | undefined; readonly count: number }
  | { readonly kind: 'restart'; readonly source: string; readonly at: string | undefined };

/** RFC 3339 with a fraction, as the kubelet puts it before a line. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;

/** What is known of one stream. */
interface Source {
  last: string | undefined;
  resuming: boolean;
}

export class LogBuffer {
  readonly #capacity: number;
  readonly #items: LogItem[] = [];
  readonly #sources = new Map<string, Source>();
  #forgotten = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The same array at every call: whoever shows it is told by others that it grew. */
  get items(): readonly LogItem[] {
    return this.#items;
  }

  /** How many of the oldest lines were let go, to stay within the capacity. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Takes lines as they come, each with its time in front. After a reconnect, those it has already are left out. */
  push(source: string, lines: readonly string[]): void {
    const state = this.#source(source);
    for (const line of lines) {
      const match = stamp.exec(line);
      const at = match?.[1];
      if (at !== undefined) {
        if (state.resuming && state.last !== undefined && at <= state.last) continue;
        state.resuming = false;
        state.last = at;
      }
      this.#insert({ kind: 'line', source, at: at ?? state.last, text: match ? line.slice(match[0].length) : line });
    }
    this.#trim();
  }

  dropped(source: string, count: number): void {
    this.#insert({ kind: 'dropped', source, at: this.#source(source).last, count });
    this.#trim();
  }

  /** A stream was opened again: what follows begins with lines that may be here already. */
  resume(source: string): void {
    const state = this.#sources.get(source);
    if (state?.last === undefined) return;
    state.resuming = true;
    this.#insert({ kind: 'restart', source, at: state.last });
  }

  #source(name: string): Source {
    const known = this.#sources.get(name);
    if (known) return known;
    const fresh: Source = { last: undefined, resuming: false };
    this.#sources.set(name, fresh);
    return fresh;
  }

  /** By time; what was written at the same time stands in the order in which it came. */
  #insert(item: LogItem): void {
    let at = this.#items.length;
    if (item.at !== undefined) {
      while (at > 0 && (this.#items[at - 1]!.at ?? '') > item.at) at -= 1;
    }
    if (at === this.#items.length) this.#items.push(item);
    else this.#items.splice(at, 0, item);
  }

  /** Lets go a tenth at a time, so that a busy log does not move the whole array for every line. */
  #trim(): void {
    if (this.#items.length <= this.#capacity * 1.1) return;
    const gone = this.#items.splice(0, this.#items.length - this.#capacity);
    for (const item of gone) if (item.kind === 'line') this.#forgotten += 1;
  }
}

/** The text of all lines, as it is saved to a file; of several sources, each line says whose it is. */
export function logText(items: readonly LogItem[]): string {
  const several = new Set(items.map((item) => item.source)).size > 1;
  return items
    .map((item) => {
      const whose = several ? `[${item.source}] ` : '';
      if (item.kind === 'line') return `${whose}${item.at ? `${item.at} ` : ''}${item.text}`;
      if (item.kind === 'dropped') return `${whose}--- ${item.count} lines were dropped here ---`;
      return `${whose}--- the connection was lost and opened again here ---`;
    })
    .join('\n');
}

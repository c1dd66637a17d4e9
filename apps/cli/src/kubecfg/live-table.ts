// Owns what `get -w` shows a person: one table that changes in place, no larger than the terminal. What just changed
// stands out for a moment, what was deleted stays visible as long, and ages go on.
import { stripVTControlCharacters } from 'node:util';
import type { Clock, Timer } from '@berth/host';
import { type KubeObject, objectKey } from '@berth/objects';
import logUpdate from 'log-update';
import { colour } from './colour.ts';
import type { LiveView } from './live.ts';
import { type SelectionOptions, tableOf } from './selection.ts';
import type { Target } from './targets.ts';

const momentMs = 2_000;
const frameMs = 500;

interface Row {
  readonly object: KubeObject;
  /** When it changed, on the monotonic clock. Undefined: it has been so from the beginning. */
  readonly at?: number;
  readonly deleted?: boolean;
}

export class LiveTable implements LiveView {
  readonly #target: Target;
  readonly #options: SelectionOptions;
  readonly #clock: Clock;
  readonly #redraw = () => this.show();
  #rows = new Map<string, Row>();
  #frame: Timer | undefined;
  #lost = '';

  constructor(target: Target, options: SelectionOptions, clock: Clock) {
    this.#target = target;
    this.#options = options;
    this.#clock = clock;
    process.stdout.on('resize', this.#redraw);
  }

  listed(objects: readonly KubeObject[]): void {
    this.#rows = new Map(objects.map((object) => [objectKey(object), { object }]));
    this.#lost = '';
  }

  changed(object: KubeObject): void {
    this.#rows.set(objectKey(object), { object, at: this.#clock.monotonic() });
  }

  deleted(object: KubeObject): void {
    this.#rows.set(objectKey(object), { object, at: this.#clock.monotonic(), deleted: true });
  }

  show(): void {
    this.#frame?.cancel();
    const rows = this.#visible();
    const [head = '', ...lines] = tableOf(
      this.#target.kind,
      rows.map(({ object }) => object),
      this.#options,
    ).split('\n');
    const count = rows.filter(({ deleted }) => !deleted).length;
    const table = rows.length > 0 ? [head, ...rows.map((row, index) => this.#line(row, lines[index]!))] : [];
    const status = `${this.#state()}  ${colour.dim(`${count} ${count === 1 ? 'object' : 'objects'}, Ctrl-C to leave`)}`;
    logUpdate(fitted(table, status, process.stdout));
    this.#frame = this.#clock.after(frameMs, this.#redraw);
  }

  lost(why: string): void {
    this.#lost = why;
    this.show();
  }

  end(): void {
    this.#frame?.cancel();
    process.stdout.off('resize', this.#redraw);
    logUpdate.done();
  }

  #visible(): readonly Row[] {
    for (const [key, row] of this.#rows) if (row.deleted && !this.#isNew(row)) this.#rows.delete(key);
    return [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }

  #isNew({ at }: Row): boolean {
    return at !== undefined && this.#clock.monotonic() - at < momentMs;
  }

  #line(row: Row, text: string): string {
    if (row.deleted) return colour.dim(colour.strikethrough(stripVTControlCharacters(text)));
    return this.#isNew(row) ? colour.bold(text) : text;
  }

  #state(): string {
    return this.#lost ? colour.red(`● reconnecting: ${this.#lost}`) : colour.green('● live');
  }
}

/** A table above a line of status, cut to what the terminal can show at once. */
export function fitted(
  table: readonly string[],
  status: string,
  { rows = 24, columns = 80 }: { readonly rows?: number; readonly columns?: number },
): string {
  const room = Math.max(rows - 3, 2);
  const hidden = table.length > room ? table.length - room + 1 : 0;
  const shown = hidden > 0 ? [...table.slice(0, room - 1), colour.dim(`… ${hidden} more`)] : table;
  return [...shown, ...(table.length > 0 ? [''] : []), status].map((line) => clipped(line, columns)).join('\n');
}

/** The first columns of a line that may carry colour, and nothing of its colour left over behind it. */
function clipped(line: string, columns: number): string {
  if (stripVTControlCharacters(line).length <= columns) return line;
  let room = columns - 1;
  let text = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how colours begin.
  for (const [part] of line.matchAll(/\u001b\[[0-9;]*m|./gu)) {
    if (part.startsWith('\u001b')) text += part;
    else if (room-- > 0) text += part;
  }
  return `${text}…`;
}

// Owns a client that follows a collection: it lists, watches, goes on where it was, lists again when it must, and keeps
// what it was told.
import type { Acknowledged } from './acknowledged.ts';
import { accepted, eventsOf, type Form, type Seen } from './events.ts';
import type { HttpClient } from './http.ts';
import { keyOf, type Marked, type MarkedKind, writeOf } from './kinds.ts';
import { pause } from './writer.ts';

export interface FollowerOptions {
  readonly kind: MarkedKind;
  readonly namespace?: string;
  readonly color?: string;
  readonly form: Form;
  /** Begins with a watch that sends what there is, instead of a list. */
  readonly watchList?: boolean;
  /** Lists in pages of so many. */
  readonly pageSize?: number;
  /** Stops reading now and then. */
  readonly slow?: boolean;
}

/** From one list on, as long as the watches that followed it went on from each other. */
export interface Stretch {
  readonly from: number;
  to: number;
  readonly listed: ReadonlyMap<string, number>;
  /** `revision type key` */
  readonly events: string[];
}

export class Follower {
  readonly options: FollowerOptions;
  readonly stretches: Stretch[] = [];
  readonly problems: string[] = [];
  /** How often it was told that it came too late. */
  expired = 0;
  resumed = 0;
  #known = new Map<string, { readonly revision: number; readonly write: string | undefined }>();
  readonly #client: HttpClient;
  readonly #acknowledged: Acknowledged;

  constructor(client: HttpClient, acknowledged: Acknowledged, options: FollowerOptions) {
    this.#client = client;
    this.#acknowledged = acknowledged;
    this.options = options;
  }

  /** What it takes for the present: key → revision and write. */
  get present(): ReadonlyMap<string, string> {
    return new Map([...this.#known].sort().map(([key, { revision, write }]) => [key, `${revision} ${write}`]));
  }

  async run(stop: AbortSignal): Promise<void> {
    let isListed = false;
    while (!stop.aborted) {
      try {
        isListed = isListed ? await this.#watch(stop, false) : await this.#list(stop);
      } catch (error) {
        if (error instanceof TypeError || error instanceof SyntaxError) this.problems.push(String(error.stack));
        await pause(50);
      }
    }
    this.#client.close();
  }

  #query(more: Record<string, string>): string {
    const { kind, namespace, color } = this.options;
    const query = new URLSearchParams({ ...more, ...(color ? { labelSelector: `color=${color}` } : {}) });
    return `${kind.path(namespace)}?${query}`;
  }

  /** Whether there is something to go on from. */
  async #list(stop: AbortSignal): Promise<boolean> {
    if (this.options.watchList) return this.#watch(stop, true);
    const items: Marked[] = [];
    const { newest } = this.#acknowledged;
    let token = '';
    for (;;) {
      const { pageSize } = this.options;
      const limits = pageSize ? { limit: `${pageSize}`, ...(token ? { continue: token } : {}) } : {};
      const { code, json } = await this.#client.ask('GET', this.#query(limits));
      if (code === 410) this.expired++;
      if (code !== 200) return false;
      items.push(...(json.items as Marked[]));
      const metadata = json.metadata as { resourceVersion: string; continue?: string };
      token = metadata.continue ?? '';
      if (!token) {
        this.#begin(Number(metadata.resourceVersion), items, newest);
        return true;
      }
      await pause(Math.random() * 200);
    }
  }

  /** `newest`: what had been acknowledged to anybody when this was asked for. */
  #begin(revision: number, items: readonly Marked[], newest: number): void {
    if (revision < newest) this.problems.push(`a list showed ${revision} after ${newest} had been acknowledged`);
    this.#known = new Map(
      items.map((item) => [keyOf(item), { revision: Number(item.metadata.resourceVersion), write: writeOf(item) }]),
    );
    const listed = new Map([...this.#known].map(([key, entry]) => [key, entry.revision] as const));
    this.stretches.push({ from: revision, to: revision, listed, events: [] });
  }

  /** One watch, until either side ends it. Whether there is something to go on from. */
  async #watch(stop: AbortSignal, withInitial: boolean): Promise<boolean> {
    const { form, kind, slow } = this.options;
    const at = this.stretches.at(-1)?.to;
    const from: Record<string, string> = withInitial
      ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
      : { resourceVersion: `${at}` };
    const timeout = { timeoutSeconds: `${1 + Math.floor(Math.random() * 5)}` };
    const { newest } = this.#acknowledged;
    const query = this.#query({ watch: 'true', allowWatchBookmarks: 'true', ...from, ...timeout });
    const stream = await this.#client.open('GET', query, { accept: accepted[form] });
    if (stream.statusCode !== 200) {
      stream.destroy();
      if (stream.statusCode === 410) this.expired++;
      if (stream.statusCode! >= 500) await pause(50);
      return stream.statusCode !== 410 && !withInitial;
    }
    // Now and then it hangs up itself, in the middle of whatever comes.
    const hangUp = setTimeout(() => stream.destroy(), Math.random() < 0.4 ? Math.random() * 2_000 : 60_000);
    const end = () => stream.destroy();
    stop.addEventListener('abort', end);
    let initial: Marked[] | undefined = withInitial ? [] : undefined;
    if (!withInitial) this.resumed++;
    try {
      for await (const event of eventsOf(stream, form, kind.type)) {
        if (event.type === 'ERROR') {
          if (event.object.code !== 410) this.problems.push(`ERROR ${JSON.stringify(event.object)}`);
          this.expired++;
          return false;
        }
        if (initial && event.type === 'ADDED') initial.push(event.object);
        else if (initial) {
          this.#begin(Number(event.object.metadata.resourceVersion), initial, newest);
          initial = undefined;
        } else this.#see(event);
        if (slow && Math.random() < 0.02) await pause(300);
      }
    } catch (error) {
      if (!stream.destroyed) throw error;
      if (error instanceof TypeError || error instanceof SyntaxError) throw error;
    } finally {
      clearTimeout(hangUp);
      stop.removeEventListener('abort', end);
      stream.destroy();
    }
    return !initial;
  }

  #see({ type, object }: Seen): void {
    const stretch = this.stretches.at(-1)!;
    const revision = Number(object.metadata.resourceVersion);
    if (type === 'BOOKMARK') {
      if (revision < stretch.to) this.problems.push(`a bookmark went back from ${stretch.to} to ${revision}`);
      stretch.to = Math.max(stretch.to, revision);
      return;
    }
    const key = keyOf(object);
    if (revision <= stretch.to) this.problems.push(`${type} ${key} at ${revision} came after ${stretch.to}`);
    if (this.#known.has(key) === (type === 'ADDED'))
      this.problems.push(`${type} ${key} at ${revision}: it was ${type === 'ADDED' ? '' : 'not '}known`);
    stretch.to = revision;
    stretch.events.push(`${revision} ${type} ${key}`);
    if (type === 'DELETED') this.#known.delete(key);
    else this.#known.set(key, { revision, write: writeOf(object) });
  }
}

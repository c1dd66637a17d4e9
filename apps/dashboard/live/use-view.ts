// Owns how a component follows a view. Two that ask the same share one stream; the stream stays for a moment after the
// last one left, so that going back to a page shows it at once.
import type { Frame, Noun, Rows, ViewQuery } from '@berth/dashboard-api';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { connection, openView } from './connection.ts';
import { type Freshness, freshnessOf } from './freshness.ts';
import { useNow } from './now.ts';
import { useObservable } from './observable.ts';
import { reportFreshness } from './page-freshness.ts';
import { type ViewState, ViewStore } from './view-store.ts';

/** How long a view that nobody looks at stays open, in milliseconds. */
const linger = 5_000;

/** From so many rows on, followers hear four times a second: what they draw of it is work of its own. */
const large = 2_000;

interface Shared<N extends Noun> {
  readonly store: ViewStore<N>;
  followers: number;
  readonly listeners: Set<() => void>;
  stop(): void;
  closing?: ReturnType<typeof setTimeout>;
}

const open = new Map<string, Shared<Noun>>();

function acquire<N extends Noun>(key: string, query: ViewQuery<N>): Shared<N> {
  const existing = open.get(key) as Shared<N> | undefined;
  if (existing) {
    clearTimeout(existing.closing);
    return existing;
  }
  const store = new ViewStore<N>();
  const listeners = new Set<() => void>();
  let scheduled = false;
  // Frames come faster than a screen is drawn; followers hear at most once per picture.
  const notify = () => {
    if (scheduled) return;
    scheduled = true;
    const tell = () => {
      scheduled = false;
      for (const listener of listeners) listener();
    };
    if (document.hidden || store.state.order.length > large) setTimeout(tell, 250);
    else requestAnimationFrame(tell);
  };
  const close = openView(query as unknown as ViewQuery, (frame) => {
    store.apply(frame as Frame<N>);
    notify();
  });
  const shared: Shared<N> = { store, followers: 0, listeners, stop: close };
  open.set(key, shared as unknown as Shared<Noun>);
  // A picture that React throws away never follows: then this closes the stream.
  release(key);
  return shared;
}

function release(key: string): void {
  const shared = open.get(key);
  if (!shared || shared.followers > 0) return;
  shared.closing = setTimeout(() => {
    if (shared.followers > 0) return;
    shared.stop();
    open.delete(key);
  }, linger);
}

export interface View<N extends Noun> extends ViewState<N> {
  readonly freshness: Freshness;
  /** The rows in order; computed when asked. */
  rows(): readonly Rows[N][];
}

function rowsOf<N extends Noun>(state: ViewState<N>): readonly Rows[N][] {
  const rows: Rows[N][] = [];
  for (const uid of state.order) {
    const row = state.row(uid);
    if (row) rows.push(row);
  }
  return rows;
}

const idle = new ViewStore<Noun>().state;

/** Follows the view; undefined follows nothing, for a query that is not known yet. */
export function useView<N extends Noun>(query: ViewQuery<N> | undefined): View<N> {
  const key = query && JSON.stringify(query);
  const shared = useMemo(() => (key ? acquire(key, JSON.parse(key) as ViewQuery<N>) : undefined), [key]);
  const [previous, setPrevious] = useState<{ noun: N; state: ViewState<N> }>();

  useEffect(() => {
    if (!key || !shared) return;
    shared.followers += 1;
    clearTimeout(shared.closing);
    return () => {
      shared.followers -= 1;
      release(key);
    };
  }, [key, shared]);

  const state = useSyncExternalStore(
    (listener) => {
      shared?.listeners.add(listener);
      return () => shared?.listeners.delete(listener);
    },
    () => (shared ? shared.store.state : (idle as unknown as ViewState<N>)),
    () => idle as unknown as ViewState<N>,
  );
  const noun = query?.noun;
  useEffect(() => {
    if (state.loaded && noun) setPrevious({ noun, state });
  }, [state, noun]);

  // While a changed filter loads, the rows before stay: a list that blinks cannot be read.
  const shown = !state.loaded && !state.error && previous && previous.noun === noun ? previous.state : state;
  const link = useObservable(connection);
  const kind = useNow((now) => freshnessOf(link, state.server, now).kind);
  // biome-ignore lint/correctness/useExhaustiveDependencies: time changes the freshness only through its kind
  const freshness = useMemo(() => freshnessOf(link, state.server, Date.now()), [link, state.server, kind]);
  useEffect(() => (key ? reportFreshness(key, freshness) : undefined), [key, freshness]);
  return useMemo(() => ({ ...shown, freshness, rows: () => rowsOf(shown) }), [shown, freshness]);
}

// Owns how the page of one object stays true: its row comes live, and the rest is asked again when the row changed.
import type { Noun, Rows } from '@berth/dashboard-api';
import { useEffect, useRef } from 'react';
import type { Freshness } from './freshness.ts';
import { type Query, useQuery } from './use-query.ts';
import { useView } from './use-view.ts';

export interface Detail<N extends Noun, T> extends Query<T> {
  /** The row as it is now; undefined when the object is gone, or not known yet. */
  readonly row: Rows[N] | undefined;
  /** The live view came, and the object is not in it. */
  readonly gone: boolean;
  readonly freshness: Freshness;
}

interface Target<N extends Noun> {
  readonly noun: N;
  readonly namespace?: string;
  readonly name: string;
}

export function useDetail<N extends Noun, T>(
  target: Target<N>,
  ask: (signal: AbortSignal) => Promise<T>,
): Detail<N, T> {
  const view = useView<N>({ noun: target.noun, namespace: target.namespace, name: target.name });
  const query = useQuery(`${target.noun}/${target.namespace ?? ''}/${target.name}`, ask);
  const uid = view.order[0];
  const row = uid === undefined ? undefined : view.row(uid);
  const { again } = query;
  const seen = useRef(row);
  useEffect(() => {
    if (row === seen.current) return;
    const first = seen.current === undefined;
    seen.current = row;
    if (first || row === undefined) return;
    const timer = setTimeout(again, 250);
    return () => clearTimeout(timer);
  }, [row, again]);
  return { ...query, row, gone: view.loaded && row === undefined, freshness: view.freshness };
}

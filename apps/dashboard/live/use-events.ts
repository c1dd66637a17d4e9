// Owns the events of one object, live: what the page was loaded with until the view has come.
import type { EventRow } from '@berth/dashboard-api';
import { useMemo } from 'react';
import { useView } from './use-view.ts';

interface Target {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Newest first. */
export function useEvents({ kind, namespace, name }: Target, loaded: readonly EventRow[]): readonly EventRow[] {
  const view = useView({ noun: 'events', namespace, search: name, sort: { by: 'lastSeen', descending: true } });
  return useMemo(
    () =>
      view.loaded ? view.rows().filter((event) => event.object.kind === kind && event.object.name === name) : loaded,
    [view, loaded, kind, name],
  );
}

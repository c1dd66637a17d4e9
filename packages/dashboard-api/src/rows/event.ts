// Owns the row of an event.
import type { Event } from '@berth/objects';
import type { EventRow } from '../contract.ts';
import { rowMeta } from './meta.ts';

export function eventRow(event: Event): EventRow {
  const { involvedObject: object } = event;
  const meta = rowMeta(event);
  // The two ways in which events count: the old one in the event, the new one in its series.
  const last = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp;
  return {
    ...meta,
    namespace: event.metadata.namespace ?? '',
    type: event.type === 'Warning' ? 'Warning' : 'Normal',
    reason: event.reason ?? '',
    message: event.message ?? '',
    count: event.series?.count ?? event.count ?? 1,
    lastSeen: last ? Date.parse(last) : meta.createdAt,
    object: {
      kind: object.kind ?? '',
      ...(object.namespace ? { namespace: object.namespace } : {}),
      name: object.name ?? '',
    },
    source: event.reportingComponent || event.source?.component || '',
  };
}

export function newestFirst(a: EventRow, b: EventRow): number {
  return b.lastSeen - a.lastSeen || (a.uid < b.uid ? -1 : 1);
}

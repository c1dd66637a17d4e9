// Owns what puts and deletes have in common.
import type { StoreEvent } from './contract.ts';

/** The revision that an event tells of. */
export function revisionOf(event: StoreEvent): number {
  return event.type === 'put' ? event.entry.modRevision : event.modRevision;
}

export function keyOf(event: StoreEvent): string {
  return event.type === 'put' ? event.entry.key : event.key;
}

// Owns the table columns that kinds share, and how durations stand in them. Source: Kubernetes' printers.
import type { ObjectMeta } from '../api/types.ts';
import type { KubeObject } from '../object.ts';
import { humanDuration } from './duration.ts';
import type { Column } from './kind.ts';

export const nameColumn: Column<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. It is primarily intended for creation idempotence and configuration definition.',
  priority: 0,
  cell: (object) => object.metadata.name,
};

export const ageColumn: Column<KubeObject> = {
  name: 'Age',
  type: 'string',
  description: 'Time since the object was created.',
  priority: 0,
  cell: ({ metadata }, now) => ageOf(metadata.creationTimestamp, now),
};

/** Time since then, as it stands in a table. */
export function ageOf(timestamp: ObjectMeta['creationTimestamp'] | undefined, now: number): string {
  return timestamp ? humanDuration(now - Date.parse(timestamp)) : '<unknown>';
}

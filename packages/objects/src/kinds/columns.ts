// Owns the table columns that kinds share. Source: Kubernetes' printers.
import type { KubeObject } from '../object.ts';
import { humanDuration } from './duration.ts';
import type { Column } from './kind.ts';

/** A column of text. Priority 1 is shown with `-o wide`. */
export function columnOf<T extends KubeObject>(
  name: string,
  description: string,
  cell: (object: T, now: number) => string,
  priority = 0,
): Column<T> {
  return { name, type: 'string', description, priority, cell };
}

export function integerColumn<T extends KubeObject>(
  name: string,
  description: string,
  cell: (object: T) => number,
  priority = 0,
): Column<T> {
  return { name, type: 'integer', description, priority, cell };
}

/** A number that Kubernetes calls text. */
export function countColumn<T extends KubeObject>(
  name: string,
  description: string,
  cell: (object: T) => number,
  priority = 0,
): Column<T> {
  return { name, type: 'string', description, priority, cell };
}

export const nameColumn: Column<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'The name, unique among the objects of its kind in a namespace.',
  priority: 0,
  cell: (object) => object.metadata.name,
};

export const ageColumn: Column<KubeObject> = columnOf('Age', 'Time since the object was created.', (object, now) =>
  ageOf(object.metadata.creationTimestamp, now),
);

/** Of kinds that are shown with a date instead of an age. */
export const createdColumn: Column<KubeObject> = {
  ...columnOf('Created At', 'When the object was created.', ({ metadata }) => metadata.creationTimestamp),
  type: 'date',
};

/** Time since then, as it stands in a table. */
export function ageOf(timestamp: string | undefined, now: number): string {
  return timestamp ? humanDuration(now - Date.parse(timestamp)) : '<unknown>';
}

export function orNone(text: string | undefined): string {
  return text || '<none>';
}

/** Labels in a table: `a=b,c=d`. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return orNone(entries.map(([key, value]) => `${key}=${value}`).join(','));
}

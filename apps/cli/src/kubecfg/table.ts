// Owns how kubecfg shows rows: aligned, without lines, with colour where a person looks and none where a program does.
import type { Column, KubeObject, Resource } from '@berth/objects';
import Table from 'cli-table3';
import { colour } from './colour.ts';
import { typeName } from './output.ts';

const plainBorders = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((place) => [place, '']),
);

/** Lines of a table. Cells may carry colour; they are aligned by what one sees. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: head.map((title) => colour.dim(title)),
    chars: { ...plainBorders, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

export interface ObjectTable {
  /** With a first column for the namespace. */
  readonly withNamespace: boolean;
  readonly wide: boolean;
  readonly withLabels: boolean;
  /** Names as `pod/hello`, `deployment.apps/hello`: where several kinds stand below each other. */
  readonly withKind: boolean;
  /** Milliseconds, for ages. */
  readonly now: number;
}

/** A kind's objects in the kind's own columns. */
export function objectTable<T extends KubeObject>(
  kind: {
    readonly columns: readonly Column<T>[];
    readonly resource: Pick<Resource, 'singular' | 'group'>;
  },
  objects: readonly T[],
  options: ObjectTable,
): string {
  const columns = kind.columns.filter(({ priority }) => priority === 0 || options.wide);
  const type = typeName(kind.resource);
  const head = columns.map(({ name }) => name.toUpperCase());
  const rows = objects.map((object) =>
    columns.map((column, index) => {
      const cell = String(column.cell(object, options.now));
      return index === 0 && options.withKind ? `${type}/${cell}` : coloured(column.name, cell);
    }),
  );
  const labels = ({ metadata }: T) =>
    Object.entries(metadata.labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(',') || '<none>';
  return renderTable(
    [...(options.withNamespace ? ['NAMESPACE'] : []), ...head, ...(options.withLabels ? ['LABELS'] : [])],
    rows.map((row, index) => [
      ...(options.withNamespace ? [objects[index]!.metadata.namespace ?? ''] : []),
      ...row,
      ...(options.withLabels ? [labels(objects[index]!)] : []),
    ]),
  );
}

const good = /^(Running|Ready|Active|Succeeded|Completed|Normal|Bound)$/;
const waiting = /^(Pending|ContainerCreating|PodInitializing|Terminating|Init:\d+\/\d+|.*SchedulingDisabled)$/;
const bad = /Error|BackOff|Failed|NotReady|Unknown|OOMKilled|Evicted|Invalid|Warning|Err[A-Z]/;

function coloured(column: string, cell: string): string {
  if (column === 'Ready' || column === 'Current') return readiness(cell);
  if (column !== 'Status' && column !== 'Type') return cell;
  if (bad.test(cell)) return colour.red(cell);
  if (waiting.test(cell)) return colour.yellow(cell);
  return good.test(cell) ? colour.green(cell) : cell;
}

/** `2/3` is not all. */
function readiness(cell: string): string {
  const [ready, all] = cell.split('/');
  return all !== undefined && ready !== all ? colour.yellow(cell) : cell;
}

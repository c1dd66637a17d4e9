'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
// Owns a list of objects as a table: only the rows that are seen exist, the whole row opens the object, arrow keys move
// from row to row. What a column shows is told by the page.
import Link from 'next/link';
import { type KeyboardEvent, memo, type ReactNode, useEffect, useRef } from 'react';
import { useMedia } from '../../live/media.ts';
import { Icon } from '../controls/icon.tsx';

export interface Column<R> {
  readonly key: string;
  readonly head: string;
  /** A track of the grid: `minmax(10rem,2fr)`. */
  readonly width: string;
  /** The row's field by which the server can sort. */
  readonly sort?: string;
  /** Whether a phone shows it. */
  readonly phone?: boolean;
  readonly end?: boolean;
  cell(row: R): ReactNode;
}

export interface Sort {
  readonly by: string;
  readonly descending: boolean;
}

interface Properties<R> {
  readonly label: string;
  /** The first column holds the name. */
  readonly columns: readonly Column<R>[];
  readonly order: readonly string[];
  readonly total: number;
  readonly sort: Sort | undefined;
  readonly rowHeight?: number;
  readonly phoneRowHeight?: number;
  row(uid: string): R | undefined;
  /** Where a row leads; undefined for rows that lead nowhere. */
  href(row: R): string | undefined;
  sortBy(sort: Sort): void;
  /** Called when the end of the rows that are here comes near. */
  more?(): void;
  readonly testid?: string;
}

export function DataList<R extends { readonly uid: string; readonly name: string }>(properties: Properties<R>) {
  const { columns, order, total, row, more } = properties;
  const phone = useMedia('(max-width: 767px)');
  const scroller = useRef<HTMLDivElement>(null);
  const shown = phone ? columns.filter((column) => column.phone) : columns;
  const height = phone ? (properties.phoneRowHeight ?? 54) : (properties.rowHeight ?? 35);
  const virtual = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => order[index]!,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height is the reason to measure again
  useEffect(() => virtual.measure(), [virtual, height]);
  useEffect(() => {
    if (order.length < total && last >= order.length - 40) more?.();
  }, [last, order.length, total, more]);

  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const from = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
    if (!from || (event.target as HTMLElement).closest('[role=spinbutton],input')) return;
    event.preventDefault();
    const to = Number(from.dataset.index) + (event.key === 'ArrowDown' ? 1 : -1);
    if (to < 0 || to >= order.length) return;
    virtual.scrollToIndex(to);
    requestAnimationFrame(() =>
      scroller.current
        ?.querySelector<HTMLElement>(`[data-index="${to}"] [data-row-link]`)
        ?.focus({ preventScroll: true }),
    );
  };
  const grid = { gridTemplateColumns: shown.map((column) => column.width).join(' ') };
  return (
    <div
      ref={scroller}
      role="table"
      aria-label={properties.label}
      aria-rowcount={total + 1}
      onKeyDown={move}
      className="relative min-h-0 flex-1 overflow-auto overscroll-contain [scrollbar-gutter:stable]"
    >
      <div role="rowgroup" className="sticky top-0 z-10 bg-canvas max-md:sr-only">
        <div role="row" style={grid} className="grid h-8 items-center gap-x-4 border-b border-line-strong px-5">
          {shown.map((column) => (
            <Heading key={column.key} column={column} sort={properties.sort} sortBy={properties.sortBy} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const value = row(item.key as string);
          return value ? (
            <Row
              key={item.key}
              value={value}
              columns={shown}
              index={item.index}
              top={item.start}
              height={height}
              template={grid.gridTemplateColumns}
              href={properties.href}
              testid={properties.testid}
            />
          ) : null;
        })}
      </div>
    </div>
  );
}

function Heading<R>({ column, sort, sortBy }: { column: Column<R>; sort: Sort | undefined; sortBy(sort: Sort): void }) {
  const sorted =
    column.sort !== undefined && sort?.by === column.sort ? (sort.descending ? 'descending' : 'ascending') : undefined;
  return (
    <div
      role="columnheader"
      aria-sort={sorted}
      className={`min-w-0 text-xs text-ink-3 ${column.end ? 'text-right' : ''}`}
    >
      {column.sort === undefined ? (
        <span className="font-medium">{column.head}</span>
      ) : (
        <button
          type="button"
          onClick={() => sortBy({ by: column.sort!, descending: sorted === 'ascending' })}
          className={`inline-flex items-center gap-1 rounded-sm font-medium hover:text-ink ${sorted ? 'text-ink' : ''}`}
        >
          {column.head}
          {sorted ? <Icon name={sorted === 'ascending' ? 'sortUp' : 'sortDown'} size={11} /> : null}
        </button>
      )}
    </div>
  );
}

interface RowProperties<R> {
  readonly value: R;
  readonly columns: readonly Column<R>[];
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly template: string;
  readonly testid?: string;
  href(row: R): string | undefined;
}

function PlainRow<R extends { readonly name: string }>({
  value,
  columns,
  index,
  top,
  height,
  template,
  href,
  testid,
}: RowProperties<R>) {
  const to = href(value);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-testid={testid}
      data-name={value.name}
      style={{ gridTemplateColumns: template, transform: `translateY(${top}px)`, height }}
      className="absolute inset-x-0 top-0 grid items-center gap-x-4 border-b border-line px-5 focus-within:bg-sheet hover:bg-sheet max-md:px-4"
    >
      {columns.map((column, at) => (
        <div key={column.key} role="cell" className={`min-w-0 ${column.end ? 'text-right' : ''}`}>
          {at === 0 && to ? (
            <Link
              data-row-link
              href={to}
              prefetch={false}
              className="block rounded-sm before:absolute before:inset-0 before:content-['']"
            >
              {column.cell(value)}
            </Link>
          ) : (
            column.cell(value)
          )}
        </div>
      ))}
    </div>
  );
}

/** A row is drawn again only when its object or its place changed. */
const Row = memo(PlainRow) as typeof PlainRow;

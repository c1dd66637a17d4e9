'use client';
// Owns a page that lists one noun: what the address says becomes a live view; filter, order and search are written back
// to the address. Pages add only their columns and their words.
import type { Noun, Rows, ViewQuery } from '@berth/dashboard-api';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { useParameters } from '../../live/address.ts';
import { useView } from '../../live/use-view.ts';
import { Button } from '../controls/button.tsx';
import { countText } from '../facts/format.ts';
import type { LabelFilter } from '../labels/label-filter.ts';
import { choiceOf, toggle } from '../labels/selector-text.ts';
import { Freshness } from '../states/freshness.tsx';
import { Notice, SkeletonRows } from '../states/states.tsx';
import { type Column, DataList, type Sort } from './data-list.tsx';
import { FacetPanel } from './facet-panel.tsx';
import { FilterBar } from './filter-bar.tsx';

interface Properties<N extends Noun> {
  readonly noun: N;
  readonly title: string;
  readonly defaultSort: Sort;
  readonly rowHeight?: number;
  /** On a phone, where a row has more lines than two. */
  readonly phoneRowHeight?: number;
  readonly testid?: string;
  readonly empty: ReactNode;
  columns(filter: LabelFilter, allNamespaces: boolean): readonly Column<Rows[N]>[];
  href(row: Rows[N]): string | undefined;
}

/** Rows are asked for in steps; the total is always exact. */
const step = 500;

export function ListPage<N extends Noun>(properties: Properties<N>) {
  const { noun, title, defaultSort } = properties;
  const parameters = useParameters();
  const selector = parameters.get('l');
  const search = parameters.get('q');
  const namespace = noun === 'nodes' ? '' : parameters.get('ns');
  const sort = sortOf(parameters.get('sort')) ?? defaultSort;
  const [limit, setLimit] = useState(step);
  const [facetsOpen, setFacetsOpen] = useState(false);

  const query: ViewQuery<N> = {
    noun,
    namespace: namespace || undefined,
    labelSelector: selector || undefined,
    search: search || undefined,
    sort: { by: sort.by as keyof Rows[N] & string, descending: sort.descending },
    limit,
  };
  const view = useView<N>(query);
  useEffect(() => {
    document.title = `${title} · Berth`;
  }, [title]);

  const { set } = parameters;
  const filter = useMemo<LabelFilter>(
    () => ({
      choice: (key, value) => choiceOf(selector, key, value),
      choose: (key, value, choice) => set({ l: toggle(selector, { key, value }, choice) }),
    }),
    [selector, set],
  );
  const columnsOf = properties.columns;
  const columns = useMemo(() => columnsOf(filter, !namespace), [columnsOf, filter, namespace]);
  const more = useCallback(() => setLimit((value) => value + step), []);
  const filtered = Boolean(selector || search || namespace);

  return (
    <section aria-labelledby="list-title" className="flex h-full min-h-0 flex-col">
      <header className="flex flex-col gap-3 px-5 pt-4 pb-3 max-md:px-4">
        <div className="flex items-center gap-3">
          <h1 id="list-title" className="text-lg font-semibold tracking-[-0.01em]">
            {title}
          </h1>
          <span data-testid="total" className="text-ink-3">
            {view.loaded ? countText(view.total) : ''}
          </span>
          <span className="flex-1" />
          <Freshness state={view.freshness} compact />
        </div>
        <FilterBar
          noun={noun}
          selector={selector}
          search={search}
          problem={view.error}
          facets={view.facets}
          facetsOpen={facetsOpen}
          toggleFacets={() => setFacetsOpen((open) => !open)}
          setSelector={(l) => set({ l })}
          setSearch={(q) => set({ q })}
        />
        {facetsOpen ? <FacetPanel facets={view.facets} filter={filter} /> : null}
      </header>
      {view.error && !view.loaded ? (
        <Notice
          icon={selector || search ? 'filter' : 'close'}
          title={
            selector || search ? 'This filter cannot be read' : `The server does not show the ${title.toLowerCase()}`
          }
          actions={<Button onClick={() => set({ l: '', q: '' })}>Clear the filter</Button>}
        >
          <p>{view.error}</p>
        </Notice>
      ) : !view.loaded ? (
        <SkeletonRows rows={12} />
      ) : view.order.length === 0 ? (
        filtered ? (
          <Notice
            icon="search"
            title={`No ${title.toLowerCase()} match`}
            actions={<Button onClick={() => set({ l: '', q: '', ns: '' })}>Show all</Button>}
          >
            <p>This view is live: what matches later appears by itself.</p>
          </Notice>
        ) : (
          properties.empty
        )
      ) : (
        <DataList
          label={title}
          columns={columns}
          order={view.order}
          total={view.total}
          row={view.row}
          sort={sort}
          rowHeight={properties.rowHeight}
          phoneRowHeight={properties.phoneRowHeight}
          testid={properties.testid}
          href={properties.href}
          sortBy={(to) => set({ sort: `${to.descending ? '-' : ''}${to.by}` })}
          more={more}
        />
      )}
    </section>
  );
}

/** `name`, or `-createdAt` for the other way round. */
function sortOf(text: string): Sort | undefined {
  if (!text) return undefined;
  return text.startsWith('-') ? { by: text.slice(1), descending: true } : { by: text, descending: false };
}

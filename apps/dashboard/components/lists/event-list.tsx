'use client';
// Owns the list of events, the last one first.
import type { EventRow } from '@berth/dashboard-api';
import Link from 'next/link';
import { pageOf } from '../../live/address.ts';
import { Age } from '../facts/age.tsx';
import { EventMark } from '../facts/event-mark.tsx';
import type { Column } from '../list/data-list.tsx';
import { ListPage } from '../list/list-page.tsx';
import { Notice } from '../states/states.tsx';

function columns(): readonly Column<EventRow>[] {
  return [
    {
      key: 'reason',
      head: 'What',
      width: 'minmax(9rem,1fr)',
      sort: 'reason',
      phone: true,
      cell: (event) => (
        <>
          <EventMark event={event} />
          <span className="block pl-[21px] md:hidden">
            <ObjectLink object={event.object} />
            <span className="block truncate text-ink-2">{event.message}</span>
          </span>
        </>
      ),
    },
    {
      key: 'object',
      head: 'Object',
      width: 'minmax(9rem,1fr)',
      cell: (event) => <ObjectLink object={event.object} />,
    },
    {
      key: 'message',
      head: 'Message',
      width: 'minmax(12rem,3fr)',
      cell: (event) => (
        <span className="block truncate text-ink-2" title={event.message}>
          {event.message}
        </span>
      ),
    },
    {
      key: 'count',
      head: 'Times',
      width: '3.5rem',
      sort: 'count',
      end: true,
      cell: (event) => <span className="text-ink-2">{event.count}</span>,
    },
    {
      key: 'source',
      head: 'From',
      width: 'minmax(6rem,0.6fr)',
      cell: (event) => <span className="block truncate text-ink-3">{event.source}</span>,
    },
    {
      key: 'last',
      head: 'Last',
      width: '4.5rem',
      sort: 'lastSeen',
      end: true,
      phone: true,
      cell: (event) => <Age at={event.lastSeen} className="text-ink-2" />,
    },
  ];
}

function ObjectLink({ object }: { object: EventRow['object'] }) {
  const href = pageOf(object);
  const text = (
    <>
      <span className="text-ink-3">{object.kind}</span> <span className="font-medium">{object.name}</span>
    </>
  );
  if (!href) return <span className="block truncate">{text}</span>;
  return (
    <Link
      data-row-link
      href={href}
      prefetch={false}
      title={object.name}
      className="link relative block truncate rounded-sm"
    >
      {text}
    </Link>
  );
}

export function EventList() {
  return (
    <ListPage
      noun="events"
      title="Events"
      testid="event-row"
      phoneRowHeight={78}
      defaultSort={{ by: 'lastSeen', descending: true }}
      columns={columns}
      href={() => undefined}
      empty={
        <Notice icon="events" title="Nothing happened lately">
          <p>What the cluster decides and does is told here as it happens, and forgotten after an hour.</p>
        </Notice>
      }
    />
  );
}

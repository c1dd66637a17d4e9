'use client';
// Owns the events of one object on a line of time, the last one first.
import type { EventRow } from '@berth/dashboard-api';
import { useState } from 'react';
import { useEvents } from '../../live/use-events.ts';
import { Button } from '../controls/button.tsx';
import { Age } from '../facts/age.tsx';
import { EventMark } from '../facts/event-mark.tsx';

const few = 8;

interface Properties {
  readonly object: { readonly kind: string; readonly namespace?: string; readonly name: string };
  /** Those that the page was loaded with. */
  readonly loaded: readonly EventRow[];
}

export function Timeline({ object, loaded }: Properties) {
  const events = useEvents(object, loaded);
  const [all, setAll] = useState(false);
  if (events.length === 0) return <p className="text-ink-3">No events in the last hour.</p>;
  return (
    <>
      <ol
        data-testid="timeline"
        className="relative flex flex-col gap-3 before:absolute before:top-2 before:bottom-2 before:left-[6px] before:w-px before:bg-line"
      >
        {(all ? events : events.slice(0, few)).map((event) => (
          <li key={event.uid} className="relative min-w-0">
            <div className="flex items-baseline gap-2 [&_svg]:bg-canvas">
              <EventMark event={event} />
              {event.count > 1 ? <span className="text-ink-3">× {event.count}</span> : null}
              <Age at={event.lastSeen} className="ml-auto text-xs text-ink-3" />
            </div>
            <p className="pl-[21px] text-ink-2">{event.message}</p>
          </li>
        ))}
      </ol>
      {events.length > few ? (
        <Button weight="quiet" className="self-start" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `All ${events.length}`}
        </Button>
      ) : null}
    </>
  );
}

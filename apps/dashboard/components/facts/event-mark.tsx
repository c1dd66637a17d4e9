// Owns an event's reason with its weight: a warning is told from what is ordinary by shape as well.
import type { EventRow } from '@berth/dashboard-api';
import { Icon } from '../controls/icon.tsx';

export function EventMark({ event }: { event: Pick<EventRow, 'type' | 'reason'> }) {
  const warning = event.type === 'Warning';
  return (
    <span className={`flex min-w-0 items-center gap-2 font-medium ${warning ? 'text-failing-text' : 'text-ink'}`}>
      {warning ? (
        <Icon name="warning" size={13} />
      ) : (
        <span aria-hidden="true" className="mx-[3.5px] size-1.5 shrink-0 rounded-full bg-edge" />
      )}
      <span className="truncate">{event.reason}</span>
      {warning ? <span className="sr-only">(warning)</span> : null}
    </span>
  );
}

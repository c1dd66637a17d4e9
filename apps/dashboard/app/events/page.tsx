// Owns the address of the list of events.
import type { Metadata } from 'next';
import { EventList } from '../../components/lists/event-list.tsx';

export const metadata: Metadata = { title: 'Events' };

export default function Page() {
  return <EventList />;
}

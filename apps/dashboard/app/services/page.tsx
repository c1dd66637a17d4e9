// Owns the address of the list of services.
import type { Metadata } from 'next';
import { ServiceList } from '../../components/lists/service-list.tsx';

export const metadata: Metadata = { title: 'Services' };

export default function Page() {
  return <ServiceList />;
}

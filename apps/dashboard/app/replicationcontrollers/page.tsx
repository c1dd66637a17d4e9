// Owns the address of the list of replication controllers.
import type { Metadata } from 'next';
import { ControllerList } from '../../components/lists/controller-list.tsx';

export const metadata: Metadata = { title: 'Controllers' };

export default function Page() {
  return <ControllerList />;
}

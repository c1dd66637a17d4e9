// Owns the address of the list of nodes.
import type { Metadata } from 'next';
import { NodeList } from '../../components/lists/node-list.tsx';

export const metadata: Metadata = { title: 'Nodes' };

export default function Page() {
  return <NodeList />;
}

// Owns the address of one node. Exported once under placeholders; see docs/decisions/dashboard-export.md.
import type { Metadata } from 'next';
import { NodePage } from '../../../components/pages/node-page.tsx';

export const metadata: Metadata = { title: 'Node' };
export const dynamicParams = false;

export function generateStaticParams() {
  return [{ name: '_' }];
}

export default function Page() {
  return <NodePage />;
}

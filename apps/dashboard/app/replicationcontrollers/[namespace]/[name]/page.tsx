// Owns the address of one replication controller. Exported once under placeholders; see docs/decisions/dashboard-export.md.
import type { Metadata } from 'next';
import { ControllerPage } from '../../../../components/pages/controller-page.tsx';

export const metadata: Metadata = { title: 'Controller' };
export const dynamicParams = false;

export function generateStaticParams() {
  return [{ namespace: '_', name: '_' }];
}

export default function Page() {
  return <ControllerPage />;
}

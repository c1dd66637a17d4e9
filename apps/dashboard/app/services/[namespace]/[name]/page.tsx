// Owns the address of one service. Exported once under placeholders; see docs/decisions/dashboard-export.md.
import type { Metadata } from 'next';
import { ServicePage } from '../../../../components/pages/service-page.tsx';

export const metadata: Metadata = { title: 'Service' };
export const dynamicParams = false;

export function generateStaticParams() {
  return [{ namespace: '_', name: '_' }];
}

export default function Page() {
  return <ServicePage />;
}

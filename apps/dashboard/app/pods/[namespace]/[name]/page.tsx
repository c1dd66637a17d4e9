// Owns the address of one pod. Exported once under placeholders; see docs/decisions/dashboard-export.md.
import type { Metadata } from 'next';
import { PodPage } from '../../../../components/pages/pod-page.tsx';

export const metadata: Metadata = { title: 'Pod' };
export const dynamicParams = false;

export function generateStaticParams() {
  return [{ namespace: '_', name: '_' }];
}

export default function Page() {
  return <PodPage />;
}

// Owns the address of the audit.
import type { Metadata } from 'next';
import { AuditPage } from '../../components/pages/audit-page.tsx';

export const metadata: Metadata = { title: 'Audit' };

export default function Page() {
  return <AuditPage />;
}

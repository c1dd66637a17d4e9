// Owns the address of the one-time link.
import type { Metadata } from 'next';
import { SetUp } from '../../components/shell/set-up.tsx';

export const metadata: Metadata = { title: 'Set up' };

export default function Page() {
  return <SetUp />;
}

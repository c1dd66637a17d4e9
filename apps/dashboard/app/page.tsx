// Owns the address of the bridge, the page one comes to first.
import type { Metadata } from 'next';
import { Bridge } from '../components/bridge/bridge.tsx';

export const metadata: Metadata = { title: 'Bridge · Berth' };

export default function Page() {
  return <Bridge />;
}

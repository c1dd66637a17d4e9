// Owns the address of the list of pods.
import type { Metadata } from 'next';
import { PodList } from '../../components/lists/pod-list.tsx';

export const metadata: Metadata = { title: 'Pods' };

export default function Page() {
  return <PodList />;
}

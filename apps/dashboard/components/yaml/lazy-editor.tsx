'use client';
// Owns loading the editor when it is first needed.
import dynamic from 'next/dynamic';
import { Bone } from '../states/states.tsx';

export const LazyEditor = dynamic(() => import('./editor.tsx').then((module) => module.Editor), {
  ssr: false,
  loading: () => (
    <div
      role="status"
      aria-label="Loading the editor"
      className="flex min-h-0 flex-1 flex-col gap-3 rounded-md border border-line-strong bg-sheet p-4"
    >
      <Bone width="30%" />
      <Bone width="45%" />
      <Bone width="38%" />
    </div>
  ),
});

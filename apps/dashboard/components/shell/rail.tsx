'use client';
// Owns the way to the pages: a rail at the side, a bar at the bottom on a phone. The namespace goes along.
import Link from 'next/link';
import { useParameters } from '../../live/address.ts';
import { Icon, type IconName } from '../controls/icon.tsx';
import { SimulatedNote } from './simulated-note.tsx';

export const pages: readonly { href: string; name: string; short: string; icon: IconName; namespaced: boolean }[] = [
  { href: '/', name: 'Bridge', short: 'Bridge', icon: 'bridge', namespaced: true },
  { href: '/pods', name: 'Pods', short: 'Pods', icon: 'pods', namespaced: true },
  { href: '/replicationcontrollers', name: 'Controllers', short: 'Scale', icon: 'controllers', namespaced: true },
  { href: '/services', name: 'Services', short: 'Services', icon: 'services', namespaced: true },
  { href: '/nodes', name: 'Nodes', short: 'Nodes', icon: 'nodes', namespaced: false },
  { href: '/events', name: 'Events', short: 'Events', icon: 'events', namespaced: true },
  { href: '/audit', name: 'Audit', short: 'Audit', icon: 'audit', namespaced: false },
];

export function Rail({ path }: { path: string }) {
  const parameters = useParameters();
  const namespace = parameters.get('ns');
  return (
    <nav
      aria-label="Pages"
      className="row-start-3 flex overflow-x-auto border-t border-line bg-sheet md:col-start-1 md:row-start-2 md:flex-col md:gap-px md:overflow-y-auto md:border-t-0 md:border-r md:bg-transparent md:px-2 md:py-3"
    >
      {pages.map((page) => {
        const here = page.href === '/' ? path === '/' : path === page.href || path.startsWith(`${page.href}/`);
        return (
          <Link
            key={page.href}
            href={page.namespaced && namespace ? `${page.href}?ns=${encodeURIComponent(namespace)}` : page.href}
            prefetch={false}
            aria-current={here ? 'page' : undefined}
            className={`relative flex min-w-[51px] flex-1 flex-col items-center gap-0.5 py-2 text-2xs md:flex-none md:flex-row md:gap-2.5 md:rounded-md md:px-2.5 md:py-1.5 md:text-sm ${
              here
                ? 'font-semibold text-ink before:absolute before:inset-x-2 before:top-0 before:h-[3px] before:rounded-full before:bg-lamp before:ring-1 before:ring-lamp-line md:before:inset-x-auto md:before:inset-y-1.5 md:before:left-0 md:before:h-auto md:before:w-[3px]'
                : 'font-medium text-ink-2 hover:bg-sunken hover:text-ink'
            }`}
          >
            <Icon name={page.icon} />
            <span className="md:hidden">{page.short}</span>
            <span className="max-md:hidden">{page.name}</span>
          </Link>
        );
      })}
      <SimulatedNote />
    </nav>
  );
}

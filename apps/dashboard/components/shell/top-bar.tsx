'use client';
// Owns the bar above every page: the way home, the palette, the namespace, how fresh the page is, theme and person.
import Link from 'next/link';
import { usePageFreshness } from '../../live/page-freshness.ts';
import { Button } from '../controls/button.tsx';
import { Icon } from '../controls/icon.tsx';
import { Mark } from '../controls/mark.tsx';
import { Freshness } from '../states/freshness.tsx';
import { NamespaceSelect } from './namespace-select.tsx';
import { openOverlay } from './overlay-state.ts';
import { PersonMenu } from './person-menu.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

export function TopBar({ user }: { user: string }) {
  const freshness = usePageFreshness();
  return (
    <header className="col-span-full flex min-w-0 items-center gap-1.5 border-b border-line bg-sheet px-3 md:gap-2 md:px-4">
      <Link
        href="/"
        prefetch={false}
        className="flex shrink-0 items-center gap-2 rounded-md md:w-[calc(var(--rail)-1.5rem)]"
      >
        <Mark />
        <span className="text-lg font-[650] tracking-[-0.02em] max-md:sr-only">berth</span>
      </Link>
      <button
        type="button"
        data-testid="palette-button"
        aria-keyshortcuts="Meta+K Control+K"
        onClick={() => openOverlay('palette')}
        className="flex h-8 w-8 shrink-0 items-center justify-center gap-2 rounded-md border border-line bg-canvas text-ink-3 hover:border-edge hover:text-ink md:w-72 md:justify-start md:px-2.5"
      >
        <Icon name="search" size={14} />
        <span className="flex-1 text-left max-md:sr-only">Go to anything</span>
        <kbd className="rounded-sm border border-line px-1 text-2xs text-ink-3 max-md:hidden">⌘K</kbd>
      </button>
      <NamespaceSelect />
      <div className="flex-1" />
      <Freshness state={freshness} />
      <Button
        weight="main"
        icon="plus"
        data-testid="create"
        className="max-md:w-8 max-md:px-0"
        onClick={() => openOverlay('create')}
      >
        <span className="max-md:sr-only">Create</span>
      </Button>
      <ThemeToggle />
      <PersonMenu user={user} />
    </header>
  );
}

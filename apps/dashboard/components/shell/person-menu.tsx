'use client';
// Owns the menu of the person who is signed in.
import Link from 'next/link';
import { api } from '../../live/api.ts';
import { disconnect } from '../../live/connection.ts';
import { useObservable } from '../../live/observable.ts';
import { session } from '../../live/session.ts';
import { Menu, menuItem } from '../controls/menu.tsx';
import { openOverlay } from './overlay-state.ts';
import { chooseTheme, theme, themeAfter } from './theme.ts';
import { themes } from './theme-toggle.tsx';

export function PersonMenu({ user }: { user: string }) {
  const now = useObservable(theme);
  return (
    <Menu icon="user" label={`Signed in as ${user}`}>
      <p className="px-2.5 pt-1.5 pb-2 text-ink-2">
        Signed in as <strong className="font-semibold text-ink">{user}</strong>
      </p>
      <button type="button" className={`${menuItem} md:hidden`} onClick={() => chooseTheme(themeAfter(now))}>
        Theme: {themes[now].name}
      </button>
      <Link href="/tokens" prefetch={false} className={menuItem}>
        API tokens
      </Link>
      <button type="button" className={menuItem} onClick={() => openOverlay('password')}>
        Change password
      </button>
      <button type="button" className={menuItem} onClick={() => openOverlay('keys')}>
        Keyboard
      </button>
      <button
        type="button"
        className={menuItem}
        onClick={() => {
          void api.session.signOut.mutate().finally(() => {
            disconnect();
            session.set({ kind: 'signedOut', needsSetUp: false });
          });
        }}
      >
        Sign out
      </button>
    </Menu>
  );
}

'use client';
// Owns what can be opened from anywhere over a page: the palette, creating from YAML, the password, the keys. Each is
// loaded when it is first opened.
import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import { observable, useObservable } from '../../live/observable.ts';

export type OverlayName = 'palette' | 'create' | 'password' | 'keys';

const current = observable<OverlayName | undefined>(undefined);

export function openOverlay(name: OverlayName): void {
  current.set(name);
}

function close(): void {
  current.set(undefined);
}

const Palette = dynamic(() => import('../palette/palette.tsx').then((module) => module.Palette), { ssr: false });
const CreateDialog = dynamic(() => import('../yaml/create-dialog.tsx').then((module) => module.CreateDialog), {
  ssr: false,
});
const PasswordDialog = dynamic(() => import('./password-dialog.tsx').then((module) => module.PasswordDialog), {
  ssr: false,
});
const KeysDialog = dynamic(() => import('./keys-dialog.tsx').then((module) => module.KeysDialog), { ssr: false });

export function Overlays() {
  const open = useObservable(current);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement && event.target.closest('input,textarea,select,[contenteditable]');
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        current.set(current.get() === 'palette' ? undefined : 'palette');
      } else if (!typing && !event.metaKey && !event.ctrlKey && !event.altKey && !current.get()) {
        if (event.key === '?') current.set('keys');
        else if (event.key === 'c') {
          event.preventDefault();
          current.set('create');
        } else if (event.key === '/') {
          const search = document.querySelector<HTMLInputElement>('[data-search]');
          if (search) event.preventDefault();
          search?.focus();
        }
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  switch (open) {
    case 'palette':
      return <Palette close={close} />;
    case 'create':
      return <CreateDialog close={close} />;
    case 'password':
      return <PasswordDialog close={close} />;
    case 'keys':
      return <KeysDialog close={close} />;
    case undefined:
      return null;
  }
}

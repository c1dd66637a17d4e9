'use client';
// Owns what can be opened from anywhere over a page: the palette, creating from YAML, the password, the keys. Each is
// loaded when it is first opened.
import dynamic from 'next/dynamic';
import { useEffect } from 'react';
import { useObservable } from '../../live/observable.ts';
import { closeOverlay, openOverlay, overlay } from './overlay-state.ts';

const Palette = dynamic(() => import('../palette/palette.tsx').then((module) => module.Palette), { ssr: false });
const CreateDialog = dynamic(() => import('../yaml/create-dialog.tsx').then((module) => module.CreateDialog), {
  ssr: false,
});
const PasswordDialog = dynamic(() => import('./password-dialog.tsx').then((module) => module.PasswordDialog), {
  ssr: false,
});
const KeysDialog = dynamic(() => import('./keys-dialog.tsx').then((module) => module.KeysDialog), { ssr: false });

export function Overlays() {
  const open = useObservable(overlay);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement && event.target.closest('input,textarea,select,[contenteditable]');
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openOverlay(overlay.get() === 'palette' ? undefined : 'palette');
      } else if (!typing && !event.metaKey && !event.ctrlKey && !event.altKey && !overlay.get()) {
        if (event.key === '?') openOverlay('keys');
        else if (event.key === 'c') {
          event.preventDefault();
          openOverlay('create');
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
      return <Palette close={closeOverlay} />;
    case 'create':
      return <CreateDialog close={closeOverlay} />;
    case 'password':
      return <PasswordDialog close={closeOverlay} />;
    case 'keys':
      return <KeysDialog close={closeOverlay} />;
    case undefined:
      return null;
  }
}

'use client';
// Owns dialogs: the browser's own modal element, so that focus stays inside, Escape closes, and focus goes
// back. What carries `data-first` has the focus first.
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from '../controls/button.tsx';

interface Properties {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  /** Left out for a dialog that cannot be put aside. */
  close?(): void;
}

export function Dialog({ title, children, actions, wide, close }: Properties) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        close?.();
      }}
      onClick={(event) => {
        if (event.target === element.current) close?.();
      }}
      className={`m-auto max-h-[min(88dvh,54rem)] w-[calc(100vw-1.5rem)] flex-col overflow-hidden rounded-lg border border-line-strong bg-sheet p-0 text-sm shadow-pop backdrop:bg-scrim open:flex ${
        wide ? 'max-w-[60rem]' : 'max-w-[29rem]'
      }`}
    >
      <header className="flex shrink-0 items-center gap-3 border-b border-line py-2 pr-2 pl-4">
        <h2 id={heading} className="flex-1 text-base font-semibold">
          {title}
        </h2>
        {close ? <IconButton icon="close" label="Close" onClick={close} /> : null}
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto p-4">{children}</div>
      {actions ? (
        <footer className="flex shrink-0 flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">
          {actions}
        </footer>
      ) : null}
    </dialog>
  );
}

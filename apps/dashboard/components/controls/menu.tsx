'use client';
// Owns small menus: the browser's popover, placed under its button; arrow keys move, Escape closes.
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { IconButton } from './button.tsx';
import type { IconName } from './icon.tsx';

export function Menu({ icon, label, children }: { icon: IconName; label: string; children: ReactNode }) {
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLSpanElement>(null);
  const place = () => {
    const box = button.current?.getBoundingClientRect();
    if (!panel.current || !box) return;
    panel.current.style.top = `${box.bottom + 6}px`;
    panel.current.style.right = `${Math.max(8, document.documentElement.clientWidth - box.right)}px`;
  };
  const move = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const items = [...(panel.current?.querySelectorAll<HTMLElement>('a[href],button:not(:disabled)') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length]?.focus();
  };
  return (
    <>
      <span ref={button}>
        <IconButton icon={icon} label={label} popoverTarget={id} onClick={place} />
      </span>
      <div
        ref={panel}
        id={id}
        popover="auto"
        onKeyDown={move}
        onClick={(event) => {
          if ((event.target as HTMLElement).closest('a,button')) panel.current?.hidePopover();
        }}
        className="fixed inset-auto m-0 min-w-52 rounded-lg border border-line-strong bg-raised p-1 text-ink shadow-pop"
      >
        {children}
      </div>
    </>
  );
}

/** One entry of a menu. */
export const menuItem =
  'flex w-full items-center gap-2.5 rounded-sm px-2.5 py-1.5 text-left hover:bg-sunken disabled:opacity-50 focus-visible:bg-sunken';

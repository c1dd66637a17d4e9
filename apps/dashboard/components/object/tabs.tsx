'use client';
// Owns the tabs of an object's page; which one is open stands in the address.
import { type KeyboardEvent, type ReactNode, useId } from 'react';
import { useParameters } from '../../live/address.ts';

export interface Tab {
  readonly key: string;
  readonly name: string;
  readonly content: () => ReactNode;
}

export function Tabs({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  const parameters = useParameters();
  const id = useId();
  const open = tabs.find((tab) => tab.key === parameters.get('tab')) ?? tabs[0]!;
  const select = (tab: Tab) => parameters.set({ tab: tab === tabs[0] ? '' : tab.key });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(open) + step + tabs.length) % tabs.length]!;
    select(next);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  return (
    <>
      <div
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
        className="mt-2 flex gap-5 border-b border-line px-5 max-md:px-4"
      >
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            aria-selected={tab === open}
            aria-controls={`${id}-panel`}
            tabIndex={tab === open ? 0 : -1}
            data-testid={`tab-${tab.key}`}
            onClick={() => select(tab)}
            className={`-mb-px border-b-2 py-2 font-medium ${
              tab === open ? 'border-lamp-line text-ink' : 'border-transparent text-ink-2 hover:text-ink'
            }`}
          >
            {tab.name}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${open.key}`}
        className="flex min-h-0 flex-1 flex-col"
      >
        {open.content()}
      </div>
    </>
  );
}

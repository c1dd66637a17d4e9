'use client';
// Owns what is said after an action: what was done, the same with kubectl, and the way back. A failure stays until it
// is closed; all of it is read out.
import { useEffect } from 'react';
import { observable, useObservable } from '../../live/observable.ts';
import { Button, IconButton } from '../controls/button.tsx';
import { Icon } from '../controls/icon.tsx';
import { Command } from './command.tsx';

export interface Toast {
  readonly title: string;
  readonly detail?: string;
  readonly failed?: boolean;
  /** The same with kubectl. */
  readonly command?: string;
  readonly undo?: { readonly label: string; run(): void };
}

const shown = observable<readonly (Toast & { readonly id: number })[]>([]);
let lastId = 0;

export function say(toast: Toast): void {
  lastId += 1;
  shown.set([...shown.get().slice(-2), { ...toast, id: lastId }]);
}

function dismiss(id: number): void {
  shown.set(shown.get().filter((toast) => toast.id !== id));
}

export function Toasts() {
  const toasts = useObservable(shown);
  return (
    <section
      aria-label="What was done"
      className="pointer-events-none fixed inset-x-3 bottom-16 z-50 flex flex-col items-end gap-2 md:inset-x-auto md:right-5 md:bottom-5"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} close={() => dismiss(toast.id)} />
      ))}
    </section>
  );
}

function ToastCard({ toast, close }: { toast: Toast; close(): void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the time runs once, from when the toast came
  useEffect(() => {
    if (toast.failed) return;
    const timer = setTimeout(close, 12_000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div
      role={toast.failed ? 'alert' : 'status'}
      data-testid="toast"
      className="pointer-events-auto flex w-full max-w-[26rem] flex-col gap-2 rounded-lg border border-line-strong bg-raised p-3 shadow-pop"
    >
      <div className="flex items-start gap-2.5">
        <Icon
          name={toast.failed ? 'warning' : 'check'}
          className={`mt-0.5 ${toast.failed ? 'text-failing' : 'text-running'}`}
        />
        <div className="min-w-0 flex-1">
          <p className="font-medium text-ink">{toast.title}</p>
          {toast.detail ? <p className="mt-0.5 text-ink-2">{toast.detail}</p> : null}
        </div>
        {toast.undo ? (
          <Button
            icon="undo"
            data-testid="undo"
            onClick={() => {
              toast.undo?.run();
              close();
            }}
          >
            {toast.undo.label}
          </Button>
        ) : null}
        <IconButton icon="close" label="Close" className="-mt-1 -mr-1" onClick={close} />
      </div>
      {toast.command ? <Command text={toast.command} /> : null}
    </div>
  );
}

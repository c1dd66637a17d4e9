'use client';
// Owns deleting an object: asked for once more, with what follows from it, and the same with kubectl.
import { type ReactNode, useState } from 'react';
import { failureOf } from '../../live/api.ts';
import { Button } from '../controls/button.tsx';
import { Command } from '../overlay/command.tsx';
import { Dialog } from '../overlay/dialog.tsx';
import { say } from '../overlay/toasts.tsx';

interface Properties {
  /** `pod`. */
  readonly kind: string;
  readonly name: string;
  readonly command: string;
  readonly children: ReactNode;
  readonly disabled?: boolean;
  run(): Promise<void>;
  deleted?(): void;
}

export function DeleteButton({ kind, name, command, children, disabled, run, deleted }: Properties) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    try {
      await run();
      say({ title: `Deleting ${kind} ${name}`, command });
      setOpen(false);
      deleted?.();
    } catch (error) {
      const failure = failureOf(error);
      say({
        title: failure.kind === 'denied' ? `You may not delete this ${kind}` : `${name} was not deleted`,
        detail: failure.message,
        failed: true,
      });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button weight="danger" icon="trash" disabled={disabled} data-testid="delete" onClick={() => setOpen(true)}>
        Delete
      </Button>
      {open ? (
        <Dialog
          title={`Delete ${kind} ${name}?`}
          close={() => setOpen(false)}
          actions={
            <>
              <Button onClick={() => setOpen(false)} data-first>
                Keep it
              </Button>
              <Button weight="danger" busy={busy} data-testid="confirm-delete" onClick={() => void confirm()}>
                Delete {kind}
              </Button>
            </>
          }
        >
          <div className="text-ink-2">{children}</div>
          <Command text={command} />
        </Dialog>
      ) : null}
    </>
  );
}

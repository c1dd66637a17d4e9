'use client';
// Owns the deliberate step for a count of zero: asked for once more, not refused.
import { Button } from '../controls/button.tsx';
import { plural } from '../facts/format.ts';
import { Dialog } from '../overlay/dialog.tsx';

export function ZeroDialog({
  name,
  count,
  close,
  confirm,
}: {
  name: string;
  count: number;
  close(): void;
  confirm(): void;
}) {
  return (
    <Dialog
      title={`Scale ${name} to zero?`}
      close={close}
      actions={
        <>
          <Button onClick={close} data-first>
            Keep {count}
          </Button>
          <Button weight="danger" data-testid="confirm-zero" onClick={confirm}>
            Scale to zero
          </Button>
        </>
      }
    >
      <p className="text-ink-2">
        {count === 1 ? 'Its only pod goes' : `All ${plural(count, 'pod')} go`}, and nobody answers for it until it is
        scaled up again. The controller itself stays.
      </p>
    </Dialog>
  );
}

'use client';
// Owns revoking a token: asked for once more, with what follows from it.
import type { ApiTokenSummary } from '@berth/dashboard-api';
import { useState } from 'react';
import { api, failureOf } from '../../live/api.ts';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../overlay/dialog.tsx';
import { say } from '../overlay/toasts.tsx';

export function RevokeButton({ token: { id, name }, revoked }: { token: ApiTokenSummary; revoked(): void }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const revoke = async () => {
    setBusy(true);
    try {
      await api.tokens.revoke.mutate({ id });
      say({ title: `Token ${name} revoked`, detail: 'Whoever shows it is refused from now on.' });
      setOpen(false);
    } catch (error) {
      say({ title: `Token ${name} was not revoked`, detail: failureOf(error).message, failed: true });
    } finally {
      setBusy(false);
      revoked();
    }
  };
  return (
    <>
      <Button weight="danger" aria-label={`Revoke token ${name}`} onClick={() => setOpen(true)}>
        Revoke
      </Button>
      {open ? (
        <Dialog
          title={`Revoke token ${name}?`}
          close={() => setOpen(false)}
          actions={
            <>
              <Button onClick={() => setOpen(false)} data-first>
                Keep it
              </Button>
              <Button weight="danger" busy={busy} data-testid="confirm-revoke" onClick={() => void revoke()}>
                Revoke token
              </Button>
            </>
          }
        >
          <p className="text-ink-2">Programs that use it are refused at once. This cannot be undone.</p>
        </Dialog>
      ) : null}
    </>
  );
}

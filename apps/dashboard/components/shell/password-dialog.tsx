'use client';
// Owns changing one's password.
import { type FormEvent, useState } from 'react';
import { api, failureOf } from '../../live/api.ts';
import { Button } from '../controls/button.tsx';
import { Field } from '../controls/field.tsx';
import { Dialog } from '../overlay/dialog.tsx';
import { say } from '../overlay/toasts.tsx';
import { refusalText } from './sign-in.tsx';

export function PasswordDialog({ close }: { close(): void }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { endedSessions } = await api.session.changePassword.mutate({ current, next });
      say({
        title: 'Password changed',
        detail: endedSessions > 0 ? `${endedSessions} other sessions were ended.` : undefined,
      });
      close();
    } catch (error) {
      setRefusal(refusalText(failureOf(error)));
      setBusy(false);
    }
  };
  return (
    <Dialog title="Change password" close={close}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field
          label="Current password"
          type="password"
          autoComplete="current-password"
          required
          value={current}
          problem={refusal}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <Field
          label="New password"
          type="password"
          autoComplete="new-password"
          minLength={8}
          required
          hint="At least 8 characters."
          value={next}
          onChange={(event) => setNext(event.target.value)}
        />
        <Button weight="main" type="submit" busy={busy} className="h-9">
          Change password
        </Button>
      </form>
    </Dialog>
  );
}

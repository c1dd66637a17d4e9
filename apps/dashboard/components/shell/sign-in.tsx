'use client';
// Owns signing in: as a page for whom comes new, as a dialog over the page for whose session ended. Nothing that was
// typed or opened is lost by the latter.
import { type FormEvent, useState } from 'react';
import { api, type Failure, failureOf } from '../../live/api.ts';
import { connect } from '../../live/connection.ts';
import { session } from '../../live/session.ts';
import { Button } from '../controls/button.tsx';
import { Field } from '../controls/field.tsx';
import { Mark } from '../controls/mark.tsx';
import { Command } from '../overlay/command.tsx';
import { Dialog } from '../overlay/dialog.tsx';

/** What the person reads when the door stays shut. */
export function refusalText(failure: Failure): string {
  const sentence = failure.message.charAt(0).toUpperCase() + failure.message.slice(1);
  return failure.retryAfterSeconds ? `${sentence}. Try again in ${failure.retryAfterSeconds} s.` : sentence;
}

function SignInForm({ user }: { user?: string }) {
  const [name, setName] = useState(user ?? 'admin');
  const [password, setPassword] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setRefusal(undefined);
    try {
      const state = await api.session.signIn.mutate({ name, password });
      if (!state.signedIn) return;
      session.set({ kind: 'signedIn', user: state.user.name, groups: state.user.groups ?? [] });
      connect();
    } catch (error) {
      setRefusal(refusalText(failureOf(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Field
        label="Name"
        name="username"
        autoComplete="username"
        value={name}
        required
        readOnly={user !== undefined}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        data-first
        autoFocus
        required
        value={password}
        problem={refusal}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button weight="main" type="submit" busy={busy} className="h-9">
        Sign in
      </Button>
    </form>
  );
}

export function Door({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-[22rem]">
        <div className="mb-6 flex items-center gap-2.5">
          <Mark size={30} />
          <span className="text-xl font-[650] tracking-[-0.02em]">berth</span>
        </div>
        <h1 className="mb-4 text-lg font-semibold">{title}</h1>
        {children}
      </div>
    </div>
  );
}

export function SignInPage({ needsSetUp }: { needsSetUp: boolean }) {
  return (
    <main>
      {needsSetUp ? (
        <Door title="No password is set yet">
          <div className="flex flex-col gap-3 text-base text-ink-2">
            <p>
              Open the one-time link that Berth printed when it started; it begins with this address and{' '}
              <code>/setup?token=</code>.
            </p>
            <p>Or give the password at the start:</p>
            <Command text="BERTH_ADMIN_PASSWORD=… npm start" label="start with a password" />
          </div>
        </Door>
      ) : (
        <Door title="Sign in to the bridge">
          <SignInForm />
        </Door>
      )}
    </main>
  );
}

export function SignInDialog({ user }: { user: string }) {
  return (
    <Dialog title="Your session ended">
      <p className="text-ink-2">Sign in again; the page stays as you left it.</p>
      <SignInForm user={user} />
    </Dialog>
  );
}

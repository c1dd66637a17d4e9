'use client';
// Owns setting the admin's password with the one-time link.
import { type FormEvent, useState } from 'react';
import { useGo, useParameters } from '../../live/address.ts';
import { api, failureOf } from '../../live/api.ts';
import { connect } from '../../live/connection.ts';
import { session } from '../../live/session.ts';
import { useAnswer } from '../../live/use-query.ts';
import { Button } from '../controls/button.tsx';
import { Field } from '../controls/field.tsx';
import { Door, refusalText } from './sign-in.tsx';

export function SetUp() {
  const token = useParameters().get('token');
  const check = useAnswer(`set-up ${token}`, () => api.session.checkSetUp.query({ token }));
  const go = useGo();
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (repeated !== password) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      const state = await api.session.setUp.mutate({ token, password });
      if (!state.signedIn) return;
      session.set({ kind: 'signedIn', user: state.user.name, groups: state.user.groups ?? [] });
      connect();
      go('/');
    } catch (error) {
      setRefusal(refusalText(failureOf(error)));
      setBusy(false);
    }
  };
  if (check.data && !check.data.valid) {
    return (
      <Door title="This link was used already">
        <p className="mb-4 text-base text-ink-2">
          It works once. If a password is set, sign in with it; a restart without one prints a new link.
        </p>
        <Button className="h-9" onClick={() => go('/')}>
          Go to sign in
        </Button>
      </Door>
    );
  }
  return (
    <Door title="Welcome. Set the admin's password">
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <input type="text" name="username" autoComplete="username" value="admin" readOnly hidden />
        <Field
          label="Password"
          type="password"
          name="password"
          autoComplete="new-password"
          minLength={8}
          required
          autoFocus
          hint="At least 8 characters. The link works once, and has no time-out."
          value={password}
          problem={refusal ?? (check.failure && refusalText(check.failure))}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Field
          label="The same again"
          type="password"
          name="repeated"
          autoComplete="new-password"
          required
          value={repeated}
          problem={repeated !== '' && !password.startsWith(repeated) ? 'The two are not the same.' : undefined}
          onChange={(event) => setRepeated(event.target.value)}
        />
        <Button weight="main" type="submit" busy={busy} disabled={repeated !== password} className="h-9">
          Set password and enter
        </Button>
      </form>
    </Door>
  );
}

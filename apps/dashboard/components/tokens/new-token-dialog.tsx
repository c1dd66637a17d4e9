'use client';
// Owns making a token: its name and its end, and then the token itself, which is shown this once.
import type { NewApiToken } from '@berth/dashboard-api';
import { type FormEvent, useId, useState } from 'react';
import { api, failureOf } from '../../live/api.ts';
import { Button } from '../controls/button.tsx';
import { Field, inputShape } from '../controls/field.tsx';
import { Dialog } from '../overlay/dialog.tsx';

const lifetimes = [
  { days: 1, text: '1 day' },
  { days: 7, text: '7 days' },
  { days: 30, text: '30 days' },
  { days: 90, text: '90 days' },
  { days: 365, text: '1 year' },
  { days: 0, text: 'No end' },
] as const;

export function NewTokenDialog({ made, close }: { made(): void; close(): void }) {
  const [result, setResult] = useState<{ readonly name: string; readonly made: NewApiToken }>();
  if (result) return <MadeToken name={result.name} made={result.made} close={close} />;
  return (
    <Dialog title="New API token" close={close}>
      <TokenForm
        done={(name, token) => {
          setResult({ name, made: token });
          made();
        }}
      />
    </Dialog>
  );
}

function TokenForm({ done }: { done(name: string, made: NewApiToken): void }) {
  const [name, setName] = useState('');
  const [days, setDays] = useState(30);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const lifetime = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      done(name, await api.tokens.create.mutate({ name, days: days || undefined }));
    } catch (error) {
      setProblem(failureOf(error).message);
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Field
        label="Name"
        data-first
        required
        maxLength={60}
        autoComplete="off"
        placeholder="laptop"
        hint="Where it is used, so that you know which one to revoke."
        value={name}
        problem={problem}
        onChange={(event) => setName(event.target.value)}
      />
      <div className="flex flex-col gap-1.5">
        <label htmlFor={lifetime} className="font-medium">
          Valid for
        </label>
        <select
          id={lifetime}
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
          className={inputShape}
        >
          {lifetimes.map((choice) => (
            <option key={choice.days} value={choice.days}>
              {choice.text}
            </option>
          ))}
        </select>
      </div>
      <Button weight="main" type="submit" busy={busy} className="h-9">
        Make token
      </Button>
    </form>
  );
}

function MadeToken({ name, made, close }: { name: string; made: NewApiToken; close(): void }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(made.token).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <Dialog
      title={`Token ${name}`}
      close={close}
      actions={
        <Button onClick={close} data-testid="token-done">
          Done
        </Button>
      }
    >
      <p className="text-ink-2">This is the only time it is shown. Whoever has it acts as you.</p>
      <div className="flex items-center gap-2">
        <input
          readOnly
          aria-label="Token"
          data-testid="token"
          value={made.token}
          onFocus={(event) => event.target.select()}
          className={`${inputShape} font-mono text-xs`}
        />
        <Button icon={copied ? 'check' : 'copy'} className="h-9" data-first onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      <Button icon="download" className="h-9" data-testid="kubeconfig" onClick={() => download(made.kubeconfig)}>
        Download kubeconfig
      </Button>
      <p className="text-ink-3">
        <code>kubectl --kubeconfig berth.kubeconfig get pods</code> then works as it is.
      </p>
    </Dialog>
  );
}

function download(text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  link.download = 'berth.kubeconfig';
  link.click();
  URL.revokeObjectURL(link.href);
}

'use client';
// Owns creating objects from YAML, several documents at once: the server says what would happen to each before anything
// happens, and marks what is wrong at its field.
import type { ApplyResult, DocumentResult } from '@berth/dashboard-api';
import Link from 'next/link';
import { useEffect, useMemo, useState } from 'react';
import { pageOf, useParameters } from '../../live/address.ts';
import { api, type Failure, failureOf } from '../../live/api.ts';
import { Button } from '../controls/button.tsx';
import { plural } from '../facts/format.ts';
import { Command } from '../overlay/command.tsx';
import { Dialog } from '../overlay/dialog.tsx';
import { say } from '../overlay/toasts.tsx';
import { LazyEditor } from './lazy-editor.tsx';
import { ProblemList } from './problem-list.tsx';

const example = `apiVersion: v1
kind: ReplicationController
metadata:
  name: hello
spec:
  replicas: 3
  selector:
    app: hello
  template:
    metadata:
      labels:
        app: hello
    spec:
      containers:
        - name: hello
          image: berth/hello
          ports:
            - containerPort: 8080
`;

export function CreateDialog({ close }: { close(): void }) {
  const namespace = useParameters().get('ns') || 'default';
  const [text, setText] = useState('');
  const [preview, setPreview] = useState<{ text: string; result?: ApplyResult; failure?: Failure }>();
  const [applied, setApplied] = useState<ApplyResult>();
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    if (text.trim() === '') {
      setPreview(undefined);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      api.manifests.preview.mutate({ yaml: text, namespace }, { signal: stop.signal }).then(
        (result) => setPreview({ text, result }),
        (error: unknown) => stop.signal.aborted || setPreview({ text, failure: failureOf(error) }),
      );
    }, 400);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, namespace]);

  const checked = preview?.text === text ? preview : undefined;
  const shown = applied ?? checked?.result;
  const problems = useMemo(
    () => shown?.documents.flatMap((document) => (document.outcome === 'failed' ? problemsOf(document) : [])) ?? [],
    [shown],
  );
  const apply = async () => {
    setBusy(true);
    try {
      const result = await api.manifests.apply.mutate({ yaml: text, namespace });
      if (result.failed > 0) {
        setApplied(result);
        return;
      }
      say({
        title: `${plural(result.documents.length, 'object')} applied`,
        command: `kubectl apply -n ${namespace} -f -`,
      });
      close();
    } catch (error) {
      setPreview({ text, failure: failureOf(error) });
    } finally {
      setBusy(false);
    }
  };
  const ready = checked?.result !== undefined && checked.result.failed === 0 && checked.result.documents.length > 0;
  return (
    <Dialog
      title="Create from YAML"
      wide
      close={close}
      actions={
        <>
          <div className="mr-auto min-w-0 max-md:w-full">
            <Command text={`kubectl apply -n ${namespace} -f -`} />
          </div>
          <Button onClick={close}>Cancel</Button>
          <Button weight="main" disabled={!ready} busy={busy} data-testid="apply-yaml" onClick={() => void apply()}>
            {ready ? `Apply ${plural(checked.result!.documents.length, 'object')}` : 'Apply'}
          </Button>
        </>
      }
    >
      <div
        className="grid min-h-[min(26rem,60dvh)] flex-1 gap-3 md:grid-cols-[minmax(0,1fr)_17rem]"
        data-testid="create-dialog"
      >
        <div className="flex min-h-64 min-w-0 flex-col">
          <LazyEditor
            label="YAML to apply"
            text={text}
            problems={problems}
            hint={'Paste YAML here; several documents are parted by ---'}
            onChange={(next) => {
              setText(next);
              setApplied(undefined);
            }}
            onSubmit={() => ready && void apply()}
          />
        </div>
        <div className="flex min-w-0 flex-col gap-2">
          <h3 className="label">What would happen in {namespace}</h3>
          {text.trim() === '' ? (
            <div className="flex flex-col gap-3 text-ink-2">
              <p>Nothing yet. While you type, the server checks every document without writing anything.</p>
              <Button className="self-start" data-testid="insert-example" onClick={() => setText(example)}>
                Insert an example
              </Button>
            </div>
          ) : checked?.failure ? (
            <ProblemList message={checked.failure.message} problems={checked.failure.problems} />
          ) : shown ? (
            <ol className="flex flex-col gap-1.5" data-testid="documents">
              {shown.documents.map((document) => (
                <DocumentLine key={document.index} document={document} done={applied !== undefined} />
              ))}
            </ol>
          ) : (
            <p className="text-ink-3">Checking…</p>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function problemsOf(document: DocumentResult) {
  const problems =
    document.problems.length > 0 ? document.problems : [{ field: '', message: document.message ?? 'refused' }];
  return problems.map((problem) => ({ document: document.index, ...problem }));
}

const words = {
  created: ['is created', 'created', 'bg-added'],
  configured: ['is changed', 'changed', 'bg-lamp-soft'],
  unchanged: ['stays as it is', 'unchanged', 'bg-sunken'],
  failed: ['is refused', 'refused', 'bg-removed'],
} as const;

function DocumentLine({ document, done }: { document: DocumentResult; done: boolean }) {
  const { kind = 'Document', name, namespace, outcome } = document;
  const [would, did, ground] = words[outcome];
  const href = done && outcome !== 'failed' && name ? pageOf({ kind, namespace, name }) : undefined;
  const title = `${kind} ${name ?? `on line ${document.line}`}`;
  return (
    <li className={`rounded-md px-2.5 py-1.5 ${ground}`} data-outcome={outcome}>
      {href ? (
        <Link href={href} className="link font-medium">
          {title}
        </Link>
      ) : (
        <span className="font-medium">{title}</span>
      )}{' '}
      {done ? did : would}
      {outcome === 'failed'
        ? problemsOf(document).map((problem) => (
            <p key={`${problem.field} ${problem.message}`} className="text-failing-text">
              {problem.field ? <code>{problem.field}</code> : null} {problem.message}
            </p>
          ))
        : null}
    </li>
  );
}

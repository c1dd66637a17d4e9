'use client';
// Owns editing a pod's labels: before anything is saved, it says which services and controllers would gain or lose the
// pod.
import type { LabelPreview, Selecting } from '@berth/dashboard-api';
import { useState } from 'react';
import { api, failureOf } from '../../live/api.ts';
import { useQuery } from '../../live/use-query.ts';
import { Button, IconButton } from '../controls/button.tsx';
import { inputShape } from '../controls/field.tsx';
import { Command } from '../overlay/command.tsx';
import { say } from '../overlay/toasts.tsx';
import { type DraftLabel, draftFrom, labelArguments, labelsFrom, problemOf } from './label-draft.ts';

interface Target {
  readonly namespace: string;
  readonly name: string;
}

interface Properties extends Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly resourceVersion: string;
  saved(): void;
  close(): void;
}

/** Sets the labels if the pod is still as it was; says how it went, with the way back. */
async function setLabels(
  target: Target,
  change: { labels: Readonly<Record<string, string>>; resourceVersion: string },
  saved: () => void,
): Promise<boolean> {
  const { namespace, name } = target;
  try {
    const result = await api.pods.setLabels.mutate({ namespace, name, ...change });
    say({
      title: `Labels of ${name} changed`,
      command: `kubectl label pod ${name} -n ${namespace} --overwrite ${labelArguments(result.previous, result.labels)}`,
      undo: {
        label: 'Put them back',
        run: () => void setLabels(target, { labels: result.previous, resourceVersion: result.resourceVersion }, saved),
      },
    });
    saved();
    return true;
  } catch (error) {
    const failure = failureOf(error);
    say({
      title: failure.kind === 'conflict' ? `${name} changed meanwhile` : 'The labels were not changed',
      detail:
        failure.kind === 'conflict'
          ? 'Its newest state is loaded now; save again to put your labels on it.'
          : failure.message,
      failed: true,
    });
    saved();
    return false;
  }
}

export function LabelEditor({ namespace, name, labels, resourceVersion, saved, close }: Properties) {
  const [draft, setDraft] = useState<readonly DraftLabel[]>(() => draftFrom(labels));
  const [busy, setBusy] = useState(false);
  const next = labelsFrom(draft);
  const change = labelArguments(labels, next);
  const problems = draft.map((label) => problemOf(label, draft));
  const valid = problems.every((problem) => problem === undefined);
  const preview = useQuery(
    change && valid ? `labels ${namespace}/${name} ${JSON.stringify(next)}` : undefined,
    (signal) => api.pods.previewLabels.query({ namespace, name, labels: next }, { signal }),
  );
  const put = (id: number, part: Partial<DraftLabel>) =>
    setDraft(draft.map((label) => (label.id === id ? { ...label, ...part } : label)));
  const save = async () => {
    setBusy(true);
    if (await setLabels({ namespace, name }, { labels: next, resourceVersion }, saved)) close();
    else setBusy(false);
  };
  return (
    <form
      data-testid="label-editor"
      className="flex flex-col gap-2 rounded-md border border-line-strong bg-sheet p-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (change && valid) void save();
      }}
    >
      {draft.map((label, at) => (
        <div key={label.id} className="flex flex-col gap-1">
          <div className="flex items-center gap-1.5">
            <input
              aria-label={`Key of label ${at + 1}`}
              aria-invalid={problems[at] ? true : undefined}
              placeholder="key"
              value={label.key}
              onChange={(event) => put(label.id, { key: event.target.value })}
              className={`${inputShape} h-8 font-mono text-xs`}
            />
            <span aria-hidden="true" className="text-ink-3">
              =
            </span>
            <input
              aria-label={`Value of ${label.key || `label ${at + 1}`}`}
              aria-invalid={problems[at] ? true : undefined}
              placeholder="value"
              value={label.value}
              onChange={(event) => put(label.id, { value: event.target.value })}
              className={`${inputShape} h-8 font-mono text-xs`}
            />
            <IconButton
              icon="trash"
              label={`Remove ${label.key || 'this label'}`}
              onClick={() => setDraft(draft.filter((one) => one.id !== label.id))}
            />
          </div>
          {problems[at] ? <p className="text-xs text-failing-text">{problems[at]}</p> : null}
        </div>
      ))}
      <Button
        weight="quiet"
        icon="plus"
        className="self-start"
        onClick={() =>
          setDraft([...draft, { id: Math.max(-1, ...draft.map((label) => label.id)) + 1, key: '', value: '' }])
        }
      >
        Add a label
      </Button>
      {change && valid ? (
        <>
          <Consequences preview={preview.data} />
          <Command text={`kubectl label pod ${name} -n ${namespace} --overwrite ${change}`} />
        </>
      ) : null}
      <div className="flex justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button weight="main" type="submit" busy={busy} disabled={!change || !valid} data-testid="save-labels">
          Save labels
        </Button>
      </div>
    </form>
  );
}

function Consequences({ preview }: { preview: LabelPreview | undefined }) {
  if (!preview) return <p className="text-ink-3">Looking who selects it…</p>;
  if (preview.gains.length === 0 && preview.loses.length === 0) {
    return <p className="text-ink-2">No service and no controller gains or loses the pod by this.</p>;
  }
  return (
    <div role="status">
      <ul data-testid="label-consequences" className="flex flex-col gap-1">
        {preview.loses.map((selecting) => (
          <li key={`${selecting.kind}${selecting.name}`} className="rounded-sm bg-removed px-2 py-1">
            {describe(selecting)} <strong className="font-semibold">loses</strong> the pod
            {selecting.kind === 'ReplicationController' ? ', and makes another in its place' : ''}
          </li>
        ))}
        {preview.gains.map((selecting) => (
          <li key={`${selecting.kind}${selecting.name}`} className="rounded-sm bg-added px-2 py-1">
            {describe(selecting)} <strong className="font-semibold">gains</strong> the pod
          </li>
        ))}
      </ul>
    </div>
  );
}

function describe({ kind, name }: Selecting): string {
  return `${kind === 'Service' ? 'Service' : 'Controller'} ${name}`;
}

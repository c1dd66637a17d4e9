'use client';
// Owns an object as YAML, to be read and edited. It is saved on the version that was read; when somebody was faster,
// nothing typed is lost and the person decides.
import { useState } from 'react';
import { api, type Failure, failureOf } from '../../live/api.ts';
import { useQuery } from '../../live/use-query.ts';
import { Button } from '../controls/button.tsx';
import { Command } from '../overlay/command.tsx';
import { say } from '../overlay/toasts.tsx';
import { FailureNotice } from '../states/states.tsx';
import { LazyEditor } from './lazy-editor.tsx';
import { ProblemList } from './problem-list.tsx';

type Target = Parameters<typeof api.manifests.get.query>[0];

export function YamlTab(target: Target) {
  const { resource, namespace, name } = target;
  const manifest = useQuery(`yaml ${resource}/${namespace ?? ''}/${name}`, (signal) =>
    api.manifests.get.query(target, { signal }),
  );
  const [text, setText] = useState<string>();
  const [base, setBase] = useState<{ yaml: string; resourceVersion: string }>();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const from = base ?? manifest.data;
  if (!from) {
    return manifest.failure ? (
      <FailureNotice failure={manifest.failure} what="the YAML" again={manifest.again} />
    ) : (
      <div className="flex min-h-[24rem] flex-1 flex-col px-5 py-3 max-md:px-4">
        <LazyEditor label="YAML" text="" problems={[]} readOnly />
      </div>
    );
  }
  const edited = text !== undefined && text !== from.yaml;

  const save = async (yaml: string, resourceVersion: string) => {
    setBusy(true);
    try {
      const saved = await api.manifests.save.mutate({ ...target, yaml, resourceVersion });
      setBase(saved);
      setText(undefined);
      setFailure(undefined);
      const { previousYaml } = saved;
      say({
        title: `${name} saved`,
        command: `kubectl replace ${namespace ? `-n ${namespace} ` : ''}-f ${name}.yaml`,
        undo: previousYaml
          ? { label: 'Put it back', run: () => void save(previousYaml, saved.resourceVersion) }
          : undefined,
      });
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setBusy(false);
    }
  };
  const newest = () => api.manifests.get.query(target);
  const takeTheirs = async () => {
    setBase(await newest());
    setText(undefined);
    setFailure(undefined);
  };
  const overwrite = async () => {
    const theirs = await newest();
    await save(text ?? from.yaml, theirs.resourceVersion);
  };
  const problems = failure?.problems.map((problem) => ({ document: 0, ...problem })) ?? [];
  return (
    <div className="flex min-h-[26rem] flex-1 flex-col gap-2 px-5 py-3 max-md:px-4" data-testid="yaml-tab">
      {manifest.data?.redacted ? <p className="text-ink-2">The values of the secret are left out.</p> : null}
      <LazyEditor
        label={`YAML of ${name}`}
        text={text ?? from.yaml}
        problems={problems}
        onChange={setText}
        onSubmit={() => edited && void save(text, from.resourceVersion)}
      />
      {failure?.kind === 'conflict' ? (
        <div
          role="alert"
          data-testid="yaml-conflict"
          className="flex flex-wrap items-center gap-2 rounded-md bg-failing-soft p-3 text-failing-text"
        >
          <p className="mr-auto font-medium">{name} changed while you were editing. Your text is still here.</p>
          <Button onClick={() => void takeTheirs()}>Take theirs</Button>
          <Button weight="danger" busy={busy} onClick={() => void overwrite()}>
            Save mine over theirs
          </Button>
        </div>
      ) : failure ? (
        <ProblemList message={failure.message} problems={failure.problems} />
      ) : null}
      <div className="flex flex-wrap items-center gap-2">
        <div className="mr-auto min-w-0 max-md:w-full">
          <Command
            text={`kubectl get ${resource} ${name}${namespace ? ` -n ${namespace}` : ''} -o yaml`}
            label="reading this with kubectl"
          />
        </div>
        {edited ? (
          <Button
            onClick={() => {
              setText(undefined);
              setFailure(undefined);
            }}
          >
            Discard
          </Button>
        ) : (
          <Button onClick={() => void takeTheirs()}>Read again</Button>
        )}
        <Button
          weight="main"
          disabled={!edited}
          busy={busy}
          data-testid="save-yaml"
          onClick={() => void save(text ?? '', from.resourceVersion)}
        >
          Save
        </Button>
      </div>
    </div>
  );
}

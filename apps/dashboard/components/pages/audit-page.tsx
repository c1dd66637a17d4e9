'use client';
// Owns the audit: who changed what through the dashboard, what came of it, and how to do the same with kubectl.
import type { AuditRow } from '@berth/dashboard-api';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { pageOf } from '../../live/address.ts';
import { api, type Failure, failureOf } from '../../live/api.ts';
import { useQuery } from '../../live/use-query.ts';
import { Button } from '../controls/button.tsx';
import { Icon } from '../controls/icon.tsx';
import { Age } from '../facts/age.tsx';
import { Command } from '../overlay/command.tsx';
import { FailureNotice, Notice, SkeletonRows } from '../states/states.tsx';

const kinds: Readonly<Record<string, string>> = {
  pods: 'Pod',
  replicationcontrollers: 'ReplicationController',
  services: 'Service',
  nodes: 'Node',
};

export function AuditPage() {
  const first = useQuery('audit', () => api.audit.list.query({ limit: 50 }));
  const [older, setOlder] = useState<readonly AuditRow[]>([]);
  const [cursor, setCursor] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    setOlder([]);
    setCursor(first.data?.nextCursor);
  }, [first.data]);
  const more = async () => {
    try {
      const page = await api.audit.list.query({ limit: 50, cursor });
      setOlder((before) => [...before, ...page.entries]);
      setCursor(page.nextCursor);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  const entries = [...(first.data?.entries ?? []), ...older];
  return (
    <section
      aria-labelledby="audit-title"
      className="mx-auto flex max-w-[58rem] flex-col gap-3 px-5 pt-4 pb-10 max-md:px-4"
    >
      <header className="flex items-center gap-3">
        <h1 id="audit-title" className="text-lg font-semibold tracking-[-0.01em]">
          Audit
        </h1>
        <p className="mr-auto text-ink-3 max-md:hidden">What was done through the dashboard, refusals included.</p>
        <Button onClick={first.again} busy={first.asking}>
          Refresh
        </Button>
      </header>
      {first.failure && entries.length === 0 ? (
        <FailureNotice failure={first.failure} what="the audit" again={first.again} />
      ) : !first.data ? (
        <SkeletonRows />
      ) : entries.length === 0 ? (
        <Notice icon="audit" title="Nothing was done yet">
          <p>Every change that is made through the dashboard is written down here, with what changed and by whom.</p>
        </Notice>
      ) : (
        <ol className="flex flex-col" data-testid="audit">
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      {failure ? <p className="text-failing-text">{failure.message}</p> : null}
      {cursor ? (
        <Button className="self-center" onClick={() => void more()}>
          Older
        </Button>
      ) : null}
    </section>
  );
}

function Entry({ entry }: { entry: AuditRow }) {
  const kind = kinds[entry.resource];
  const href = kind && entry.name ? pageOf({ kind, namespace: entry.namespace, name: entry.name }) : undefined;
  const object = [entry.resource, entry.namespace, entry.name].filter(Boolean).join(' / ');
  return (
    <li className="grid grid-cols-[1rem_minmax(0,1fr)_auto] items-baseline gap-x-3 gap-y-1.5 border-b border-line py-3">
      <Icon
        name={entry.outcome === 'ok' ? 'check' : 'close'}
        size={13}
        className={`self-center ${entry.outcome === 'ok' ? 'text-running-text' : 'text-failing-text'}`}
      />
      <p className="min-w-0">
        <span className="font-medium">{entry.user}</span> <span className="text-ink-2">{entry.verb}</span>{' '}
        {href ? (
          <Link href={href} prefetch={false} className="link">
            {object}
          </Link>
        ) : (
          object
        )}
        {entry.outcome === 'failed' ? <span className="ml-2 font-medium text-failing-text">refused</span> : null}
      </p>
      <Age at={entry.at} className="text-ink-3" />
      {entry.detail ? <Change text={entry.detail} /> : null}
      {entry.command ? (
        <div className="col-start-2 col-end-4 flex">
          <Command text={entry.command} />
        </div>
      ) : null}
    </li>
  );
}

/** A change as lines; what came and what went stand out in diffs. */
function Change({ text }: { text: string }) {
  return (
    <pre className="col-start-2 col-end-4 max-h-52 overflow-auto text-xs leading-5 whitespace-pre-wrap text-ink-2">
      {text.split('\n').map((line, at) => (
        <span
          key={at}
          className={`block px-1 ${line.startsWith('+') ? 'bg-added text-ink' : line.startsWith('-') ? 'bg-removed text-ink' : ''}`}
        >
          {line}
        </span>
      ))}
    </pre>
  );
}

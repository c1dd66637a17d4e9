'use client';
// Owns the panel that answers why a pod is not running: the steps, the last exits, the last lines of its log.
import type { Pod } from '@berth/objects';
import { useMemo } from 'react';
import { useLog } from '../../live/use-log.ts';
import { Icon } from '../controls/icon.tsx';
import { Age } from '../facts/age.tsx';
import { ansiText } from '../log/ansi.ts';
import { type Step, whyNot } from './why-not.ts';

const signs: Readonly<Record<Step['state'], string>> = {
  done: 'border-running bg-running text-sheet',
  here: 'border-starting text-starting-text',
  stuck: 'border-failing bg-failing text-sheet',
  ahead: 'border-line-strong border-dashed text-ink-3',
};
const words: Readonly<Record<Step['state'], string>> = {
  done: 'done',
  here: 'now',
  stuck: 'stuck here',
  ahead: 'not yet',
};

export function WhyPanel({ pod }: { pod: Pod }) {
  const verdict = useMemo(() => whyNot(pod), [pod]);
  if (!verdict) return null;
  const failed = verdict.exits[0];
  return (
    <section
      data-testid="why-not"
      aria-label="Why is it not running?"
      className="mx-5 mt-4 flex flex-col gap-3 rounded-lg border border-line-strong bg-sheet p-4 max-md:mx-4"
    >
      <h2 className="font-semibold">Why is it not running?</h2>
      <ol className="grid gap-x-3 gap-y-3 md:grid-cols-[repeat(4,auto)] md:justify-start md:gap-x-8">
        {verdict.steps.map((step) => (
          <li key={step.name} className="flex min-w-0 gap-2.5 md:max-w-[24rem]">
            <span
              className={`mt-px grid size-[18px] shrink-0 place-items-center rounded-full border-[1.5px] ${signs[step.state]}`}
            >
              {step.state === 'done' ? (
                <Icon name="check" size={11} />
              ) : step.state === 'stuck' ? (
                <Icon name="close" size={11} />
              ) : null}
            </span>
            <span className="min-w-0">
              <span className="font-medium">{step.name}</span>{' '}
              <span className={step.state === 'stuck' ? 'font-medium text-failing-text' : 'text-ink-3'}>
                {words[step.state]}
              </span>
              {step.text ? <span className="line-clamp-4 text-ink-2">{step.text}</span> : null}
            </span>
          </li>
        ))}
      </ol>
      {verdict.exits.map((exit) => (
        <p key={exit.container} className="text-ink-2">
          <span className="font-medium text-ink">{exit.container}</span> exited with code{' '}
          <span className="font-mono text-failing-text">{exit.code}</span>
          {exit.reason ? ` (${exit.reason})` : ''}
          {exit.at ? (
            <>
              , <Age at={Date.parse(exit.at)} /> ago
            </>
          ) : null}
          {exit.message ? `: ${exit.message}` : ''}
        </p>
      ))}
      {failed ? <LastLines pod={pod} container={failed.container} /> : null}
    </section>
  );
}

/** What the container said last, before it exited. */
function LastLines({ pod, container }: { pod: Pod; container: string }) {
  const { namespace = '', name } = pod.metadata;
  const log = useLog([name], { namespace, container, previous: true, tailLines: 6, timestamps: true });
  const lines = log.items.flatMap((item) => (item.kind === 'line' ? [item] : [])).slice(-6);
  if (lines.length === 0) return null;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <h3 className="label">The last it said</h3>
      <pre className="whitespace-pre-wrap break-all rounded-md bg-sunken px-3 py-2 text-xs leading-5 text-ink">
        {lines.map((line) => `${ansiText(line.text)}\n`).join('')}
      </pre>
    </div>
  );
}

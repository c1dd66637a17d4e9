'use client';
// Owns a label as a chip. In a list it filters: click to include, alt-click (or Alt+Enter) to exclude.
import type { Choice } from './selector-text.ts';

interface Properties {
  readonly label: { readonly key: string; readonly value: string };
  /** How the filter treats the label now. */
  readonly choice?: Choice;
  readonly count?: number;
  /** Left out where there is nothing to filter. */
  choose?(choice: Choice): void;
}

const looks = {
  none: 'border-line bg-transparent text-ink-2',
  include: 'border-lamp-line bg-lamp-soft text-ink',
  exclude: 'border-failing/60 bg-failing-soft text-failing-text line-through decoration-failing/60',
} as const;

export function LabelChip({ label, choice, count, choose }: Properties) {
  const text = (
    <>
      <span className="truncate">
        <span className={choice ? '' : 'text-ink-3'}>{label.key}</span>
        <span className="px-px opacity-60">=</span>
        {label.value || '""'}
      </span>
      {count === undefined ? null : <span className="text-ink-3 no-underline">{count}</span>}
    </>
  );
  const shape = `inline-flex h-[22px] max-w-[16rem] min-w-0 items-center gap-1.5 rounded-sm border px-1.5 font-mono text-2xs ${looks[choice ?? 'none']}`;
  if (!choose) {
    return (
      <span data-testid="label" className={shape}>
        {text}
      </span>
    );
  }
  return (
    <button
      type="button"
      data-testid="label"
      aria-pressed={choice !== undefined}
      title={`Click: only ${label.key}=${label.value}. Alt-click: all but those.`}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        choose(event.altKey ? 'exclude' : 'include');
      }}
      className={`${shape} hover:border-edge hover:text-ink`}
    >
      {text}
    </button>
  );
}

'use client';
// Owns the line above a list in which it is searched and filtered. What is typed is applied when the typing pauses.
import type { Noun } from '@berth/dashboard-api';
import { useEffect, useId, useRef, useState } from 'react';
import type { Facets } from '../../live/view-store.ts';
import { Button } from '../controls/button.tsx';
import { Icon, type IconName } from '../controls/icon.tsx';
import { requirementsOf, without } from '../labels/selector-text.ts';
import { SavedViews } from './saved-views.tsx';

interface Properties {
  readonly noun: Noun;
  readonly selector: string;
  readonly search: string;
  readonly problem: string | undefined;
  readonly facets: Facets;
  readonly facetsOpen: boolean;
  toggleFacets(): void;
  setSelector(selector: string): void;
  setSearch(search: string): void;
}

export function FilterBar(properties: Properties) {
  const { selector, search, problem, setSelector, setSearch } = properties;
  const problemId = useId();
  const requirements = requirementsOf(selector);
  const keys = Object.keys(properties.facets).length;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <PausedInput
          icon="search"
          label="Search by name"
          value={search}
          apply={setSearch}
          className="w-52 max-md:w-full"
          search
        />
        <PausedInput
          icon="filter"
          label="Label selector"
          placeholder="Labels:  app=web,tier in (front,back),!canary"
          value={selector}
          apply={setSelector}
          problemId={problem ? problemId : undefined}
          className="min-w-40 flex-1 md:max-w-[34rem]"
          mono
        />
        <Button
          weight={properties.facetsOpen ? 'plain' : 'quiet'}
          aria-expanded={properties.facetsOpen}
          data-testid="facets-button"
          onClick={properties.toggleFacets}
        >
          Labels {keys > 0 ? <span className="text-ink-3">{keys}</span> : null}
          <Icon name="down" size={12} className={`transition-transform ${properties.facetsOpen ? 'rotate-180' : ''}`} />
        </Button>
        <SavedViews noun={properties.noun} />
      </div>
      {problem ? (
        <p id={problemId} role="alert" className="text-failing-text">
          {problem}
        </p>
      ) : null}
      {requirements.length > 0 ? (
        <ul aria-label="Filters" className="flex flex-wrap gap-1.5">
          {requirements.map((requirement) => (
            <li key={requirement}>
              <button
                type="button"
                aria-label={`Remove the filter ${requirement}`}
                onClick={() => setSelector(without(selector, requirement))}
                className="inline-flex h-6 items-center gap-1.5 rounded-sm border border-lamp-line bg-lamp-soft pr-1 pl-2 font-mono text-xs text-ink hover:border-ink"
              >
                {requirement}
                <Icon name="close" size={11} />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

interface PausedInputProperties {
  readonly icon: IconName;
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly className: string;
  readonly mono?: boolean;
  readonly search?: boolean;
  /** The element that says what is wrong with the value. */
  readonly problemId?: string;
  apply(value: string): void;
}

function PausedInput({
  icon,
  label,
  placeholder,
  value,
  className,
  mono,
  search,
  problemId,
  apply,
}: PausedInputProperties) {
  const [text, setText] = useState(value);
  const typing = useRef(false);
  const latest = useRef(apply);
  latest.current = apply;
  // A chip, the back button or a saved view changed the value from outside.
  useEffect(() => {
    if (!typing.current) setText(value);
  }, [value]);
  useEffect(() => {
    if (!typing.current) return;
    const timer = setTimeout(() => {
      typing.current = false;
      latest.current(text.trim());
    }, 250);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className={`relative flex items-center ${className}`}>
      <Icon name={icon} size={13} className="pointer-events-none absolute left-2.5 text-ink-3" />
      <input
        type="search"
        data-search={search || undefined}
        aria-label={label}
        aria-invalid={problemId ? true : undefined}
        aria-describedby={problemId}
        placeholder={placeholder ?? label}
        value={text}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        onChange={(event) => {
          typing.current = true;
          setText(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            typing.current = false;
            apply(text.trim());
          }
        }}
        className={`h-8 w-full min-w-0 rounded-md border border-line bg-sheet pr-2 pl-8 text-ink hover:border-edge aria-invalid:border-failing ${
          mono ? 'font-mono text-xs' : ''
        }`}
      />
    </div>
  );
}

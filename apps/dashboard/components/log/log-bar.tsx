'use client';
// Owns the controls above a log.
import { useObservable } from '../../live/observable.ts';
import { IconButton } from '../controls/button.tsx';
import { Icon } from '../controls/icon.tsx';
import { changeLogSettings, logSettings } from './log-settings.ts';

interface Properties {
  readonly containers: readonly string[];
  readonly container: string;
  /** Left out where it makes no sense: for several pods at once. */
  readonly previous: boolean | undefined;
  readonly search: string;
  /** `2 of 31`. */
  readonly found: string;
  readonly following: boolean;
  setContainer(name: string): void;
  setPrevious(on: boolean): void;
  setSearch(text: string): void;
  step(by: number): void;
  setFollowing(on: boolean): void;
  download(): void;
}

export function LogBar(properties: Properties) {
  const { containers, container, previous, search, found, following } = properties;
  const { wrap, times } = useObservable(logSettings);
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5">
      {containers.length > 1 ? (
        <select
          aria-label="Container"
          data-testid="log-container"
          value={container}
          onChange={(event) => properties.setContainer(event.target.value)}
          className="h-8 rounded-md border border-line bg-sheet px-2 hover:border-edge"
        >
          {containers.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      ) : null}
      <div className="relative flex min-w-40 flex-1 items-center md:max-w-72">
        <Icon name="search" size={13} className="pointer-events-none absolute left-2.5 text-ink-3" />
        <input
          type="search"
          data-search
          data-testid="log-search"
          aria-label="Search in the log"
          placeholder="Search in the log"
          value={search}
          onChange={(event) => properties.setSearch(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && properties.step(event.shiftKey ? -1 : 1)}
          className="h-8 w-full rounded-md border border-line bg-sheet pr-2 pl-8 hover:border-edge"
        />
      </div>
      {search ? (
        <span className="flex items-center text-ink-2" role="status">
          {found}
          <IconButton icon="sortUp" label="Previous match" onClick={() => properties.step(-1)} />
          <IconButton icon="sortDown" label="Next match" onClick={() => properties.step(1)} />
        </span>
      ) : null}
      <span className="flex-1" />
      {previous === undefined ? null : (
        <label className="flex h-8 items-center gap-1.5 text-ink-2">
          <input
            type="checkbox"
            data-testid="log-previous"
            checked={previous}
            onChange={(event) => properties.setPrevious(event.target.checked)}
            className="accent-(--ink)"
          />
          Before the restart
        </label>
      )}
      <label className="flex h-8 items-center gap-1.5 text-ink-2 max-md:hidden">
        <input
          type="checkbox"
          checked={times}
          onChange={(event) => changeLogSettings({ times: event.target.checked })}
          className="accent-(--ink)"
        />
        Times
      </label>
      <IconButton
        icon="wrap"
        label="Wrap long lines"
        pressed={wrap}
        data-testid="log-wrap"
        onClick={() => changeLogSettings({ wrap: !wrap })}
      />
      <IconButton
        icon="follow"
        label="Follow the end"
        pressed={following}
        data-testid="log-follow"
        onClick={() => properties.setFollowing(!following)}
      />
      <IconButton icon="download" label="Download" data-testid="log-download" onClick={properties.download} />
    </div>
  );
}

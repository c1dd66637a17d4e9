'use client';
// Owns the palette: any page, object or action in a few letters. Objects are searched by the server, live.
import type { Noun } from '@berth/dashboard-api';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import { pageOf, useGo } from '../../live/address.ts';
import { useView, type View } from '../../live/use-view.ts';
import { Icon, type IconName } from '../controls/icon.tsx';
import { type OverlayName, openOverlay } from '../shell/overlay-state.ts';
import { pages } from '../shell/rail.tsx';
import { best, type Entry } from './commands.ts';

const standing: readonly Entry[] = [
  ...pages.map(
    (page): Entry => ({ key: page.href, icon: page.icon, name: page.name, note: 'page', run: { href: page.href } }),
  ),
  { key: 'create', icon: 'plus', name: 'Create from YAML', note: 'action', run: { action: 'create' } },
  {
    key: 'failing',
    icon: 'warning',
    name: 'Pods by state',
    note: 'failing ones first',
    run: { href: '/pods?sort=state' },
  },
  { key: 'warnings', icon: 'events', name: 'Latest events', note: 'page', run: { href: '/events' } },
  { key: 'tokens', icon: 'link', name: 'API tokens', note: 'page', run: { href: '/tokens' } },
  { key: 'password', icon: 'user', name: 'Change password', note: 'action', run: { action: 'password' } },
  { key: 'keys', icon: 'more', name: 'Keyboard', note: 'action', run: { action: 'keys' } },
];

const perNoun = 6;

function objects<N extends Exclude<Noun, 'events'>>(view: View<N>, kind: string, icon: IconName): Entry[] {
  const word = kind === 'ReplicationController' ? 'controller' : kind.toLowerCase();
  return view.rows().map((row) => {
    const namespace = 'namespace' in row ? row.namespace : undefined;
    return {
      key: row.uid,
      icon,
      name: row.name,
      note: namespace ? `${word} in ${namespace}` : word,
      run: { href: pageOf({ kind, namespace, name: row.name })! },
    };
  });
}

export function Palette({ close }: { close(): void }) {
  const go = useGo();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  const search = useDeferredValue(text.trim());
  const asked = search === '' ? undefined : { search, limit: perNoun };
  const controllers = useView(asked && { noun: 'replicationcontrollers', ...asked });
  const services = useView(asked && { noun: 'services', ...asked });
  const pods = useView(asked && { noun: 'pods', ...asked });
  const nodes = useView(asked && { noun: 'nodes', ...asked });
  const entries = useMemo(() => {
    if (search === '') return best(standing, '', 12);
    return [
      ...best(standing, search, 4),
      ...objects(controllers, 'ReplicationController', 'controllers'),
      ...objects(services, 'Service', 'services'),
      ...objects(nodes, 'Node', 'nodes'),
      ...objects(pods, 'Pod', 'pods'),
    ];
  }, [search, controllers, services, nodes, pods]);
  const current = Math.min(at, entries.length - 1);

  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    if ('href' in entry.run) go(entry.run.href);
    else openOverlay(entry.run.action as OverlayName);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const next = (current + (event.key === 'ArrowDown' ? 1 : entries.length - 1)) % Math.max(1, entries.length);
      setAt(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(entries[current]);
    }
  };
  return (
    <dialog
      ref={element}
      aria-label="Go to anything"
      data-testid="palette"
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => event.target === element.current && close()}
      className="mx-auto mt-[12vh] mb-auto w-[calc(100vw-1.5rem)] max-w-[36rem] overflow-hidden rounded-lg border border-line-strong bg-sheet p-0 text-sm shadow-pop backdrop:bg-scrim"
    >
      <div className="relative flex items-center border-b border-line">
        <Icon name="search" className="pointer-events-none absolute left-4 text-ink-3" />
        <input
          role="combobox"
          aria-label="Go to anything"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={entries.length > 0 ? `${id}-${current}` : undefined}
          aria-autocomplete="list"
          placeholder="A pod, a service, a page, an action"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          className="h-12 w-full bg-transparent pr-4 pl-11 text-base outline-none! [box-shadow:none]!"
        />
      </div>
      <div
        role="listbox"
        id={`${id}-list`}
        aria-label="Matches"
        className="max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5"
      >
        {entries.map((entry, index) => (
          <div
            key={entry.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            onPointerMove={() => setAt(index)}
            onClick={() => run(entry)}
            className={`flex cursor-pointer items-center gap-3 rounded-md px-3 py-1.5 ${index === current ? 'bg-lamp text-lamp-ink' : 'text-ink'}`}
          >
            <Icon name={entry.icon} size={14} className={index === current ? '' : 'text-ink-3'} />
            <span className="min-w-0 truncate font-medium">{entry.name}</span>
            <span className={`ml-auto shrink-0 text-xs ${index === current ? '' : 'text-ink-3'}`}>{entry.note}</span>
          </div>
        ))}
        {entries.length === 0 ? <p className="px-3 py-6 text-center text-ink-3">Nothing is called that.</p> : null}
      </div>
    </dialog>
  );
}

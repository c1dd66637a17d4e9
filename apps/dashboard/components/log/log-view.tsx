'use client';
// Owns a container's log on the screen. It follows the end while the end is seen; scrolling up stops that and nothing
// moves any more, however fast lines come; the button or the end of the log starts it again.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useParameters } from '../../live/address.ts';
import { logText } from '../../live/log-buffer.ts';
import { useObservable } from '../../live/observable.ts';
import { useLog } from '../../live/use-log.ts';
import { Button } from '../controls/button.tsx';
import { countText, plural } from '../facts/format.ts';
import { Notice } from '../states/states.tsx';
import { ansiText } from './ansi.ts';
import { LogBar } from './log-bar.tsx';
import { LogLine } from './log-line.tsx';
import { matchesOf } from './log-search.ts';
import { logSettings } from './log-settings.ts';

interface Properties {
  readonly namespace: string;
  /** Whose log this is: a pod, or what owns several. */
  readonly name: string;
  /** The pods whose logs are shown as one. */
  readonly pods: readonly string[];
  readonly containers: readonly string[];
}

/** How many of the last lines are asked for, of one pod and of each of several. */
const tail = { one: 2_000, each: 200 };

export function LogView({ namespace, name, pods, containers }: Properties) {
  const parameters = useParameters();
  const chosen = parameters.get('container');
  const container = containers.includes(chosen) ? chosen : containers[0]!;
  const several = pods.length !== 1 || pods[0] !== name;
  const previous = !several && parameters.get('previous') === '1';
  const tailLines = several ? tail.each : tail.one;
  const log = useLog(pods, { namespace, container, previous, tailLines, timestamps: true });
  const { wrap, times } = useObservable(logSettings);
  const [search, setSearch] = useState('');
  const [at, setAt] = useState(0);
  const [following, setFollowing] = useState(true);
  const [unseen, setUnseen] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const { items } = log;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the buffer is one array that grows; `log` says when
  const matches = useMemo(() => matchesOf(items, search), [log, search]);
  const current = matches[Math.min(at, matches.length - 1)];
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    overscan: 30,
  });

  const seen = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are the reason to move
  useLayoutEffect(() => {
    if (following) {
      seen.current = items.length;
      setUnseen(0);
      if (items.length > 0) virtual.scrollToIndex(items.length - 1, { align: 'end' });
    } else setUnseen(Math.max(0, items.length - seen.current));
  }, [log, following]);
  useEffect(() => {
    if (current === undefined) return;
    setFollowing(false);
    virtual.scrollToIndex(current, { align: 'center' });
  }, [current, virtual]);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const end = element.scrollHeight - element.scrollTop - element.clientHeight < 24;
    if (end && !following) setFollowing(true);
  };
  /** Only what the person does stops the following; that lines come does not. */
  const hold = () => {
    const element = scroller.current;
    if (element && element.scrollHeight > element.clientHeight) setFollowing(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowUp' || event.key === 'PageUp' || event.key === 'Home') hold();
    if (event.key === 'End') setFollowing(true);
  };
  const step = (by: number) =>
    matches.length > 0 && setAt((Math.min(at, matches.length - 1) + by + matches.length) % matches.length);
  const download = () => {
    const text = items.map((item) => (item.kind === 'line' ? { ...item, text: ansiText(item.text) } : item));
    const address = URL.createObjectURL(new Blob([logText(text), '\n'], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = `${name}-${container}${previous ? '-previous' : ''}.log`;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <section aria-label="Log" className="flex min-h-[22rem] flex-1 flex-col gap-2 px-5 py-3 max-md:px-4">
      <LogBar
        containers={containers}
        container={container}
        previous={several ? undefined : previous}
        search={search}
        found={
          search
            ? `${matches.length === 0 ? 0 : Math.min(at, matches.length - 1) + 1} of ${countText(matches.length)}`
            : ''
        }
        following={following}
        setContainer={(name) => parameters.set({ container: name })}
        setPrevious={(on) => parameters.set({ previous: on ? '1' : '' })}
        setSearch={(text) => {
          setSearch(text);
          setAt(0);
        }}
        step={step}
        setFollowing={setFollowing}
        download={download}
      />
      <div className="relative flex min-h-0 flex-1">
        <div
          ref={scroller}
          data-testid="log-lines"
          role="log"
          aria-live="off"
          aria-label={`Log of ${container}`}
          tabIndex={0}
          onScroll={onScroll}
          onWheel={(event) => event.deltaY < 0 && hold()}
          onTouchMove={hold}
          onPointerDown={(event) => event.target === event.currentTarget && hold()}
          onKeyDown={onKeyDown}
          className="min-w-0 flex-1 overflow-auto overscroll-contain rounded-md border border-line bg-sheet px-3 py-2 font-mono text-xs [overflow-anchor:none]"
        >
          {items.length === 0 ? (
            <Notice icon="events" title={log.begun ? 'Nothing was written yet' : 'Opening the log'}>
              <p>{log.ended ?? (log.begun ? 'What the container writes appears here at once.' : '')}</p>
            </Notice>
          ) : (
            <div className="relative" style={{ height: virtual.getTotalSize(), minWidth: '100%' }}>
              {virtual.getVirtualItems().map((item) => (
                <div
                  key={item.key}
                  data-index={item.index}
                  ref={wrap ? virtual.measureElement : undefined}
                  className={`absolute top-0 left-0 ${wrap ? 'w-full' : 'min-w-full'}`}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <LogLine
                    several={several}
                    item={items[item.index]!}
                    search={search}
                    times={times}
                    wrap={wrap}
                    current={item.index === current}
                  />
                </div>
              ))}
            </div>
          )}
        </div>
        {!following && unseen > 0 ? (
          <Button
            weight="main"
            icon="follow"
            className="absolute right-4 bottom-4 shadow-pop"
            onClick={() => setFollowing(true)}
          >
            {plural(unseen, 'new line')}
          </Button>
        ) : null}
      </div>
      <p className="flex flex-wrap gap-x-4 text-xs text-ink-3" role="status">
        {log.ended && items.length > 0 ? <span>The log ended: {log.ended}</span> : null}
        {log.forgotten > 0 ? <span>The oldest {plural(log.forgotten, 'line')} are no longer kept here.</span> : null}
      </p>
    </section>
  );
}

'use client';
// Owns dragging to scale: a strip of cells with a handle at its end. Drag it, use the arrow keys, or type. Ghosts show
// what is wanted and not there yet; on release they stay and turn real one by one as pods come.
import type { ReplicationControllerRow } from '@berth/dashboard-api';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { usePodsOf } from '../../live/owned-pods.ts';
import { useWidth } from '../../live/width.ts';
import { plural } from '../facts/format.ts';
import { PodCell } from '../pod/pod-cell.tsx';
import { countAfterKey, edgeOf, type Layout, layoutFor, type Stretch, stretchesOf, typedCount } from './scale-math.ts';
import { ScalePreviewCard } from './scale-preview.tsx';
import { useDrag } from './use-drag.ts';
import { scale, usePreview } from './use-scale.ts';
import { ZeroDialog } from './zero-dialog.tsx';

type Controller = Pick<ReplicationControllerRow, 'namespace' | 'name' | 'desired' | 'current' | 'ready'>;

export function ScaleStrip({ controller }: { controller: Controller }) {
  const { desired, current, ready, name } = controller;
  /** The count that the person aims at; undefined when nobody is scaling here. */
  const [aim, setAim] = useState<{ count: number; expected: number }>();
  /** Asked for, and the list does not show it yet. */
  const [asked, setAsked] = useState<number>();
  const [zero, setZero] = useState<number>();
  const strip = useRef<HTMLDivElement>(null);
  const width = useWidth(strip);
  const description = useId();
  const target = aim?.count ?? asked ?? desired;
  const pods = usePodsOf(controller);
  const stretches = stretchesOf({ current, ready, states: pods.map((pod) => pod.state) }, target);
  const preview = usePreview(controller, aim && aim.count !== aim.expected ? aim.count : undefined);

  useEffect(() => {
    if (asked === desired) setAsked(undefined);
  }, [asked, desired]);

  const release = (count: number, expected: number) => {
    setAim(undefined);
    if (count === expected) return;
    if (count === 0) {
      setZero(expected);
      return;
    }
    setAsked(count);
    void scale(controller, expected, count).then((done) => done || setAsked(undefined));
  };
  const begin = aim?.expected ?? asked ?? desired;
  const drag = useDrag({
    count: target,
    strip,
    onChange: (count) => setAim({ count, expected: begin }),
    onRelease: (count) => release(count, begin),
    onCancel: () => setAim(undefined),
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && aim) {
      event.preventDefault();
      release(aim.count, aim.expected);
    } else if (event.key === 'Escape' && aim) {
      event.preventDefault();
      setAim(undefined);
    } else if (/^\d$/.test(event.key) && !event.metaKey && !event.ctrlKey) {
      // The first digit begins a number; the field beside the strip takes the rest.
      event.preventDefault();
      setAim({ count: Number(event.key), expected: begin });
      strip.current?.parentElement?.querySelector<HTMLInputElement>('input')?.focus();
    } else {
      const count = countAfterKey(target, event.key, event.shiftKey);
      if (count === undefined) return;
      event.preventDefault();
      setAim({ count, expected: begin });
    }
  };
  const layout = drag.layout ?? layoutFor(Math.max(target, current), width);
  return (
    <div className="relative z-[1] flex min-w-0 items-center gap-2.5" data-testid="scale-strip" data-name={name}>
      <div ref={strip} className="relative h-7 min-w-0 flex-1 select-none">
        <Track layout={layout} stretches={stretches} width={width} waiting={!aim} />
        <span
          role="spinbutton"
          tabIndex={0}
          data-testid="scale-handle"
          aria-label={`Replicas of ${name}`}
          aria-valuemin={0}
          aria-valuenow={target}
          aria-valuetext={aim ? `${plural(target, 'pod')}, now ${aim.expected}` : plural(target, 'pod')}
          aria-describedby={description}
          title="Drag to scale"
          {...drag.handlers}
          onKeyDown={onKeyDown}
          onBlur={() => {
            if (!drag.layout && aim && !strip.current?.parentElement?.contains(document.activeElement))
              setAim(undefined);
          }}
          style={{ left: Math.min(Math.max(0, width - 14), edgeOf(target, layout)) }}
          className={`absolute top-1/2 grid h-7 w-3.5 -translate-y-1/2 cursor-ew-resize touch-none place-items-center rounded-sm border transition-[background-color] ${
            aim
              ? 'border-lamp-line bg-lamp text-lamp-ink'
              : 'border-line-strong bg-raised text-ink-3 hover:border-lamp-line hover:bg-lamp hover:text-lamp-ink'
          }`}
        >
          <span aria-hidden="true" className="h-3 w-1 border-x border-current" />
        </span>
        {aim && aim.count !== aim.expected ? (
          <ScalePreviewCard
            from={aim.expected}
            to={aim.count}
            preview={preview && preview.replicas > aim.expected === aim.count > aim.expected ? preview : undefined}
            x={Math.min(width, edgeOf(target, layout))}
            anchor={strip}
            keyboard={drag.layout === undefined}
          />
        ) : null}
      </div>
      <CountField
        key={begin}
        name={name}
        value={target}
        aim={(count) => setAim(count === undefined ? undefined : { count, expected: begin })}
        commit={(count) => release(count, begin)}
      />
      <span id={description} className="sr-only">
        Arrow keys change the count, Enter scales, Escape leaves it.
      </span>
      {zero === undefined ? null : (
        <ZeroDialog
          name={name}
          count={zero}
          close={() => setZero(undefined)}
          confirm={() => {
            setZero(undefined);
            setAsked(0);
            void scale(controller, zero, 0).then((done) => done || setAsked(undefined));
          }}
        />
      )}
    </div>
  );
}

interface TrackProperties {
  readonly layout: Layout;
  readonly stretches: readonly Stretch[];
  readonly width: number;
  readonly waiting: boolean;
}

function Track({ layout, stretches, width, waiting }: TrackProperties) {
  const { pitch, per } = layout;
  const used = stretches.reduce((sum, { count }) => sum + Math.ceil(count / per) * pitch, 0);
  const size = Math.max(4, pitch - (pitch > 9 ? 3 : 2));
  return (
    <span aria-hidden="true" className="absolute inset-0 flex items-center overflow-hidden">
      {stretches.flatMap(({ state, count }) =>
        Array.from({ length: Math.ceil(count / per) }, (_, at) => (
          <span
            key={`${state}${at}`}
            className="flex shrink-0 justify-start"
            style={{ width: pitch, marginLeft: state === 'going' && at === 0 ? 16 : undefined }}
          >
            <PodCell state={state} size={size} waiting={waiting && state === 'ghost'} />
          </span>
        )),
      )}
      {per > 1 && width - used > 130 ? (
        <span className="ml-5 text-2xs whitespace-nowrap text-ink-3">a cell = {per} pods</span>
      ) : null}
    </span>
  );
}

function CountField({
  name,
  value,
  aim,
  commit,
}: {
  name: string;
  value: number;
  aim(count: number | undefined): void;
  commit(count: number): void;
}) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      data-testid="scale-value"
      aria-label={`Replicas of ${name}, as a number`}
      inputMode="numeric"
      autoComplete="off"
      value={typed ?? String(value)}
      onFocus={(event) => {
        const field = event.currentTarget;
        requestAnimationFrame(() => field.setSelectionRange(field.value.length, field.value.length));
      }}
      onChange={(event) => {
        setTyped(event.target.value);
        aim(typedCount(event.target.value));
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          setTyped(undefined);
          aim(undefined);
        }
        if (event.key !== 'Enter') return;
        const count = typedCount(event.currentTarget.value);
        setTyped(undefined);
        if (count !== undefined) commit(count);
      }}
      onBlur={() => {
        setTyped(undefined);
        aim(undefined);
      }}
      className="h-7 w-14 shrink-0 rounded-md border border-transparent bg-transparent px-1.5 text-right text-base font-semibold tabular-nums hover:border-line-strong focus:border-line-strong focus:bg-sheet"
    />
  );
}

'use client';
// Owns one line of a log as it is drawn: its time, its colours, what is searched for, and the places where lines are
// missing.
import { memo } from 'react';
import type { LogItem } from '../../live/log-buffer.ts';
import { plural } from '../facts/format.ts';
import { ansiPieces, type Piece } from './ansi.ts';
import { splitAt } from './log-search.ts';

const tones: Readonly<Record<NonNullable<Piece['tone']>, string>> = {
  red: 'text-failing-text',
  green: 'text-running-text',
  yellow: 'text-lamp-line dark:text-lamp',
  blue: 'text-starting-text',
  magenta: 'text-unknown-text',
  cyan: 'text-succeeded-text',
  grey: 'text-ink-3',
};

const voices = 6;

/** A pod keeps its colour, wherever it is read. */
function voiceOf(source: string): number {
  let sum = 0;
  for (let at = 0; at < source.length; at += 1) sum = (sum * 31 + source.charCodeAt(at)) >>> 0;
  return (sum % voices) + 1;
}

interface Properties {
  readonly item: LogItem;
  readonly search: string;
  readonly times: boolean;
  /** Whether lines of several pods stand here, and each has to say whose it is. */
  readonly several: boolean;
  readonly wrap: boolean;
  /** The match that the person is at. */
  readonly current: boolean;
}

export const LogLine = memo(function LogLine({ item, search, times, several, wrap, current }: Properties) {
  if (item.kind !== 'line') {
    return (
      <div
        data-testid={item.kind === 'dropped' ? 'log-dropped' : undefined}
        className="flex h-5 items-center gap-3 text-2xs text-failing-text"
      >
        <span className="h-px flex-1 bg-failing/40" />
        {item.kind === 'dropped'
          ? `${plural(item.count, 'line')} dropped here: the log was faster than this connection`
          : 'The connection was lost here and opened again'}
        <span className="h-px flex-1 bg-failing/40" />
      </div>
    );
  }
  return (
    <div className={`flex gap-3 leading-5 ${current ? 'bg-lamp-soft' : 'hover:bg-sunken'}`}>
      {times && item.at ? (
        <time dateTime={item.at} title={item.at} className="shrink-0 text-ink-3 select-none max-md:hidden">
          {item.at.slice(11, 23)}
        </time>
      ) : null}
      {several ? (
        <span
          title={item.source}
          className="w-[9ch] shrink-0 truncate text-right font-medium select-none"
          style={{ color: `var(--voice-${voiceOf(item.source)})` }}
        >
          {item.source.slice(item.source.lastIndexOf('-') + 1)}
        </span>
      ) : null}
      <span className={wrap ? 'min-w-0 break-all whitespace-pre-wrap' : 'whitespace-pre'}>
        {ansiPieces(item.text).map((piece, at) => (
          <span key={at} className={`${piece.tone ? tones[piece.tone] : ''} ${piece.bold ? 'font-semibold' : ''}`}>
            {splitAt(piece.text, search).map((part, place) =>
              place % 2 === 1 ? (
                <mark key={place} className="rounded-[2px] bg-lamp text-lamp-ink">
                  {part}
                </mark>
              ) : (
                part
              ),
            )}
          </span>
        ))}
      </span>
    </div>
  );
});

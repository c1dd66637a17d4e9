'use client';
// Owns how an age is shown: it grows by itself, and the exact time is its hint.
import { useNow } from '../../live/now.ts';
import { ageText, dateText } from './format.ts';

export function Age({ at, className = '' }: { at: number; className?: string }) {
  const text = useNow((now) => ageText(now - at));
  return (
    <time dateTime={new Date(at).toISOString()} title={dateText(at)} className={`whitespace-nowrap ${className}`}>
      {text}
    </time>
  );
}

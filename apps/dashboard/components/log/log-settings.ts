// Owns what a person chose for logs; it is remembered by the browser, for all logs.
import { observable } from '../../live/observable.ts';

export interface LogSettings {
  readonly wrap: boolean;
  readonly times: boolean;
}

const place = 'berth.log';

function remembered(): LogSettings {
  const standard = { wrap: false, times: true };
  if (typeof window === 'undefined') return standard;
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(place) ?? '{}');
    const value = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<LogSettings>;
    return { wrap: value.wrap === true, times: value.times !== false };
  } catch {
    return standard;
  }
}

export const logSettings = observable<LogSettings>(remembered());

export function changeLogSettings(change: Partial<LogSettings>): void {
  const next = { ...logSettings.get(), ...change };
  localStorage.setItem(place, JSON.stringify(next));
  logSettings.set(next);
}

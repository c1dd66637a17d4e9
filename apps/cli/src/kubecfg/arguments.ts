// Owns how the values of flags are read. Each reader throws what commander tells as a wrong command line.
import { InvalidArgumentError } from 'commander';

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(text);
}

export function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 65_535) {
    throw new InvalidArgumentError('It must be from 1 to 65535.');
  }
  return value;
}

const secondsIn = { s: 1, m: 60, h: 3600 } as const;

/** `90`, `90s`, `5m`, `1h30m`, in seconds. */
export function duration(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smh])/g)];
  if (/^\d+$/.test(text)) return Number(text);
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new InvalidArgumentError('It must be a duration such as 90s, 5m or 1h30m.');
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * secondsIn[unit as keyof typeof secondsIn], 0);
}

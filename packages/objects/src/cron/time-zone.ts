// Owns how far the clocks of a time zone are ahead of UTC, now and whenever, as the platform's own tables of the IANA
// time zone database say.

/** Milliseconds by which local time is ahead of UTC, at that time (milliseconds since the epoch). */
export type OffsetAt = (time: number) => number;

/** `name`: left out, the zone of this process. Throws RangeError if there is no such zone. */
export function offsetsOf(name: string | undefined): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return local - Math.floor(time / 1_000) * 1_000;
  };
}

/** Whether the database has a zone of exactly that name. */
export function isTimeZone(name: string): boolean {
  // The platform knows more than names: offsets, and names in any case.
  if (/^[+-]/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

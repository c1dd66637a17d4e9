// Cron expressions: what they may say, in which words they are refused, and when they are due, also where clocks change.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestTime, nextTime } from './next.ts';
import { type CronSchedule, parseCron } from './parse.ts';
import { isTimeZone, offsetsOf } from './time-zone.ts';

const utc = offsetsOf('UTC');

describe('an expression that is wrong', () => {
  it.each([
    ['', 'empty spec string'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['99999999999999999999 * * * *', /value out of range$/],
    ['@reboot', 'unrecognized descriptor: @reboot'],
    ['@every day', 'failed to parse duration @every day: time: invalid duration "day"'],
  ])('%s', (text, message) => {
    expect(() => parseCron(text)).toThrow(message);
  });
});

describe('the next time', () => {
  it.each([
    ['* * * * *', '2026-01-01T00:00:30Z', '2026-01-01T00:01:00Z'],
    ['* * * * *', '2026-01-01T00:01:00Z', '2026-01-01T00:02:00Z'],
    ['*/15 * * * *', '2026-01-01T00:50:00Z', '2026-01-01T01:00:00Z'],
    ['5/20 * * * *', '2026-01-01T00:30:00Z', '2026-01-01T00:45:00Z'],
    ['30 6-16/4 * * 1-5', '2026-01-02T14:30:00Z', '2026-01-05T06:30:00Z'],
    ['0 9 * JAN,jul Mon', '2026-01-27T00:00:00Z', '2026-07-06T09:00:00Z'],
    ['0 0 13 * fri', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
    ['0 0 13 * ?', '2026-01-01T00:00:00Z', '2026-01-13T00:00:00Z'],
    ['0 0 */2 * fri', '2026-01-01T12:00:00Z', '2026-01-02T00:00:00Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['0 0 31 2 *', '2026-01-01T00:00:00Z', undefined],
    ['@yearly', '2026-03-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['@monthly', '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'],
    ['@weekly', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'],
    ['@midnight', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
    ['@hourly', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z'],
    ['@every 90m', '2026-01-01T00:00:10.5Z', '2026-01-01T01:30:10Z'],
    ['@every 10ms', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'],
  ])('of %s after %s', (text, after, next) => {
    const found = nextTime(parseCron(text), Date.parse(after), utc);
    expect(found).toBe(next && Date.parse(next));
  });

  // Berlin's clocks go from 2:00 to 3:00 on 29 March 2026, and from 3:00 to 2:00 on 25 October.
  it.each([
    ['30 12 * * *', '2026-07-01T00:00:00Z', '2026-07-01T10:30:00Z', 'Europe/Berlin'],
    ['30 2 * * *', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00Z', 'Europe/Berlin'],
    ['0 3 * * *', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z', 'Europe/Berlin'],
    ['30 2 * * *', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z', 'Europe/Berlin'],
    ['30 2 * * *', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', 'Europe/Berlin'],
    ['0 12 1 7 *', '2026-01-01T00:00:00Z', '2026-07-01T10:00:00Z', 'Europe/Berlin'],
    ['0 0 * * *', '2026-01-01T12:00:00Z', '2026-01-01T18:15:00Z', 'Asia/Kathmandu'],
  ])('of %s after %s, in a zone', (text, after, next, zone) => {
    expect(nextTime(parseCron(text), Date.parse(after), offsetsOf(zone))).toBe(Date.parse(next));
  });
});

/** The reference: every minute is looked at. */
function minuteByMinute(schedule: CronSchedule, after: number, zone: string): number | undefined {
  if ('everyMs' in schedule) return undefined;
  const offsetAt = offsetsOf(zone);
  const first = (Math.floor(after / 60_000) + 1) * 60_000;
  for (let time = first; time < first + 3 * 24 * 3_600_000; time += 60_000) {
    const local = new Date(time + offsetAt(time));
    const ofMonth = schedule.daysOfMonth.has(local.getUTCDate());
    const ofWeek = schedule.daysOfWeek.has(local.getUTCDay());
    const isDay = schedule.eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek;
    const isTime = schedule.hours.has(local.getUTCHours()) && schedule.minutes.has(local.getUTCMinutes());
    if (isDay && isTime && schedule.months.has(local.getUTCMonth() + 1)) return time;
  }
  return undefined;
}

describe('any schedule', () => {
  const field = (max: number, min = 0) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min, max }).map(String),
      fc.integer({ min: 2, max: 9 }).map((n) => `*/${n}`),
    );
  const expression = fc
    .tuple(field(59), field(23), fc.constant('*'), fc.constant('*'), field(6))
    .map((f) => f.join(' '));
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe');
  // Around the times when clocks change.
  const day = fc.constantFrom(
    '2026-03-08',
    '2026-03-28',
    '2026-04-04',
    '2026-06-01',
    '2026-10-03',
    '2026-10-24',
    '2026-11-01',
  );

  it('is due when a look at each minute says so', () => {
    fc.assert(
      fc.property(expression, zone, day, fc.integer({ min: 0, max: 86_400_000 }), (text, name, date, ms) => {
        const after = Date.parse(`${date}T00:00:00Z`) + ms;
        const expected = minuteByMinute(parseCron(text), after, name);
        if (expected !== undefined) expect(nextTime(parseCron(text), after, offsetsOf(name))).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('was due last when nothing of it came since', () => {
    fc.assert(
      fc.property(expression, zone, day, fc.integer({ min: 0, max: 3 * 86_400_000 }), (text, name, date, ms) => {
        const schedule = parseCron(text);
        const offsetAt = offsetsOf(name);
        const from = Date.parse(`${date}T00:00:00Z`);
        const now = from + ms;
        const latest = latestTime(schedule, { from, now }, offsetAt);
        const next = nextTime(schedule, latest ?? from, offsetAt) ?? Number.POSITIVE_INFINITY;
        expect(next).toBeGreaterThan(now);
        if (latest !== undefined) expect(latest > from && latest <= now).toBe(true);
        if (latest !== undefined) expect(nextTime(schedule, latest - 1, offsetAt)).toBe(latest);
      }),
      { numRuns: 100 },
    );
  });

  it('counts periods from where they begin', () => {
    const from = Date.parse('2026-01-01T00:00:10Z');
    const now = Date.parse('2026-01-01T05:00:00Z');
    expect(latestTime(parseCron('@every 2h'), { from, now }, utc)).toBe(Date.parse('2026-01-01T04:00:10Z'));
    expect(latestTime(parseCron('@every 6h'), { from, now }, utc)).toBeUndefined();
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['Asia/Calcutta', true],
    ['Etc/GMT+5', true],
    ['UTC', true],
    ['europe/berlin', false],
    ['+01:00', false],
    ['Mars/Olympus', false],
  ])('%s is one: %s', (name, is) => {
    expect(isTimeZone(name)).toBe(is);
  });
});

// Owns when a schedule is due: the next time after another, and the latest of those that have passed. Local times that
// a zone's clocks skip do not come, and those that they repeat come twice. Pure.
import type { CalendarSchedule, CronSchedule } from './parse.ts';
import type { OffsetAt } from './time-zone.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A zone's clocks do not change twice within it. */
const steadyMs = 7 * dayMs;
/** What does not come within five years, such as the 30th of February, never does. Source: robfig/cron. */
const horizonMs = 5 * 366 * dayMs;

/** Milliseconds since the epoch, as is `after`; undefined: never. */
export function nextTime(schedule: CronSchedule, after: number, offsetAt: OffsetAt): number | undefined {
  if ('everyMs' in schedule) return Math.floor(after / 1_000) * 1_000 + schedule.everyMs;
  let time = (Math.floor(after / minuteMs) + 1) * minuteMs;
  const limit = time + horizonMs;
  for (;;) {
    const offset = offsetAt(time);
    const local = nextLocal(schedule, time + offset, limit + offset);
    if (local === undefined) return undefined;
    const found = local - offset;
    const change = nextChange(time, found, offsetAt);
    if (change === undefined) return found;
    time = change;
  }
}

/** Of the times after `from` that are not after `now`, the latest; undefined: there is none. */
export function latestTime(
  schedule: CronSchedule,
  { from, now }: { readonly from: number; readonly now: number },
  offsetAt: OffsetAt,
): number | undefined {
  const first = nextTime(schedule, from, offsetAt);
  if (first === undefined || first > now) return undefined;
  if ('everyMs' in schedule) return first + Math.floor((now - first) / schedule.everyMs) * schedule.everyMs;
  // The latest time after which another one has come is in the minute before that one.
  let [has, hasNot] = [from, now];
  while (hasNot - has > minuteMs) {
    const middle = Math.floor((has + hasNot) / 2);
    const next = nextTime(schedule, middle, offsetAt);
    if (next !== undefined && next <= now) has = middle;
    else hasNot = middle;
  }
  let latest = nextTime(schedule, has, offsetAt);
  for (let next = latest; next !== undefined && next <= now; next = nextTime(schedule, next, offsetAt)) latest = next;
  return latest;
}

/** Local times are counted as if they were UTC. */
function nextLocal(schedule: CalendarSchedule, from: number, limit: number): number | undefined {
  for (let time = from; time <= limit; ) {
    const date = new Date(time);
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
    if (!schedule.months.has(month + 1)) time = Date.UTC(year, month + 1, 1);
    else if (!hasDay(schedule, date)) time = Date.UTC(year, month, day + 1);
    else if (!schedule.hours.has(date.getUTCHours())) time = Date.UTC(year, month, day, date.getUTCHours() + 1);
    else if (!schedule.minutes.has(date.getUTCMinutes())) time += minuteMs;
    else return time;
  }
  return undefined;
}

function hasDay({ daysOfMonth, daysOfWeek, eitherDay }: CalendarSchedule, date: Date): boolean {
  const ofMonth = daysOfMonth.has(date.getUTCDate());
  const ofWeek = daysOfWeek.has(date.getUTCDay());
  return eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek;
}

/** When the clocks first change after `from`, up to and with `to`. */
function nextChange(from: number, to: number, offsetAt: OffsetAt): number | undefined {
  const offset = offsetAt(from);
  for (let at = from; at < to; at = Math.min(at + steadyMs, to)) {
    const end = Math.min(at + steadyMs, to);
    if (offsetAt(end) === offset) continue;
    let [before, after] = [at, end];
    while (after - before > minuteMs) {
      const middle = before + Math.ceil((after - before) / 2 / minuteMs) * minuteMs;
      if (middle >= after) break;
      if (offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    return after;
  }
  return undefined;
}

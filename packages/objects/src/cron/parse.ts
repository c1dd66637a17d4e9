// Owns the five fields of a cron expression and the words that stand for some: `*/5 9-17 * * mon-fri`, `@daily`,
// `@every 90m`. What is wrong with one is said as Kubernetes says it, which is why no library reads them: their grammars
// are wider. Source: Kubernetes, CronJob schedule syntax; robfig/cron v3, standard parser.
import { parseGoDuration } from '../go-duration.ts';

export type CronSchedule = CalendarSchedule | { readonly everyMs: number };

/** A minute belongs to it that is in all of the sets, of the two of days perhaps in one only. */
export interface CalendarSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  /** From 1. */
  readonly months: ReadonlySet<number>;
  /** Sunday is 0. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** Both kinds of days are restricted: then a day in one of the two sets is one. */
  readonly eitherDay: boolean;
}

/** The text is no cron expression; the message says why. */
export class CronError extends Error {}

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** For `min` and those after it. */
  readonly names?: readonly string[];
}

interface Field {
  readonly values: ReadonlySet<number>;
  readonly isStar: boolean;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const bounds = {
  minutes: { min: 0, max: 59 },
  hours: { min: 0, max: 23 },
  daysOfMonth: { min: 1, max: 31 },
  months: { min: 1, max: 12, names: months },
  daysOfWeek: { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
} as const satisfies Record<string, Bounds>;

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Throws CronError. */
export function parseCron(text: string): CronSchedule {
  if (!text) throw new CronError('empty spec string');
  // A zone in front is another rule's to refuse.
  const spec = text.replace(/^(CRON_)?TZ=\S* /, '').trim();
  if (spec.startsWith('@')) return parseDescriptor(spec);
  const fields = spec.split(/\s+/).filter(Boolean);
  if (fields.length !== 5)
    throw new CronError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields as [string, string, string, string, string];
  const minutes = parseField(minute, bounds.minutes);
  const hours = parseField(hour, bounds.hours);
  const daysOfMonth = parseField(dayOfMonth, bounds.daysOfMonth);
  const inMonths = parseField(month, bounds.months);
  const daysOfWeek = parseField(dayOfWeek, bounds.daysOfWeek);
  return {
    minutes: minutes.values,
    hours: hours.values,
    daysOfMonth: daysOfMonth.values,
    months: inMonths.values,
    daysOfWeek: daysOfWeek.values,
    eitherDay: !daysOfMonth.isStar && !daysOfWeek.isStar,
  };
}

function parseDescriptor(text: string): CronSchedule {
  const standsFor = Object.hasOwn(descriptors, text) ? descriptors[text] : undefined;
  if (standsFor) return parseCron(standsFor);
  const every = '@every ';
  if (!text.startsWith(every)) throw new CronError(`unrecognized descriptor: ${text}`);
  const duration = text.slice(every.length);
  const nanoseconds = parseGoDuration(duration);
  if (nanoseconds === undefined)
    throw new CronError(`failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`);
  const seconds = Math.max(1, Number(nanoseconds / 1_000_000_000n));
  return { everyMs: seconds * 1_000 };
}

/** A list of ranges. */
function parseField(text: string, of: Bounds): Field {
  const ranges = text
    .split(',')
    .filter(Boolean)
    .map((range) => parseRange(range, of));
  return {
    values: new Set(ranges.flatMap(({ values }) => [...values])),
    isStar: ranges.some(({ isStar }) => isStar),
  };
}

/** `*`, `5`, `1-5`, each perhaps with a step: `1-5/2`, and `5/2` up to the greatest. */
function parseRange(text: string, { min, max, names = [] }: Bounds): Field {
  const [range = '', stepText, ...moreSteps] = text.split('/');
  const [low = '', high, ...moreEnds] = range.split('-');
  const number = (word: string) => {
    const index = names.indexOf(word.toLowerCase());
    return index < 0 ? parseInteger(word) : index + min;
  };
  const isAll = low === '*' || low === '?';
  if (!isAll && moreEnds.length > 0) throw new CronError(`too many hyphens: ${text}`);
  const start = isAll ? min : number(low);
  let end = isAll ? max : high === undefined ? start : number(high);
  if (moreSteps.length > 0) throw new CronError(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1 : parseInteger(stepText);
  if (stepText !== undefined && high === undefined) end = max;
  if (start < min) throw new CronError(`beginning of range (${start}) below minimum (${min}): ${text}`);
  if (end > max) throw new CronError(`end of range (${end}) above maximum (${max}): ${text}`);
  if (start > end) throw new CronError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronError(`step of range should be a positive number: ${text}`);
  const values = new Set<number>();
  for (let value = start; value <= end; value += step) values.add(value);
  return { values, isStar: isAll && step === 1 };
}

function parseInteger(text: string): number {
  const problem = (why: string) =>
    new CronError(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^[+-]?\d+$/.test(text)) throw problem('invalid syntax');
  const number = Number(text);
  if (number > 2 ** 63) throw problem('value out of range');
  return number;
}

// Owns how kubectl shows a duration: two significant units while they matter. Source: kubectl's HumanDuration.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

function twoUnits(duration: number, first: [number, string], second: [number, string]): string {
  const whole = Math.floor(duration / first[0]);
  const rest = Math.floor((duration % first[0]) / second[0]);
  return rest === 0 ? `${whole}${first[1]}` : `${whole}${first[1]}${rest}${second[1]}`;
}

/** `milliseconds` as `45s`, `5m3s`, `12m`, `3h2m`, `2d4h`, `13d`, `2y30d`. Clocks differ: a little below 0 is 0. */
export function humanDuration(milliseconds: number): string {
  if (milliseconds <= -2 * SECOND) return '<invalid>';
  if (milliseconds < 0) return '0s';
  const floor = (unit: number) => Math.floor(milliseconds / unit);
  if (milliseconds < 2 * MINUTE) return `${floor(SECOND)}s`;
  if (milliseconds < 10 * MINUTE) return twoUnits(milliseconds, [MINUTE, 'm'], [SECOND, 's']);
  if (milliseconds < 3 * HOUR) return `${floor(MINUTE)}m`;
  if (milliseconds < 8 * HOUR) return twoUnits(milliseconds, [HOUR, 'h'], [MINUTE, 'm']);
  if (milliseconds < 2 * DAY) return `${floor(HOUR)}h`;
  if (milliseconds < 8 * DAY) return twoUnits(milliseconds, [DAY, 'd'], [HOUR, 'h']);
  if (milliseconds < 2 * YEAR) return `${floor(DAY)}d`;
  if (milliseconds < 8 * YEAR) return twoUnits(milliseconds, [YEAR, 'y'], [DAY, 'd']);
  return `${floor(YEAR)}y`;
}

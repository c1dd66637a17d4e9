// Owns for which time a cron job is to make a job, and when it is time to look again. Pure.
// Source: Kubernetes' cron job controller.
import { type CronJob, type CronSchedule, latestTime, nextTime, type OffsetAt } from '@berth/objects';

/** Of which time a cron job makes a job, and what is known of it. Times are milliseconds since the epoch. */
export interface Timing {
  /** The latest time that has come and for which no job was made; undefined: there is none. */
  readonly due: number | undefined;
  /** So many times were missed that something must be wrong. */
  readonly isFarBehind: boolean;
  /** Undefined: there will not be another one. */
  readonly next: number | undefined;
}

export interface Calendar {
  readonly schedule: CronSchedule;
  readonly offsetAt: OffsetAt;
}

const manyMissed = 100;

export function timingOf({ metadata, spec, status }: CronJob, now: number, { schedule, offsetAt }: Calendar): Timing {
  const last = Date.parse(status.lastScheduleTime ?? metadata.creationTimestamp);
  const { startingDeadlineSeconds: deadline } = spec;
  const from = deadline === undefined ? last : Math.max(last, now - deadline * 1_000);
  const latest = latestTime(schedule, { from: last, now }, offsetAt);
  const due = latest !== undefined && latest > from ? latest : undefined;
  return {
    due,
    isFarBehind: due !== undefined && missedSince(from, now, { schedule, offsetAt }) > manyMissed,
    next: nextTime(schedule, latest ?? last, offsetAt),
  };
}

/** About how many times came: those that follow are taken to be as far apart as the first two. */
function missedSince(from: number, now: number, { schedule, offsetAt }: Calendar): number {
  const first = nextTime(schedule, from, offsetAt);
  const second = first === undefined ? undefined : nextTime(schedule, first, offsetAt);
  if (first === undefined || first > now) return 0;
  return second === undefined ? 1 : Math.floor((now - first) / (second - first)) + 1;
}

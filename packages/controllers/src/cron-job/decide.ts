// Owns what a cron job should do next: whether it makes a job, which of its jobs go, and what its status says. Pure.
// Source: Kubernetes' cron job controller.
import { type CronJob, type CronJobStatus, isJob, isJobFinished, type Job, type ObjectReference } from '@berth/objects';
import { jobNameAt } from './job-for.ts';
import { type Calendar, timingOf } from './timing.ts';

export interface Said {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface Decision {
  /** What has become of its jobs, before anything of the below is done. */
  readonly status: CronJobStatus;
  readonly say: readonly Said[];
  /** Finished jobs that are too many. */
  readonly forget: readonly Job[];
  /** For which time a job is made, in milliseconds since the epoch. */
  readonly start: number | undefined;
  /** Jobs that go before the new one is made. */
  readonly replace: readonly ObjectReference[];
  /** When to look again, in milliseconds since the epoch; undefined: when something changes. */
  readonly next: number | undefined;
}

export interface Observed {
  /** Those that it controls. */
  readonly jobs: readonly Job[];
  /** Uids of the jobs that its status names and that there are not any more. */
  readonly missing: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** `calendar`: undefined where the schedule cannot be read. */
export function decide(cronJob: CronJob, observed: Observed, calendar: Calendar | undefined): Decision {
  const { jobs, now } = observed;
  const { status, say } = observe(cronJob, observed);
  const still: Decision = {
    status,
    say,
    forget: beyondLimits(cronJob, jobs),
    start: undefined,
    replace: [],
    next: undefined,
  };
  if (cronJob.metadata.deletionTimestamp) return { ...still, forget: [] };
  if (cronJob.spec.suspend || !calendar) return still;
  const { due, isFarBehind, next } = timingOf(cronJob, now, calendar);
  const later = { ...still, next };
  const { active = [], lastScheduleTime } = status;
  const isDone =
    due === undefined ||
    active.some(({ name }) => name === jobNameAt(cronJob, due)) ||
    (lastScheduleTime !== undefined && Date.parse(lastScheduleTime) === due);
  if (isDone) return later;
  const missed: Said = {
    type: 'Warning',
    reason: 'TooManyMissedTimes',
    message: 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
  };
  const told = isFarBehind ? [...say, missed] : say;
  if (cronJob.spec.concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    return { ...later, say: [...told, { type: 'Normal', reason: 'JobAlreadyActive', message }] };
  }
  const replace = cronJob.spec.concurrencyPolicy === 'Replace' ? active : [];
  return { ...later, say: told, start: due, replace };
}

/** What has become of the jobs that run, as its status knew them. */
function observe({ status }: CronJob, { jobs, missing }: Observed): Pick<Decision, 'status' | 'say'> {
  const say: Said[] = [];
  const known = new Set(status.active?.map(({ uid }) => uid));
  const finished = new Set<string | undefined>();
  let { lastSuccessfulTime } = status;
  for (const job of jobs) {
    const { name, uid } = job.metadata;
    const end = isJob(job, 'Complete') ? 'Complete' : isJob(job, 'Failed') ? 'Failed' : undefined;
    if (!end && !known.has(uid)) {
      const message = `Saw a job that the controller did not create or forgot: ${name}`;
      say.push({ type: 'Warning', reason: 'UnexpectedJob', message });
    }
    if (end && known.has(uid)) {
      finished.add(uid);
      const message = `Saw completed job: ${name}, condition: ${end}`;
      say.push({ type: 'Normal', reason: 'SawCompletedJob', message });
    }
    const { completionTime } = job.status;
    if (end === 'Complete' && completionTime && isAfter(completionTime, lastSuccessfulTime))
      lastSuccessfulTime = completionTime;
  }
  for (const { name, uid } of status.active ?? [])
    if (missing.has(uid ?? ''))
      say.push({ type: 'Normal', reason: 'MissingJob', message: `Active job went missing: ${name}` });
  const active = (status.active ?? []).filter(({ uid }) => !finished.has(uid) && !missing.has(uid ?? ''));
  return { status: { ...status, active, lastSuccessfulTime }, say };
}

function isAfter(time: string, other: string | undefined): boolean {
  return other === undefined || Date.parse(time) > Date.parse(other);
}

function beyondLimits({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] {
  const finished = jobs.filter((job) => isJobFinished(job) && !job.metadata.deletionTimestamp).sort(byStart);
  const surplus = (type: string, limit: number | undefined) => {
    const ended = finished.filter((job) => isJob(job, type));
    return limit === undefined ? [] : ended.slice(0, Math.max(0, ended.length - limit));
  };
  return [...surplus('Complete', spec.successfulJobsHistoryLimit), ...surplus('Failed', spec.failedJobsHistoryLimit)];
}

/** Who never began is the youngest. */
function byStart(a: Job, b: Job): number {
  const start = ({ status }: Job) => (status.startTime ? Date.parse(status.startTime) : Number.MAX_SAFE_INTEGER);
  return start(a) - start(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

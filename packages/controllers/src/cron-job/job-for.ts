// Owns the job that a cron job makes for one of its times. Its name is made of the minute, so that no job is made twice.
// Pure. Source: Kubernetes' cron job controller.
import { type CronJob, cronJobScheduledTime, type Job, type New, offsetsOf } from '@berth/objects';
import { controllerReference } from '../ownership.ts';

const minuteMs = 60_000;

/** `time`: milliseconds since the epoch. */
export function jobNameAt({ metadata }: CronJob, time: number): string {
  return `${metadata.name}-${Math.floor(time / minuteMs)}`;
}

export function jobFor(cronJob: CronJob, time: number): New<Job> {
  const { jobTemplate, timeZone } = cronJob.spec;
  const { labels, annotations } = jobTemplate.metadata ?? {};
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobNameAt(cronJob, time),
      namespace: cronJob.metadata.namespace,
      labels,
      annotations: { ...annotations, [cronJobScheduledTime]: localTime(time, timeZone) },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: jobTemplate.spec ?? { template: {} },
  };
}

/** RFC 3339, by the clocks of the zone; UTC where none is named. */
function localTime(time: number, timeZone = 'UTC'): string {
  const minutes = Math.round(offsetsOf(timeZone)(time) / minuteMs);
  const local = new Date(time + minutes * minuteMs).toISOString().slice(0, 19);
  if (minutes === 0) return `${local}Z`;
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
  const ahead = Math.abs(minutes);
  return `${local}${minutes < 0 ? '-' : '+'}${two(ahead / 60)}:${two(ahead % 60)}`;
}

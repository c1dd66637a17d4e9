// Owns the jobs and the pods that the tests of a job's decisions are made of, and a cluster whose pods end when they
// are told to.
import {
  completionIndexName,
  indexFailureCount,
  type Job,
  type JobSpec,
  type JobStatus,
  type Pod,
} from '@berth/objects';
import { podNamed } from '../testing/objects.ts';
import { type Failures, noFailures, rememberFailures } from './back-off.ts';
import { type View, viewOf } from './view.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
export const at = (seconds: number) => new Date(now + seconds * 1_000).toISOString();

const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } as const;

export function jobOf(spec: Partial<JobSpec> = {}, status: JobStatus = { startTime: at(-60) }): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'pi',
      namespace: 'default',
      uid: 'job',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: {
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: { job: 'pi' } },
      template,
      ...spec,
    },
    status,
  };
}

export interface Shape {
  readonly phase?: Pod['status']['phase'];
  readonly index?: number;
  readonly failuresBefore?: number;
  /** Seconds, beside `now`. */
  readonly ended?: number;
  readonly exitCode?: number;
  readonly deleted?: boolean;
  /** Whether it was counted already. */
  readonly counted?: boolean;
  readonly restarts?: number;
  readonly condition?: string;
}

export function podOf(name: string, shape: Shape = {}): Pod {
  const { phase = 'Running', index, failuresBefore, ended, exitCode, deleted, counted, restarts, condition } = shape;
  const pod = podNamed(name, { phase, deleted, owner: 'job', labels: { job: 'pi' } });
  const finishedAt = ended === undefined ? undefined : at(ended);
  const terminated = { exitCode: exitCode ?? (phase === 'Succeeded' ? 0 : 1), finishedAt };
  const [container] = pod.status.containerStatuses!;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      finalizers: counted ? [] : ['batch.kubernetes.io/job-tracking'],
      annotations: {
        ...(index === undefined ? {} : { [completionIndexName]: String(index) }),
        ...(failuresBefore === undefined ? {} : { [indexFailureCount]: String(failuresBefore) }),
      },
    },
    status: {
      ...pod.status,
      ...(condition ? { conditions: [{ type: condition, status: 'True' }] } : {}),
      containerStatuses: [
        { ...container!, restartCount: restarts ?? 0, ...(finishedAt ? { state: { terminated } } : {}) },
      ],
    },
  };
}

export function see(job: Job, pods: readonly Pod[], known: Failures = noFailures): View {
  return viewOf({ job, pods, unseen: new Set(), failures: rememberFailures(known, pods, job), now });
}

// Owns the cron job controller's loop: looks at its jobs, asks `decide`, makes and deletes jobs.
import { isDeepStrictEqual } from 'node:util';
import type { Component } from '@berth/host';
import {
  CronError,
  type CronJob,
  type CronJobStatus,
  cronJobs,
  isJobFinished,
  isReason,
  type Job,
  jobs,
  type ObjectReference,
  offsetsOf,
  parseCron,
} from '@berth/objects';
import { createLoop, observeAll, type Requeue } from '@berth/reconcile';
import { type ControllerContext, ownerIndexes } from '../context.ts';
import { enqueueOwners } from '../owner-keys.ts';
import { messageOf } from '../pod-control.ts';
import { controllerOf } from '../pod-state.ts';
import { isNamespaceTerminating, unlessGone } from '../writes.ts';
import { type Decision, decide, type Said } from './decide.ts';
import { jobFor } from './job-for.ts';
import type { Calendar } from './timing.ts';

/** It is looked at a little after the time has come, for clocks are not quite the same. */
const afterMs = 100;

export function createCronJobLoop(context: ControllerContext): Component {
  const { clock, informers, log, random } = context;
  const owners = { resource: cronJobs, informer: informers.cronJobs, selectorOf: () => undefined };
  const actor = new Actor(context);
  return createLoop({
    name: 'cron-job',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 5,
    observe(keys) {
      return [
        observeAll(informers.cronJobs, keys),
        informers.jobs.onChange((changes) => {
          for (const change of changes) enqueueOwners(change, owners, keys);
        }),
      ];
    },
    reconcile: (key) => actor.reconcile(key),
  });
}

class Actor {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  async reconcile(key: string): Promise<Requeue | undefined> {
    const { clock, informers } = this.#context;
    const cached = informers.cronJobs.get(key);
    if (!cached) return undefined;
    const own = informers.jobs.byIndex(ownerIndexes.controller, cached.metadata.uid);
    const cronJob = await this.#fresh(cached, own);
    if (!cronJob) return undefined;
    const missing = await this.#missing(cronJob, own);
    const decision = decide(cronJob, { jobs: own, missing, now: clock.now() }, this.#calendarOf(cronJob));
    for (const said of decision.say) this.#say(cronJob, said);
    await this.#carryOut(cronJob, decision);
    const { next } = decision;
    return next === undefined ? undefined : { requeueAfterMs: Math.max(0, next - clock.now()) + afterMs };
  }

  /** A job that runs and that its status does not name may just be one that the cache does not show there yet. */
  async #fresh(cached: CronJob, own: readonly Job[]): Promise<CronJob | undefined> {
    const known = new Set(cached.status.active?.map(({ uid }) => uid));
    if (own.every((job) => known.has(job.metadata.uid) || isJobFinished(job))) return cached;
    const { namespace, name, uid } = cached.metadata;
    const fresh = await unlessGone(this.#context.client.get(cronJobs, { namespace, name }));
    return fresh?.metadata.uid === uid ? fresh : undefined;
  }

  async #missing({ metadata, status }: CronJob, own: readonly Job[]): Promise<ReadonlySet<string>> {
    const { client } = this.#context;
    const shown = new Set<string | undefined>(own.map((job) => job.metadata.uid));
    const missing = await Promise.all(
      (status.active ?? []).map(async ({ name = '', uid = '' }) => {
        if (shown.has(uid)) return [];
        const job = await unlessGone(client.get(jobs, { namespace: metadata.namespace, name }));
        return job?.metadata.uid === uid ? [] : [uid];
      }),
    );
    return new Set(missing.flat());
  }

  #calendarOf(cronJob: CronJob): Calendar | undefined {
    const { schedule, timeZone } = cronJob.spec;
    const refuse = (reason: string, message: string) => {
      this.#say(cronJob, { type: 'Warning', reason, message });
      return undefined;
    };
    try {
      return { schedule: parseCron(schedule), offsetAt: offsetsOf(timeZone) };
    } catch (error) {
      if (error instanceof CronError)
        return refuse('UnparseableSchedule', `unparseable schedule: ${schedule} : ${error.message}`);
      if (error instanceof RangeError)
        return refuse('UnknownTimeZone', `invalid timeZone: ${JSON.stringify(timeZone)}: ${error.message}`);
      throw error;
    }
  }

  #say(cronJob: CronJob, said: Said): void {
    this.#context.events.record({ object: cronJob, ...said });
  }

  async #carryOut(cronJob: CronJob, { status, start, replace, forget }: Decision): Promise<void> {
    const { namespace } = cronJob.metadata;
    let { active = [] } = status;
    try {
      for (const { name = '', uid } of replace) {
        await this.#delete(cronJob, { namespace, name, uid });
        active = active.filter((reference) => reference.uid !== uid);
      }
      const started = start === undefined ? undefined : await this.#start(cronJob, start);
      const lastScheduleTime = started ? timeOf(start!) : status.lastScheduleTime;
      await this.#report(cronJob, {
        ...status,
        active: started ? [...active.filter(({ uid }) => uid !== started.uid), started] : active,
        lastScheduleTime,
      });
    } finally {
      await Promise.all(forget.map(({ metadata }) => this.#delete(cronJob, metadata)));
    }
  }

  /** A reference to the job; undefined: there is none of its own, and none can be made. */
  async #start(cronJob: CronJob, time: number): Promise<ObjectReference | undefined> {
    const { client } = this.#context;
    const { namespace, uid } = cronJob.metadata;
    const wanted = jobFor(cronJob, time);
    try {
      const job = await client.create(jobs, wanted, { namespace });
      const message = `Created job ${job.metadata.name}`;
      this.#say(cronJob, { type: 'Normal', reason: 'SuccessfulCreate', message });
      return referenceTo(job);
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined;
      if (!isReason(error, 'AlreadyExists')) {
        const message = `Error creating job: ${messageOf(error)}`;
        this.#say(cronJob, { type: 'Warning', reason: 'FailedCreate', message });
        throw error;
      }
      // Made before this process began, or before it could say so.
      const job = await client.get(jobs, { namespace, name: wanted.metadata.name ?? '' });
      return controllerOf(job)?.uid === uid ? referenceTo(job) : undefined;
    }
  }

  /** With its pods. */
  async #delete(
    cronJob: CronJob,
    { namespace, name, uid }: { readonly namespace?: string; readonly name: string; readonly uid?: string },
  ): Promise<void> {
    const options = { propagationPolicy: 'Background', preconditions: { uid } } as const;
    try {
      await unlessGone(this.#context.client.delete(jobs, { namespace, name }, options));
      this.#say(cronJob, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${name}` });
    } catch (error) {
      this.#say(cronJob, { type: 'Warning', reason: 'FailedDelete', message: `Deleted job: ${messageOf(error)}` });
      throw error;
    }
  }

  async #report(cronJob: CronJob, status: CronJobStatus): Promise<void> {
    const said = compact(status);
    if (isDeepStrictEqual(said, compact(cronJob.status))) return;
    await unlessGone(this.#context.client.updateStatus(cronJobs, { ...cronJob, status: said }));
  }
}

function referenceTo({ metadata: { namespace, name, uid, resourceVersion } }: Job): ObjectReference {
  return { apiVersion: 'batch/v1', kind: 'Job', namespace, name, uid, resourceVersion };
}

/** Without what says nothing. */
function compact({ active = [], lastScheduleTime, lastSuccessfulTime }: CronJobStatus): CronJobStatus {
  return {
    ...(active.length > 0 ? { active } : {}),
    ...(lastScheduleTime ? { lastScheduleTime } : {}),
    ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}),
  };
}

/** As the API writes times. */
function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

// Owns the job controller's loop: claims pods, asks `decide`, does what it says, and counts the pods that ended.
import { isDeepStrictEqual } from 'node:util';
import type { Component } from '@berth/host';
import {
  isJob,
  isJobFinished,
  type Job,
  type JobStatus,
  jobController,
  jobs,
  jobTrackingFinalizer,
  type Pod,
  pods,
  type Selector,
  selectorFrom,
} from '@berth/objects';
import { createLoop, observeAll, type Requeue } from '@berth/reconcile';
import { claim } from '../claim.ts';
import type { ControllerContext } from '../context.ts';
import { enqueueOwners } from '../owner-keys.ts';
import { PodControl } from '../pod-control.ts';
import { concernsController, controllerOf } from '../pod-state.ts';
import { unlessGone } from '../writes.ts';
import { type Decision, decide } from './decide.ts';
import { releasePod } from './finalizer.ts';
import { JobMemory } from './memory.ts';
import { podFor } from './pod-for.ts';
import { isHeld, restartsOf } from './pods.ts';
import { compactStatus, settle, type Tracking, track } from './tracking.ts';
import { type View, viewOf } from './view.ts';

export function createJobLoop(context: ControllerContext): Component {
  const { clock, informers, log, random } = context;
  const owners = { resource: jobs, informer: informers.jobs, selectorOf };
  const actor = new Actor(context);
  return createLoop({
    name: 'job',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 5,
    observe(keys) {
      return [
        observeAll(informers.jobs, keys),
        informers.pods.onChange((changes) => {
          for (const change of changes) {
            const { previous, next } = change;
            if (!previous || !next || concernsJob(previous, next)) enqueueOwners(change, owners, keys);
          }
        }),
      ];
    },
    reconcile: (key) => actor.reconcile(key),
  });
}

function concernsJob(previous: Pod, next: Pod): boolean {
  return concernsController(previous, next) || restartsOf(previous) !== restartsOf(next);
}

function selectorOf({ spec }: Job): Selector | undefined {
  return selectorFrom(spec.selector);
}

class Actor {
  readonly #context: ControllerContext;
  readonly #pods: PodControl<Job>;
  readonly #memory = new JobMemory();
  /** Uids of the jobs, by key. */
  readonly #uids = new Map<string, string>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#pods = new PodControl(context, jobs, [jobTrackingFinalizer]);
  }

  async reconcile(key: string): Promise<Requeue | undefined> {
    const cached = this.#context.informers.jobs.get(key);
    this.#track(key, cached);
    if (!cached || (cached.spec.managedBy ?? jobController) !== jobController) return undefined;
    const job = this.#memory.latest(cached);
    if (isJobFinished(job)) return undefined;
    const owned = await this.#claim(job);
    if (this.#memory.isForeign(job)) await this.#compare(job, owned);
    this.#memory.know(job);
    const view = this.#view(job, owned);
    const decision = decide(view);
    const failure = await this.#carryOut(job, decision);
    await this.#count(this.#view(job, this.#again(job, owned)), decision);
    if (failure) throw failure;
    return decision.againInMs === undefined ? undefined : { requeueAfterMs: decision.againInMs };
  }

  #track(key: string, job: Job | undefined): void {
    this.#pods.track(key, job);
    const uid = job?.metadata.uid;
    const before = this.#uids.get(key);
    if (before && (before !== uid || (job && isJobFinished(job)))) this.#memory.forget(before);
    if (uid) this.#uids.set(key, uid);
    else this.#uids.delete(key);
  }

  /** The job's pods, as the cache has them. */
  async #claim(job: Job): Promise<readonly Pod[]> {
    const decision = claim(job, selectorOf(job), this.#pods.candidates(job).pods);
    return [...decision.kept, ...(await this.#pods.claim(job, decision))];
  }

  /** The pods that were claimed, as the cache has them now, with those that it shows by now. */
  #again(job: Job, claimed: readonly Pod[]): readonly Pod[] {
    const { kept } = claim(job, selectorOf(job), this.#pods.candidates(job).pods);
    const shown = new Set(kept.map(({ metadata }) => metadata.uid));
    return [...kept, ...claimed.filter(({ metadata }) => !shown.has(metadata.uid))];
  }

  /** Asks which of the pods are still to be counted, where others may have counted some. */
  async #compare(job: Job, owned: readonly Pod[]): Promise<void> {
    const { namespace, uid } = job.metadata;
    const labelSelector = selectorOf(job)?.toString();
    const { items } = await this.#context.client.list(pods, { namespace, labelSelector });
    const own = items.filter((pod) => controllerOf(pod)?.uid === uid);
    this.#memory.compare(job, owned, own);
  }

  /** With what was done and the cache does not show. */
  #view(job: Job, owned: readonly Pod[]): View {
    const now = this.#context.clock.now();
    const { unseen } = this.#pods.candidates(job);
    const deletionTimestamp = new Date(now).toISOString();
    const known = this.#memory.correct(job, owned).map((pod) => {
      const { metadata } = pod;
      const isLeaving = unseen.deleted.has(metadata.uid) && metadata.deletionTimestamp === undefined;
      return isLeaving ? { ...pod, metadata: { ...metadata, deletionTimestamp } } : pod;
    });
    const uids = new Set(owned.map(({ metadata }) => metadata.uid));
    const created = unseen.created.filter(({ metadata }) => !uids.has(metadata.uid));
    const all = [...known, ...created];
    return viewOf({
      job,
      pods: all,
      unseen: new Set(created.map(({ metadata }) => metadata.uid)),
      failures: this.#memory.failures(job, all),
      now,
    });
  }

  /** Returns the first error. */
  async #carryOut(job: Job, { create, remove, stop }: Decision): Promise<unknown> {
    const failures = await Promise.all([
      this.#pods.create(
        job,
        create.map((wanted) => podFor(job, wanted)),
      ),
      this.#remove(job, remove),
      this.#pods.delete(job, stop),
    ]);
    return failures.find((error) => error !== undefined);
  }

  /** What is too many does not count, and so is let go before it is deleted. */
  async #remove(job: Job, surplus: readonly Pod[]): Promise<unknown> {
    const failure = await this.#release(job, surplus);
    return failure ?? this.#pods.delete(job, surplus);
  }

  /** Returns the first error. */
  async #release(job: Job, counted: readonly Pod[]): Promise<unknown> {
    const { client } = this.#context;
    const results = await Promise.allSettled(
      counted.map(async (pod) => {
        await releasePod(client, pod);
        this.#memory.released(job, pod);
      }),
    );
    return results.find((result) => result.status === 'rejected')?.reason;
  }

  async #count(view: View, decision: Decision): Promise<void> {
    const { status, release, hasMore } = track(view, decision);
    const announced = await this.#write(view.job, status);
    if (!announced) return;
    const failure = await this.#release(announced, release);
    await this.#settle(announced, view, hasMore);
    if (failure) throw failure;
  }

  async #settle(job: Job, { pods: known, now }: View, hasMore: Tracking['hasMore']): Promise<void> {
    const held = known.filter((pod) => isHeld(pod) && !this.#memory.isReleased(job, pod));
    await this.#write(job, settle(job, { held: new Set(held.map(({ metadata }) => metadata.uid)), hasMore, now }));
  }

  /** The job as it is then; undefined: it is gone. Says in events what has become of it. */
  async #write(job: Job, status: JobStatus): Promise<Job | undefined> {
    const next = compactStatus(status);
    if (isDeepStrictEqual(next, compactStatus(job.status))) return job;
    const written = await unlessGone(this.#context.client.updateStatus(jobs, { ...job, status: next }));
    if (!written) return undefined;
    this.#memory.know(written);
    this.#tell(job, written);
    return written;
  }

  #tell(before: Job, after: Job): void {
    const { events } = this.#context;
    const told = (type: string) => isJob(after, type) && !isJob(before, type);
    const say = (reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal') =>
      events.record({ object: after, type, reason, message });
    if (told('Suspended')) say('Suspended', 'Job suspended');
    if (isJob(before, 'Suspended') && !isJob(after, 'Suspended')) say('Resumed', 'Job resumed');
    if (told('Complete')) {
      if ((after.status.succeeded ?? 0) > (after.spec.completions ?? Number.POSITIVE_INFINITY))
        say('TooManySucceededPods', 'Too many succeeded pods running after completion count reached', 'Warning');
      say('Completed', 'Job completed');
    }
    const failed = told('Failed') && after.status.conditions?.find(({ type }) => type === 'Failed');
    if (failed) say(failed.reason ?? '', failed.message ?? '', 'Warning');
  }
}

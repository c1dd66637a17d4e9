// Owns the loop that deletes jobs some time after they finished, if they say so.
import type { Component } from '@berth/host';
import { isJobFinished, type Job, jobs, objectKey } from '@berth/objects';
import { createLoop } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { unlessGone } from '../writes.ts';

/** When it is to go, in milliseconds since the epoch; undefined: it stays, or has not finished. */
function expiryOf(job: Job): number | undefined {
  const { ttlSecondsAfterFinished } = job.spec;
  if (ttlSecondsAfterFinished === undefined || job.metadata.deletionTimestamp || !isJobFinished(job)) return undefined;
  const end = job.status.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  return end?.lastTransitionTime === undefined
    ? undefined
    : Date.parse(end.lastTransitionTime) + ttlSecondsAfterFinished * 1_000;
}

export function createTtlAfterFinishedLoop(context: ControllerContext): Component {
  const { client, clock, informers, log, random } = context;
  return createLoop({
    name: 'ttl-after-finished',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 2,
    observe(keys) {
      const consider = (job: Job) => {
        if (expiryOf(job) !== undefined) keys.add(objectKey(job));
      };
      for (const job of informers.jobs.list()) consider(job);
      return [
        informers.jobs.onChange((changes) => {
          for (const { next } of changes) if (next) consider(next);
        }),
      ];
    },
    async reconcile(key) {
      const job = informers.jobs.get(key);
      if (!job) return undefined;
      const wait = waitFor(job);
      if (wait === undefined || wait > 0) return wait === undefined ? undefined : { requeueAfterMs: wait };
      const { namespace, name, uid } = job.metadata;
      // Somebody may just have given it more time.
      const fresh = await unlessGone(client.get(jobs, { namespace, name }));
      if (!fresh || fresh.metadata.uid !== uid) return undefined;
      const left = waitFor(fresh);
      if (left === undefined || left > 0) return left === undefined ? undefined : { requeueAfterMs: left };
      const { resourceVersion } = fresh.metadata;
      log.info({ job: key }, 'deleting a job that finished a while ago');
      await unlessGone(
        client.delete(
          jobs,
          { namespace, name },
          { propagationPolicy: 'Foreground', preconditions: { uid, resourceVersion } },
        ),
      );
      return undefined;
    },
  });

  function waitFor(job: Job): number | undefined {
    const expiry = expiryOf(job);
    return expiry === undefined ? undefined : expiry - clock.now();
  }
}

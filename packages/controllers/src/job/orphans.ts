// Owns the loop that lets pods go for which no job counts any more: it is gone, has finished, or has nothing to do with
// them. Without it they could not be deleted. Source: Kubernetes' job controller, orphan pods.
import type { Component } from '@berth/host';
import { apiVersionOf, isJobFinished, jobController, jobs, objectKey, type Pod } from '@berth/objects';
import { createLoop } from '@berth/reconcile';
import { type ControllerContext, ownerIndexes } from '../context.ts';
import { controllerOf } from '../pod-state.ts';
import { unlessGone } from '../writes.ts';
import { releasePod } from './finalizer.ts';
import { isHeld } from './pods.ts';

export function createJobOrphansLoop(context: ControllerContext): Component {
  const { client, clock, informers, log, random } = context;

  /** Whether nobody will count it. A pod that nobody controls may be adopted by a job yet, which holds it again. */
  function isForgotten(pod: Pod): boolean {
    if (!isHeld(pod)) return false;
    const controller = controllerOf(pod);
    if (!controller) return true;
    if (controller.kind !== jobs.kind || controller.apiVersion !== apiVersionOf(jobs)) return false;
    const job = informers.jobs.get(`${pod.metadata.namespace}/${controller.name}`);
    if (!job || job.metadata.uid !== controller.uid) return true;
    return (job.spec.managedBy ?? jobController) === jobController && isJobFinished(job);
  }

  return createLoop({
    name: 'job-orphans',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 2,
    observe(keys) {
      const consider = (pod: Pod) => {
        if (isForgotten(pod)) keys.add(objectKey(pod));
      };
      for (const pod of informers.pods.list()) consider(pod);
      return [
        informers.pods.onChange((changes) => {
          for (const { next } of changes) if (next) consider(next);
        }),
        informers.jobs.onChange((changes) => {
          for (const { previous, next } of changes) {
            if (!previous || (next && !isJobFinished(next))) continue;
            for (const pod of informers.pods.byIndex(ownerIndexes.controller, previous.metadata.uid)) consider(pod);
          }
        }),
      ];
    },
    async reconcile(key) {
      const pod = informers.pods.get(key);
      if (!pod || !isForgotten(pod)) return undefined;
      const controller = controllerOf(pod);
      // The cache of jobs may be behind that of pods: a job that is there counts.
      if (controller && (await isThere(pod.metadata.namespace, controller))) return { requeueAfterMs: 1_000 };
      await releasePod(client, pod);
      return undefined;
    },
  });

  async function isThere(namespace: string | undefined, { name, uid }: { name: string; uid: string }) {
    const job = await unlessGone(client.get(jobs, { namespace, name }));
    return job !== undefined && job.metadata.uid === uid && !isJobFinished(job);
  }
}

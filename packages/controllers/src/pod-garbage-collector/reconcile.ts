// Owns the loop that removes pods which nobody else will: all of them at once, from time to time.
import { type Component, timestamp } from '@berth/host';
import { isReason, type Node, nodes, type Pod, pods } from '@berth/objects';
import { createLoop } from '@berth/reconcile';
import { type ControllerContext, podIndexes } from '../context.ts';
import { isFinished } from '../pod-state.ts';
import { unlessGone } from '../writes.ts';
import { decide, type PodsToDelete } from './decide.ts';

/** The one key: every look is at all pods. */
const everything = 'pods';
const everyMs = 20_000;
/** A node that was deleted and made anew within this time keeps its pods. */
const quarantineMs = 40_000;

export function createPodGarbageCollectorLoop(context: ControllerContext, terminatedPodThreshold: number): Component {
  const { client, clock, informers, log, random } = context;
  /** Name of a node that pods say they are on → when it was first missed. */
  const missedAt = new Map<string, number>();

  /** The names of nodes that have been missing for long enough, and are. */
  async function goneNodes(): Promise<Set<string>> {
    const now = clock.monotonic();
    const named = new Set(informers.pods.list().flatMap(({ spec }) => (spec.nodeName ? [spec.nodeName] : [])));
    const missing = [...named].filter((name) => !informers.nodes.get(name));
    for (const name of missedAt.keys()) if (!missing.includes(name)) missedAt.delete(name);
    for (const name of missing) if (!missedAt.has(name)) missedAt.set(name, now);
    const overdue = missing.filter((name) => now - (missedAt.get(name) ?? now) >= quarantineMs);
    const confirmed = await Promise.all(overdue.map(async (name) => ((await isGone(name)) ? [name] : [])));
    return new Set(confirmed.flat());
  }

  async function isGone(name: string): Promise<boolean> {
    try {
      await client.get(nodes, { name });
      return false;
    } catch (error) {
      if (isReason(error, 'NotFound')) return true;
      throw error;
    }
  }

  async function remove(pod: Pod, { reason, failed, condition }: PodsToDelete): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    // Whoever counts how pods end, as jobs do, keeps it until it can be told.
    if (failed && !isFinished(pod)) await unlessGone(fail(pod, condition));
    log.info({ pod: `${namespace}/${name}`, reason }, 'removing a pod');
    await unlessGone(client.delete(pods, { name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } }));
  }

  function fail({ metadata }: Pod, condition: PodsToDelete['condition']): Promise<Pod> {
    const { name, namespace, uid } = metadata;
    const conditions = condition ? [{ ...condition, status: 'True', lastTransitionTime: timestamp(clock) }] : undefined;
    const body = { metadata: { uid }, status: { phase: 'Failed', conditions } };
    const patch = { type: 'application/strategic-merge-patch+json', body } as const;
    return client.patch(pods, { name, namespace, subresource: 'status' }, patch);
  }

  return createLoop({
    name: 'pod-garbage-collector',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 1,
    observe(keys) {
      keys.add(everything);
      return [
        informers.nodes.onChange((changes) => {
          for (const { key, next } of changes)
            if (!next && informers.pods.byIndex(podIndexes.node, key).length > 0) keys.add(everything);
        }),
      ];
    },
    async reconcile() {
      const nodesByName = new Map<string, Node>(informers.nodes.list().map((node) => [node.metadata.name, node]));
      const options = { goneNodes: await goneNodes(), terminatedPodThreshold };
      for (const unwanted of decide(informers.pods.list(), nodesByName, options))
        await Promise.all(unwanted.pods.map((pod) => remove(pod, unwanted)));
      return { requeueAfterMs: everyMs };
    },
  });
}

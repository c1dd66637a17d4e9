// Owns the endpoints controller's loop: one Endpoints for each service with a selector, deleted with its service.
import type { Component } from '@berth/host';
import type { Change, Lister } from '@berth/informers';
import { endpoints, objectKey, type Pod, type Service, selectorFromMap, splitKey } from '@berth/objects';
import { createLoop, type Keys } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { isReady } from '../pod-state.ts';
import { isNamespaceTerminating, unlessGone } from '../writes.ts';
import { decide, isAsDesired } from './decide.ts';

/** Pods change in droves: their changes wait so long for company, as each writes the whole object. */
const gatherMs = 25;

export function createEndpointsLoop(context: ControllerContext): Component {
  const { clock, informers, log, random } = context;
  return createLoop({
    name: 'endpoints',
    clock,
    log,
    random,
    workers: 8,
    observe(keys) {
      for (const service of informers.services.list()) keys.add(objectKey(service));
      // Those whose service went while nobody looked.
      for (const existing of informers.endpoints.list()) keys.add(objectKey(existing));
      return [
        informers.services.onChange((changes) => {
          for (const { key } of changes) keys.add(key);
        }),
        informers.endpoints.onChange((changes) => {
          // One that was made before its service is none of our business yet.
          for (const { key } of changes) if (informers.services.get(key)) keys.add(key);
        }),
        informers.pods.onChange((changes) => {
          for (const change of changes) enqueueServices(change, informers.services, keys);
        }),
      ];
    },
    reconcile: async (key) => {
      await reconcile(context, key);
      return undefined;
    },
  });
}

function enqueueServices({ previous, next }: Change<Pod>, services: Lister<Service>, keys: Keys): void {
  if (previous && next && !matters(previous, next)) return;
  for (const service of services.list((next ?? previous)?.metadata.namespace)) {
    const selector = selectorFromMap(service.spec.selector);
    if (selector.matchesAll) continue;
    if ([previous, next].some((pod) => pod && selector.matches(pod.metadata.labels)))
      keys.addAfter(objectKey(service), gatherMs);
  }
}

/** Whether the change of a pod can change what stands in Endpoints. */
function matters(previous: Pod, next: Pod): boolean {
  return (
    previous.status.podIP !== next.status.podIP ||
    previous.status.phase !== next.status.phase ||
    previous.spec.nodeName !== next.spec.nodeName ||
    previous.metadata.deletionTimestamp !== next.metadata.deletionTimestamp ||
    isReady(previous) !== isReady(next) ||
    JSON.stringify(previous.metadata.labels) !== JSON.stringify(next.metadata.labels)
  );
}

async function reconcile({ client, informers }: ControllerContext, key: string): Promise<void> {
  const service = informers.services.get(key);
  const existing = informers.endpoints.get(key);
  if (!service) {
    if (existing)
      await unlessGone(client.delete(endpoints, splitKey(key), { preconditions: { uid: existing.metadata.uid } }));
    return;
  }
  const selector = selectorFromMap(service.spec.selector);
  // Without a selector somebody else fills the Endpoints.
  if (selector.matchesAll) return;
  const { name, namespace } = service.metadata;
  const pods = informers.pods.list(namespace).filter(({ metadata }) => selector.matches(metadata.labels));
  const desired = decide(service, pods, existing);
  if (existing && isAsDesired(existing, desired)) return;
  const { labels, annotations, subsets } = desired;
  if (existing) {
    await client.update(endpoints, { ...existing, metadata: { ...existing.metadata, labels, annotations }, subsets });
    return;
  }
  try {
    await client.create(endpoints, { metadata: { name, namespace, labels, annotations }, subsets }, { namespace });
  } catch (error) {
    if (!isNamespaceTerminating(error)) throw error;
  }
}

// Owns the endpoints controller's loop: one Endpoints for each service with a selector, deleted with its service, and
// EndpointSlices for every service.
import type { Component } from '@berth/host';
import type { Change, Lister } from '@berth/informers';
import {
  endpointSlices,
  endpoints,
  objectKey,
  type Pod,
  type Service,
  selectorFromMap,
  splitKey,
} from '@berth/objects';
import { createLoop, type Keys, observeAll } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { isReady } from '../pod-state.ts';
import { isNamespaceTerminating, unlessGone } from '../writes.ts';
import { decide, isAsDesired } from './decide.ts';
import {
  decideSlices,
  groupsOfEndpoints,
  groupsOfPods,
  type SlicesDecision,
  serviceKeyOf,
  slicesOfService,
} from './slices.ts';

/** Pods change in droves: their changes wait so long for company, as each writes the whole object. */
const gatherMs = 25;

export function createEndpointsLoop(context: ControllerContext): Component {
  const { clock, informers, log, random } = context;
  return createLoop({
    name: 'endpoints',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 8,
    observe(keys) {
      // Those whose service went while nobody looked.
      for (const existing of informers.endpoints.list()) keys.add(objectKey(existing));
      return [
        observeAll(informers.services, keys),
        informers.endpoints.onChange((changes) => {
          // One that was made before its service is none of our business yet.
          for (const { key } of changes) if (informers.services.get(key)) keys.add(key);
        }),
        informers.endpointSlices.onChange((changes) => {
          for (const { previous, next } of changes)
            for (const slice of [previous, next]) if (slice && serviceKeyOf(slice)) keys.add(serviceKeyOf(slice));
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

/** On Endpoints of which whoever keeps them keeps the slices too. */
const skipMirror = 'endpointslice.kubernetes.io/skip-mirror';

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

async function reconcile(context: ControllerContext, key: string): Promise<void> {
  const { client, informers } = context;
  const service = informers.services.get(key);
  const existing = informers.endpoints.get(key);
  if (!service) {
    if (existing)
      await unlessGone(client.delete(endpoints, splitKey(key), { preconditions: { uid: existing.metadata.uid } }));
    return;
  }
  // It is a name for somewhere else, whatever its selector says.
  if (service.spec.type === 'ExternalName') return;
  const known = informers.endpointSlices.byIndex(slicesOfService, key);
  const selector = selectorFromMap(service.spec.selector);
  if (selector.matchesAll) {
    // Somebody else fills the Endpoints, from which the slices follow.
    const groups = existing?.metadata.labels?.[skipMirror] === 'true' ? [] : groupsOfEndpoints(existing ?? {});
    await writeSlices(context, decideSlices(service, groups, { known, manager: 'mirror' }));
    return;
  }
  const { namespace } = service.metadata;
  const pods = informers.pods.list(namespace).filter(({ metadata }) => selector.matches(metadata.labels));
  await Promise.all([
    writeEndpoints(context, service, pods),
    writeSlices(context, decideSlices(service, groupsOfPods(service, pods), { known, manager: 'pods' })),
  ]);
}

async function writeEndpoints(
  { client, informers }: ControllerContext,
  service: Service,
  pods: readonly Pod[],
): Promise<void> {
  const { name, namespace } = service.metadata;
  const existing = informers.endpoints.get(objectKey(service));
  const desired = decide(service, pods, existing);
  if (existing && isAsDesired(existing, desired)) return;
  const { labels, annotations, subsets } = desired;
  if (existing) {
    await client.update(endpoints, { ...existing, metadata: { ...existing.metadata, labels, annotations }, subsets });
    return;
  }
  await unlessTerminating(
    client.create(endpoints, { metadata: { name, namespace, labels, annotations }, subsets }, { namespace }),
  );
}

async function writeSlices({ client }: ControllerContext, decision: SlicesDecision): Promise<void> {
  await Promise.all([
    ...decision.create.map((slice) =>
      unlessTerminating(client.create(endpointSlices, slice, { namespace: slice.metadata.namespace })),
    ),
    ...decision.update.map((slice) => client.update(endpointSlices, slice)),
    ...decision.delete.map(({ metadata: { name, namespace, uid, resourceVersion } }) =>
      unlessGone(client.delete(endpointSlices, { name, namespace }, { preconditions: { uid, resourceVersion } })),
    ),
  ]);
}

async function unlessTerminating(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!isNamespaceTerminating(error)) throw error;
  }
}

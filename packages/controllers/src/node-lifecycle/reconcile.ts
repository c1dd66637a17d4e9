// Owns the node life cycle's loop: marks nodes that fell silent, taints them, and moves their pods elsewhere.
//
// A pod that is deleted on a node that cannot be reached stays Terminating until its node confirms, or until the node
// is deleted: nobody else can know that its containers have stopped. Its replacement does not wait for that.
import { type Component, timestamp } from '@berth/host';
import { type Node, nodes, type Pod, pods } from '@berth/objects';
import { createLoop, type Keys, type Requeue } from '@berth/reconcile';
import { type ControllerContext, podIndexes } from '../context.ts';
import { isReady } from '../pod-state.ts';
import { unlessGone } from '../writes.ts';
import { evictionsOf, type NodeTiming, patienceWith, readyConditionOf, silentConditions, taintsOf } from './decide.ts';
import { Heartbeats } from './heartbeats.ts';
import { MarkedPods } from './marked-pods.ts';

const leaseNamespace = 'kube-node-lease';

export function createNodeLifecycleLoop(context: ControllerContext, timing: NodeTiming): Component {
  const { clock, informers, log, random } = context;
  const heartbeats = new Heartbeats(clock);
  const marked = new MarkedPods();
  return createLoop({
    name: 'node-lifecycle',
    metrics: context.metrics,
    clock,
    log,
    random,
    workers: 8,
    observe(keys) {
      for (const lease of informers.leases.list(leaseNamespace)) heartbeats.onLease(lease);
      for (const node of informers.nodes.list()) {
        heartbeats.onNode(node);
        keys.add(node.metadata.name);
      }
      return [
        informers.leases.onChange((changes) => {
          for (const { next } of changes) if (next?.metadata.namespace === leaseNamespace) heartbeats.onLease(next);
        }),
        informers.nodes.onChange((changes) => {
          for (const { key, next } of changes) {
            if (next) heartbeats.onNode(next);
            else {
              heartbeats.forget(key);
              marked.forget(key);
            }
            keys.add(key);
          }
        }),
        informers.pods.onChange((changes) => {
          for (const { previous, next } of changes)
            if (next?.spec.nodeName && (!previous?.spec.nodeName || isReady(previous) !== isReady(next)))
              enqueueTroubled(next.spec.nodeName, informers, keys);
        }),
      ];
    },
    reconcile: (name) => reconcile(context, { name, timing, heartbeats, marked }),
  });
}

/** A pod that comes to a healthy node is none of this controller's business. */
function enqueueTroubled(name: string, informers: ControllerContext['informers'], keys: Keys): void {
  const node = informers.nodes.get(name);
  if (node && (readyConditionOf(node)?.status !== 'True' || hasEvictingTaint(node))) keys.add(name);
}

interface NodeKnown {
  readonly name: string;
  readonly timing: NodeTiming;
  readonly heartbeats: Heartbeats;
  readonly marked: MarkedPods;
}

async function reconcile(
  context: ControllerContext,
  { name, timing, heartbeats, marked }: NodeKnown,
): Promise<Requeue | undefined> {
  const { client, clock, events, informers } = context;
  const node = informers.nodes.get(name);
  if (!node) return undefined;
  const patience = patienceWith(node, heartbeats.lastOf(name), clock.monotonic(), timing);
  if (patience <= 0) {
    const conditions = silentConditions(node, timestamp(clock));
    if (conditions) {
      const message = `Node ${name} status is now: NodeNotReady`;
      events.record({ object: node, type: 'Normal', reason: 'NodeNotReady', message });
      await client.updateStatus(nodes, { ...node, status: { ...node.status, conditions } });
      return soon;
    }
  }
  const taints = taintsOf(node, timestamp(clock));
  if (taints) {
    await client.update(nodes, { ...node, spec: { ...node.spec, taints } });
    return soon;
  }
  const onNode = informers.pods.byIndex(podIndexes.node, name);
  if (readyConditionOf(node)?.status === 'Unknown') {
    const unmarked = onNode.filter((pod) => isReady(pod) && !marked.has(name, pod));
    await Promise.all(unmarked.map((pod) => markNotReady(context, pod).then(() => marked.add(name, pod))));
  } else marked.forget(name);
  const evictions = isAnyReady(informers.nodes.list()) ? evictionsOf(node, onNode, clock.now()) : nobody;
  await Promise.all(evictions.now.map((pod) => evict(context, pod)));
  const waits = [patience > 0 ? patience : undefined, evictions.nextInMs, taintedFor(node)];
  const next = Math.min(...waits.flatMap((wait) => (wait === undefined ? [] : [wait])));
  return next === Number.POSITIVE_INFINITY ? undefined : { requeueAfterMs: next };
}

/** The change that was just written comes back through the cache; this is for the case that it does not. */
const soon: Requeue = { requeueAfterMs: 1_000 };
const nobody = { now: [], nextInMs: undefined } as const;

/** When no node is ready, it is rather this process that is cut off; and pods would have nowhere to go. */
function isAnyReady(all: readonly Node[]): boolean {
  return all.some((node) => readyConditionOf(node)?.status === 'True');
}

/** How long to wait at most before a node that pods have to leave is looked at again. */
function taintedFor(node: Node): number | undefined {
  return hasEvictingTaint(node) ? 5_000 : undefined;
}

function hasEvictingTaint({ spec }: Node): boolean {
  return spec.taints?.some(({ effect }) => effect === 'NoExecute') ?? false;
}

/** What a silent node's pods do is not known: services must not count on them. */
async function markNotReady({ client, clock, events }: ControllerContext, pod: Pod): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  events.record({ object: pod, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' });
  const condition = { type: 'Ready', status: 'False', lastTransitionTime: timestamp(clock) };
  const body = { metadata: { uid }, status: { conditions: [condition] } };
  const patch = { type: 'application/strategic-merge-patch+json', body } as const;
  await unlessGone(client.patch(pods, { name, namespace, subresource: 'status' }, patch));
}

/** Says in the pod's status why it goes, as Kubernetes' taint eviction does. */
async function evict({ client, clock, events }: ControllerContext, pod: Pod): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  const message = `Marking for deletion Pod ${namespace}/${name}`;
  events.record({ object: pod, type: 'Normal', reason: 'TaintManagerEviction', message });
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
    lastTransitionTime: timestamp(clock),
  };
  const body = { metadata: { uid }, status: { conditions: [condition] } };
  const patch = { type: 'application/strategic-merge-patch+json', body } as const;
  await unlessGone(client.patch(pods, { name, namespace, subresource: 'status' }, patch));
  await unlessGone(client.delete(pods, { name, namespace }, { preconditions: { uid } }));
}

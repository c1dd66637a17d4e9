// Owns the answer to "what would this scale do?": the real scheduler's choices on the way up, the real replication
// controller's order on the way down.
import type { Reader } from '@berth/client';
import { controllerOf, inOrderOfDeletion, isActive, podFor } from '@berth/controllers';
import type { PreviewScale } from '@berth/dashboard-api';
import { nodes, type Pod, pods, type ReplicationController, services } from '@berth/objects';
import { preview, snapshotOf } from '@berth/scheduler';

/** More than these are not placed one by one: whoever asks for more hears of the first ones. */
const mostPlaced = 5_000;

export function createScalePreview(client: Reader): PreviewScale {
  return async (controller, replicas) => {
    const current = await podsOf(client, controller);
    if (replicas < current.length) {
      const leaving = inOrderOfDeletion(current).slice(0, current.length - replicas);
      const removed = leaving.map(({ metadata, spec }) => ({ name: metadata.name, node: spec.nodeName }));
      return { placements: [], unplaced: 0, reasons: [], removed };
    }
    return { ...(await place(client, controller, Math.min(replicas - current.length, mostPlaced))), removed: [] };
  };
}

/** The pods that count for the controller now. */
async function podsOf(client: Reader, { metadata }: ReplicationController): Promise<Pod[]> {
  const { items } = await client.list(pods, { namespace: metadata.namespace, resourceVersion: '0' });
  return items.filter((pod) => controllerOf(pod)?.uid === metadata.uid && isActive(pod));
}

/** The template's pod, as far as the scheduler looks at one. */
function podOf(controller: ReplicationController): Pod {
  const pod = podFor(controller);
  const metadata = { ...pod.metadata, name: '', uid: '', resourceVersion: '', creationTimestamp: '' };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: pod.spec, status: {} };
}

async function place(client: Reader, controller: ReplicationController, count: number) {
  const cached = { resourceVersion: '0' };
  const [allNodes, allPods, allServices] = await Promise.all([
    client.list(nodes, cached),
    client.list(pods, cached),
    client.list(services, cached),
  ]);
  const snapshot = snapshotOf({ nodes: allNodes.items, pods: allPods.items, services: allServices.items });
  const onNode = new Map<string, number>();
  const counted = new Map<string, number>();
  let unplaced = 0;
  for (const choice of preview(snapshot, podOf(controller), count)) {
    if (choice.node !== undefined) {
      onNode.set(choice.node, (onNode.get(choice.node) ?? 0) + 1);
      continue;
    }
    unplaced++;
    // Each further pod meets the same nodes: the last verdict stands for all.
    counted.clear();
    for (const [reason, nodesWithIt] of choice.reasons) counted.set(reason, nodesWithIt);
  }
  return {
    placements: [...onNode].map(([node, podsOnIt]) => ({ node, pods: podsOnIt })),
    unplaced,
    reasons: [...counted].map(([reason, nodesWithIt]) => ({ reason, nodes: nodesWithIt })),
  };
}

// Owns the load of a whole cluster: simulated nodes, a replication controller that grows to thousands of pods, and back.
// A node here is a Node object that says it is ready: what is measured is the control plane.
import { type New, type Node, nodes, pods, type ReplicationController, replicationControllers } from '@berth/objects';
import type { MeasuredServer } from './server-process.ts';
import { load } from './timing.ts';

const namespace = 'default';
const name = 'bench';

export async function createNodes(server: MeasuredServer, count: number): Promise<void> {
  await load(count, 50, async (index) => {
    const created = await server.client.create(nodes, { metadata: { name: `node-${index}` }, spec: {} } as New<Node>);
    const resources = { cpu: '32', memory: '64Gi', pods: '110' };
    const conditions = [
      { type: 'Ready', status: 'True' as const, reason: 'Simulated', message: 'a node of the benchmark' },
    ];
    await server.client.updateStatus(nodes, {
      ...created,
      status: { ...created.status, capacity: resources, allocatable: resources, conditions },
    });
  });
}

export async function createController(server: MeasuredServer): Promise<void> {
  const controller: New<ReplicationController> = {
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { app: name },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          // Nobody runs these pods, so nobody could confirm a graceful end.
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'main', image: 'bench', resources: { requests: { cpu: '10m', memory: '16Mi' } } }],
        },
      },
    },
  };
  await server.client.create(replicationControllers, controller, { namespace });
}

/** Milliseconds until so many pods are bound to nodes, or are gone, and the CPU that it took. */
export async function scaleTo(server: MeasuredServer, replicas: number): Promise<{ ms: number; cpuSeconds: number }> {
  const ended = new AbortController();
  const { metadata, items } = await server.client.list(pods, { namespace });
  const bound = new Set(items.filter(({ spec }) => spec.nodeName).map((pod) => pod.metadata.uid));
  const watch = server.client.watch(pods, {
    namespace,
    resourceVersion: metadata.resourceVersion,
    signal: ended.signal,
  });
  const cpu = server.cpuSeconds();
  const start = performance.now();
  const target = { namespace, name };
  const scale = await server.client.getScale(replicationControllers, target);
  await server.client.updateScale(replicationControllers, target, { ...scale, spec: { replicas } });
  for await (const events of watch) {
    for (const { type, object } of events) {
      if (type === 'BOOKMARK') continue;
      if (type === 'DELETED') bound.delete(object.metadata.uid);
      else if (object.spec.nodeName) bound.add(object.metadata.uid);
    }
    if (bound.size === replicas) break;
  }
  const ms = performance.now() - start;
  ended.abort();
  return { ms, cpuSeconds: server.cpuSeconds() - cpu };
}

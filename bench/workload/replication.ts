// Owns the load of a whole cluster: simulated nodes, a replication controller that grows to thousands of pods, and back.
// A node here is a Node object that says it is ready: what is measured is the control plane.
import { type New, type Node, nodes, pods, type ReplicationController, replicationControllers } from '@berth/objects';
import type { MeasuredServer } from './server-process.ts';
import { load } from './timing.ts';

const namespace = 'default';
const controllerName = 'bench';

export async function createNodes(server: MeasuredServer, count: number): Promise<void> {
  await load(count, 50, async (index) => {
    const name = `node-${index}`;
    await server.client.create(nodes, { metadata: { name }, spec: {} } as New<Node>);
    const resources = { cpu: '32', memory: '64Gi', pods: '110' };
    const conditions = [{ type: 'Ready', status: 'True', reason: 'Simulated', message: 'a node of the benchmark' }];
    const body = { status: { capacity: resources, allocatable: resources, conditions } };
    await server.client.patch(nodes, { name, subresource: 'status' }, { type: 'application/merge-patch+json', body });
  });
}

export async function createController(server: MeasuredServer): Promise<void> {
  const controller: New<ReplicationController> = {
    metadata: { name: controllerName },
    spec: {
      replicas: 0,
      selector: { app: controllerName },
      template: {
        metadata: { labels: { app: controllerName } },
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
  const target = { namespace, name: controllerName };
  const patch = { type: 'application/merge-patch+json', body: { spec: { replicas } } } as const;
  await server.client.patch(replicationControllers, { ...target, subresource: 'scale' }, patch);
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

// Which pods leave a node that is not ready, over the real core with its admission.
import { FakeClock } from '@berth/host/testing';
import { type Node, nodes, type Pod, pods, type Toleration } from '@berth/objects';
import { expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../testing/cluster.ts';

const namespace = 'default';

async function createPod({ client }: TestCluster, name: string, tolerations: Toleration[]): Promise<Pod> {
  const containers = [{ name: 'main', image: 'hello' }];
  return client.create(pods, { metadata: { name, namespace }, spec: { nodeName: 'ill', containers, tolerations } });
}

function reported(node: Node, status: 'True' | 'False'): Node {
  const conditions = node.status.conditions?.map((condition) => ({ ...condition, status }));
  return { ...node, status: { ...node.status, conditions } };
}

test('pods leave a node that is not ready as their tolerations say, and say why', async () => {
  await using cluster = await startTestCluster();
  const { client, eventually } = cluster;
  await cluster.addNode('well');
  const ill = await cluster.addNode('ill');
  const key = 'node.kubernetes.io/not-ready';
  await createPod(cluster, 'impatient', [{ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 }]);
  await createPod(cluster, 'usual', []);
  await createPod(cluster, 'staying', [{ operator: 'Exists' }]);

  const before = await client.get(nodes, { name: 'ill' });
  await client.updateStatus(nodes, reported({ ...ill, metadata: before.metadata }, 'False'));
  const gone = await eventually(
    () => client.get(pods, { namespace, name: 'impatient' }),
    ({ metadata }) => metadata.deletionTimestamp !== undefined,
  );
  expect(gone.status.conditions).toContainEqual(
    expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }),
  );
  for (const name of ['usual', 'staying'])
    expect((await client.get(pods, { namespace, name })).metadata.deletionTimestamp).toBeUndefined();

  await client.create(pods, {
    metadata: { name: 'late', namespace },
    spec: {
      nodeName: 'ill',
      containers: [{ name: 'main', image: 'hello' }],
      tolerations: [{ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 }],
    },
  });
  await eventually(
    () => client.get(pods, { namespace, name: 'late' }),
    ({ metadata }) => metadata.deletionTimestamp !== undefined,
  );
});

test('a taint of a person takes the pods that do not tolerate it from a healthy node', async () => {
  await using cluster = await startTestCluster();
  const { client, eventually } = cluster;
  await cluster.addNode('ill');
  await createPod(cluster, 'plain', []);
  await createPod(cluster, 'special', [{ key: 'repairs', operator: 'Exists' }]);
  const taints = [{ key: 'repairs', effect: 'NoExecute' }];
  const patch = { type: 'application/merge-patch+json', body: { spec: { taints } } } as const;
  await client.patch(nodes, { name: 'ill' }, patch);
  await eventually(
    () => client.get(pods, { namespace, name: 'plain' }),
    ({ metadata }) => metadata.deletionTimestamp !== undefined,
  );
  expect((await client.get(pods, { namespace, name: 'special' })).metadata.deletionTimestamp).toBeUndefined();
});

// After a pause of the server, kubelets and it contradicted each other as fast as they could write.
test('a pod of a silent node that is said to be ready afterwards stays so', async () => {
  const clock = new FakeClock();
  await using cluster = await startTestCluster({ clock, kubelet: true });
  const { client, eventually } = cluster;
  await cluster.addNode('ill');
  await createPod(cluster, 'plain', []);
  const read = () => client.get(pods, { namespace, name: 'plain' });
  const readyOf = ({ status }: Pod) => status.conditions?.find(({ type }) => type === 'Ready')?.status;
  const later = async () => {
    await clock.advance(5_000);
    return read();
  };
  await eventually(read, (pod) => readyOf(pod) === 'True');
  const marked = await eventually(later, (pod) => readyOf(pod) === 'False');
  const conditions = marked.status.conditions?.map((one) => (one.type === 'Ready' ? { ...one, status: 'True' } : one));
  const { metadata } = await client.updateStatus(pods, { ...marked, status: { ...marked.status, conditions } } as Pod);
  for (let seconds = 0; seconds < 60; seconds += 5) await later();
  expect((await read()).metadata.resourceVersion).toBe(metadata.resourceVersion);
});

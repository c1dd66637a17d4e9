// Owns, for tests, a running pod on a node whose agent a test plays.
import { nodes, pods } from '@berth/objects';
import type { TestApi } from '../../testing/test-api.ts';
import type { FakeAgent } from './fake-agent.ts';

/** The pod is in `default`, the node named `n1`. */
export async function runPodOn(
  agent: FakeAgent,
  { api, admin }: TestApi,
  { name, podIP }: { readonly name: string; readonly podIP: string },
): Promise<void> {
  const merge = (status: object) => ({ type: 'application/merge-patch+json', body: { status } }) as const;
  const pod = { namespace: 'default', name };
  await api.create(admin, nodes, {}, { metadata: { name: 'n1' } });
  await api.patch(admin, nodes, { name: 'n1', subresource: 'status' }, merge(agent.status));
  const spec = { containers: [{ name: 'main', image: 'x' }], nodeName: 'n1' };
  await api.create(admin, pods, { namespace: 'default' }, { metadata: { name }, spec });
  const status = { phase: 'Running', podIP, podIPs: [{ ip: podIP }] };
  await api.patch(admin, pods, { ...pod, subresource: 'status' }, merge(status));
}

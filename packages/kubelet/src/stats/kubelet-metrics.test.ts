import { Registry } from '@berth/host';
import type { Pod } from '@berth/objects';
import { expect, test } from 'vitest';
import type { ContainerState, PodState } from '../runtime/port.ts';
import { createKubeletMetrics } from './kubelet-metrics.ts';

const container = (phase: string) => ({ status: { phase } }) as ContainerState;

function pod(ready: boolean, ...phases: string[]): { pod: Pod; observed: PodState } {
  const sandboxes = [{ id: 's', ready, createdAt: 0, gracePeriodSeconds: 0 }];
  const identity = { uid: 'u', namespace: 'n', name: 'p' };
  return { pod: {} as Pod, observed: { pod: identity, sandboxes, containers: phases.map(container) } };
}

test('what runs is counted when it is asked for, and what was done as it is done', async () => {
  const registry = new Registry();
  let pods = [pod(true, 'running', 'exited'), pod(false, 'exited')];
  const metrics = createKubeletMetrics({ registry, nodeName: 'n1', pods: () => pods });
  metrics.sandboxStarted(false);
  metrics.sandboxStarted(true);
  metrics.containerStarted('init_container', true);
  metrics.podStarted(1.5);
  const text = await registry.metrics();
  for (const line of [
    'kubelet_node_name{node="n1"} 1',
    'kubelet_running_pods 1',
    'kubelet_running_containers{container_state="running"} 1',
    'kubelet_running_containers{container_state="exited"} 2',
    'kubelet_started_pods_total 2',
    'kubelet_started_pods_errors_total 1',
    'kubelet_started_containers_errors_total{container_type="init_container"} 1',
    'kubelet_pod_start_duration_seconds_bucket{le="1"} 0',
    'kubelet_pod_start_duration_seconds_bucket{le="2"} 1',
  ])
    expect(text.split('\n')).toContain(line);
  pods = [];
  expect(await registry.metrics()).not.toContain('container_state=');
});

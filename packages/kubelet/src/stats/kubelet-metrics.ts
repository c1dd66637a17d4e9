// Owns the figures about the kubelet itself, under the names that Kubernetes gives them.
import { Counter, Gauge, Histogram, type Registry } from '@berth/host';
import type { Pod } from '@berth/objects';
import type { ContainerRole } from '../pod/container-spec.ts';
import type { PodState } from '../runtime/port.ts';

/** Counts what pod workers do. */
export interface KubeletMetrics {
  /** From when the kubelet saw the pod first until it ran. */
  podStarted(seconds: number): void;
  sandboxStarted(failed: boolean): void;
  containerStarted(type: ContainerRole, failed: boolean): void;
}

export interface KubeletMetricsOptions {
  readonly registry: Registry;
  readonly nodeName: string;
  readonly pods: () => readonly { readonly pod: Pod; readonly observed: PodState }[];
}

export function createKubeletMetrics({ registry, nodeName, pods }: KubeletMetricsOptions): KubeletMetrics {
  const registers = [registry];
  new Gauge({
    name: 'kubelet_node_name',
    help: "The node's name. The count is always 1.",
    labelNames: ['node'],
    registers,
  }).set({ node: nodeName }, 1);
  new Gauge({
    name: 'kubelet_running_pods',
    help: 'Number of pods that have a running pod sandbox',
    registers,
    collect() {
      this.set(pods().filter(({ observed }) => observed.sandboxes.some(({ ready }) => ready)).length);
    },
  });
  new Gauge({
    name: 'kubelet_running_containers',
    help: 'Number of containers currently on the node, by state',
    labelNames: ['container_state'],
    registers,
    collect() {
      this.reset();
      const phases = pods().flatMap(({ observed }) => observed.containers.map(({ status }) => status.phase));
      for (const phase of phases) this.inc({ container_state: phase });
    },
  });
  const podStart = new Histogram({
    name: 'kubelet_pod_start_duration_seconds',
    help: 'Duration in seconds from kubelet seeing a pod for the first time to the pod starting to run',
    buckets: [
      0.5, 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 2700, 3600,
    ],
    registers,
  });
  const count = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const startedPods = count('kubelet_started_pods_total', 'Cumulative number of pods started');
  const podErrors = count('kubelet_started_pods_errors_total', 'Cumulative number of errors when starting pods');
  const byType = ['container_type'];
  const containers = count('kubelet_started_containers_total', 'Cumulative number of containers started', byType);
  const containerErrors = count(
    'kubelet_started_containers_errors_total',
    'Cumulative number of errors when starting containers',
    byType,
  );
  return {
    podStarted: (seconds) => podStart.observe(seconds),
    sandboxStarted(failed) {
      startedPods.inc();
      if (failed) podErrors.inc();
    },
    containerStarted(type, failed) {
      containers.inc({ container_type: type });
      if (failed) containerErrors.inc({ container_type: type });
    },
  };
}

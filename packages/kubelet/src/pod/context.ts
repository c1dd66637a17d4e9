// Owns what all pod workers of a node share.
import type { Reader, Writer } from '@berth/client';
import type { Clock, Logger } from '@berth/host';
import type { Pod, Service } from '@berth/objects';
import type { NodeFacts } from '../environment/fields.ts';
import { type EventRecorder, type RecordedEvent, referenceTo } from '../events/event-recorder.ts';
import type { References } from '../references.ts';
import type { PodRuntime } from '../runtime/port.ts';
import type { KubeletMetrics } from '../stats/kubelet-metrics.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';
import type { ServiceAccountTokens } from '../volumes/service-account-tokens.ts';
import { allContainers, roleOf } from './container-spec.ts';
import type { DnsOptions, ResolverFile } from './network-files.ts';
import type { StatusWriter } from './status-writer.ts';

export interface PodContext {
  readonly client: Reader & Writer;
  readonly runtime: PodRuntime;
  /** As in `docker://…`. */
  readonly runtimeName: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly recorder: EventRecorder;
  readonly volumes: PodVolumes;
  readonly references: References;
  readonly tokens: ServiceAccountTokens;
  readonly statuses: StatusWriter;
  readonly metrics: KubeletMetrics;
  readonly services: ServiceReader;
  readonly node: NodeFacts & { readonly memoryBytes: number };
  readonly dns: DnsOptions;
  readonly nodeResolver: ResolverFile;
  readonly nodeHosts: string;
  /** The name of the network that pods join. */
  readonly network: string;
  /** The pod that the API shows for this one: the mirror of a static pod. */
  readonly published: (pod: Pod) => Pod | undefined;
}

export interface ServiceReader {
  list(namespace: string): readonly Service[];
  get(key: string): Service | undefined;
}

/** An event about the pod, or about one of its containers. */
export function recordEvent(context: PodContext, pod: Pod, event: RecordedEvent, container?: string): void {
  const about = context.published(pod);
  if (about) context.recorder.record(referenceTo(about, container && fieldPath(pod, container)), event);
}

const lists = {
  container: 'containers',
  init_container: 'initContainers',
  ephemeral_container: 'ephemeralContainers',
} as const;

function fieldPath(pod: Pod, container: string): string {
  const known = allContainers(pod).some(({ name }) => name === container);
  return known ? `spec.${lists[roleOf(pod, container)]}{${container}}` : '';
}

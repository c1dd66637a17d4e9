// Owns what every controller is built from. The informers are shared by all controllers of a process.
import type { Discoverer, Reader, Writer } from '@berth/client';
import type { Clock, Logger, Random } from '@berth/host';
import type { Informer } from '@berth/informers';
import type {
  CertificateSigningRequest,
  ClusterRole,
  ConfigMap,
  ControllerRevision,
  CronJob,
  CustomResourceDefinition,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Job,
  Lease,
  Namespace,
  Node,
  Pod,
  PodDisruptionBudget,
  ReplicaSet,
  ReplicationController,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
} from '@berth/objects';
import type { EventRecorder, QueueMetrics } from '@berth/reconcile';

/** The indexes of the informers of what controllers own: pods, replica sets, jobs and revisions. */
export const ownerIndexes = {
  /** By the uid of the controller that owns the object. */
  controller: 'controller',
  /** By namespace: objects that no controller owns. */
  orphans: 'orphans',
} as const;

/** The further indexes of the pods' informer. */
export const podIndexes = {
  /** By the name of the node that the pod is on. */
  node: 'node',
} as const;

export interface ControllerInformers {
  readonly certificateSigningRequests: Informer<CertificateSigningRequest>;
  readonly clusterRoles: Informer<ClusterRole>;
  readonly configMaps: Informer<ConfigMap>;
  readonly controllerRevisions: Informer<ControllerRevision>;
  readonly cronJobs: Informer<CronJob>;
  readonly customResourceDefinitions: Informer<CustomResourceDefinition>;
  readonly daemonSets: Informer<DaemonSet>;
  readonly deployments: Informer<Deployment>;
  readonly endpoints: Informer<Endpoints>;
  readonly endpointSlices: Informer<EndpointSlice>;
  readonly jobs: Informer<Job>;
  readonly leases: Informer<Lease>;
  readonly namespaces: Informer<Namespace>;
  readonly nodes: Informer<Node>;
  readonly podDisruptionBudgets: Informer<PodDisruptionBudget>;
  readonly pods: Informer<Pod>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly replicationControllers: Informer<ReplicationController>;
  readonly resourceQuotas: Informer<ResourceQuota>;
  readonly secrets: Informer<Secret>;
  readonly serviceAccounts: Informer<ServiceAccount>;
  readonly services: Informer<Service>;
}

export interface ControllerContext {
  readonly client: Reader & Discoverer & Writer;
  readonly informers: ControllerInformers;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: Random;
  /** Records events in this controller's name. */
  readonly events: EventRecorder;
  /** Where the figures about the loops' queues go. */
  readonly metrics: QueueMetrics | undefined;
}

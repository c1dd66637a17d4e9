// Owns which controllers there are, and the informers that they share.
import type { Client } from '@berth/client';
import type { Clock, Component, Logger, Random, Registry } from '@berth/host';
import { createInformer, type IndexFunction, type Informer } from '@berth/informers';
import {
  certificateSigningRequests,
  clusterRoles,
  configMaps,
  controllerRevisions,
  cronJobs,
  customResourceDefinitions,
  daemonSets,
  deployments,
  endpointSlices,
  endpoints,
  jobs,
  type KubeObject,
  leases,
  namespaces,
  nodes,
  type Pod,
  podDisruptionBudgets,
  pods,
  type Resource,
  replicaSets,
  replicationControllers,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
} from '@berth/objects';
import { createEventRecorder, createQueueMetrics } from '@berth/reconcile';
import { createTokenCleanerLoop } from './bootstrap-tokens/reconcile.ts';
import { createCertificateApproverLoop } from './certificates/approver.ts';
import type { CertificateAuthority } from './certificates/authority.ts';
import { createCertificateCleanerLoop } from './certificates/cleaner.ts';
import { createCertificateSignerLoop } from './certificates/signer.ts';
import { createClusterRoleAggregationLoop } from './cluster-role-aggregation/reconcile.ts';
import { type ControllerContext, type ControllerInformers, ownerIndexes, podIndexes } from './context.ts';
import { createCronJobLoop } from './cron-job/reconcile.ts';
import { createCustomResourceDefinitionLoop } from './custom-resource-definition/reconcile.ts';
import { createDaemonSetLoop } from './daemon-set/reconcile.ts';
import { createDeploymentLoop } from './deployment/reconcile.ts';
import { createDisruptionLoop } from './disruption/reconcile.ts';
import { createEndpointsLoop } from './endpoints/reconcile.ts';
import { serviceKeyOf, slicesOfService } from './endpoints/slices.ts';
import { OwnerGraph, ownersIndex, ownersOf } from './garbage-collector/graph.ts';
import { type Member, Members } from './garbage-collector/members.ts';
import { createGarbageCollectorLoop } from './garbage-collector/reconcile.ts';
import { createJobOrphansLoop } from './job/orphans.ts';
import { createJobLoop } from './job/reconcile.ts';
import { createNamespaceLoop } from './namespace/reconcile.ts';
import { createNodeIpamLoop } from './node-ipam/reconcile.ts';
import { createNodeLifecycleLoop } from './node-lifecycle/reconcile.ts';
import { createPodGarbageCollectorLoop } from './pod-garbage-collector/reconcile.ts';
import { controllerOf } from './pod-state.ts';
import { createReplicaSetLoop, createReplicationControllerLoop } from './replicas/reconcile.ts';
import { createResourceQuotaLoop } from './resource-quota/reconcile.ts';
import { createRootCaLoop } from './root-ca/reconcile.ts';
import { createServiceAccountLoop } from './service-account/reconcile.ts';
import { createTtlAfterFinishedLoop } from './ttl-after-finished/reconcile.ts';

export interface ControllersOptions {
  /** What the shared informers read with, and every controller acts with that has no client of its own. */
  readonly client: Client;
  /** Gives each controller a client that acts as it, by the name of its service account in kube-system. */
  readonly clientOf?: (account: string) => Client;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: Random;
  /** Where figures go; left out: nobody asks. */
  readonly metrics?: Registry;
  /** The network of all pods, of which each node gets a part: `10.244.0.0/16`. */
  readonly clusterCidr: string;
  /** PEM of the authority by which pods know the API server; left out: namespaces do not get it. */
  readonly rootCa?: string;
  /** Reads and signs certificate requests; left out: this process has no key, and another one signs. */
  readonly authority?: CertificateAuthority;
  /** How long what it signs is valid at most, and if nothing else is asked for; a year. */
  readonly signingDurationMs?: number;
  /** Prefix length of a node's part. */
  readonly nodeCidrMaskSize?: number;
  /** A node that was not heard of for so long is Unknown. */
  readonly nodeMonitorGraceMs?: number;
  /** So many finished pods are kept. */
  readonly terminatedPodThreshold?: number;
}

const ownerIndexFunctions: Readonly<Record<string, IndexFunction<KubeObject>>> = {
  [ownerIndexes.controller]: (object) => {
    const controller = controllerOf(object);
    return controller ? [controller.uid] : [];
  },
  [ownerIndexes.orphans]: (object) => (controllerOf(object) ? [] : [object.metadata.namespace ?? '']),
};

const podIndexFunctions: Readonly<Record<string, IndexFunction<Pod>>> = {
  ...ownerIndexFunctions,
  [podIndexes.node]: ({ spec }) => (spec.nodeName ? [spec.nodeName] : []),
};

/** All of the controllers of a process, with what they need, in the order in which they start. */
export function createControllers(options: ControllersOptions): Component[] {
  const { client, clientOf = () => client, clock, log, random } = options;
  const members: Member[] = [];
  const informerOf = <T extends KubeObject>(
    resource: Resource<T>,
    indexes: Readonly<Record<string, IndexFunction<T>>> = {},
  ): Informer<T> => {
    const informer = createInformer({
      client,
      resource,
      clock,
      log,
      random,
      indexes: { ...indexes, [ownersIndex]: ownersOf },
    });
    members.push({ resource, informer });
    return informer;
  };
  const informers: ControllerInformers = {
    certificateSigningRequests: informerOf(certificateSigningRequests),
    clusterRoles: informerOf(clusterRoles),
    configMaps: informerOf(configMaps),
    controllerRevisions: informerOf(controllerRevisions, ownerIndexFunctions),
    cronJobs: informerOf(cronJobs),
    customResourceDefinitions: informerOf(customResourceDefinitions),
    daemonSets: informerOf(daemonSets),
    deployments: informerOf(deployments),
    endpoints: informerOf(endpoints),
    endpointSlices: informerOf(endpointSlices, { [slicesOfService]: (slice) => [serviceKeyOf(slice)] }),
    jobs: informerOf(jobs, ownerIndexFunctions),
    leases: informerOf(leases),
    namespaces: informerOf(namespaces),
    nodes: informerOf(nodes),
    podDisruptionBudgets: informerOf(podDisruptionBudgets),
    pods: informerOf(pods, podIndexFunctions),
    replicaSets: informerOf(replicaSets, ownerIndexFunctions),
    replicationControllers: informerOf(replicationControllers),
    resourceQuotas: informerOf(resourceQuotas),
    secrets: informerOf(secrets),
    serviceAccounts: informerOf(serviceAccounts),
    services: informerOf(services),
  };
  const owners = new Members({
    client,
    clock,
    log,
    random,
    shared: members,
    definitions: informers.customResourceDefinitions,
  });
  const graph = new OwnerGraph(owners, (resource, name) => clientOf('generic-garbage-collector').get(resource, name));
  const recorders: Component[] = [];
  /** `component`: in whose name its events are. */
  const metrics = options.metrics && createQueueMetrics(options.metrics, clock);
  const contextOf = (account: string, component: string = account): ControllerContext => {
    const own = clientOf(account);
    const recorder = createEventRecorder({ client: own, clock, log, source: { component } });
    recorders.push(recorder);
    return { client: own, informers, clock, log, random, metrics, events: recorder };
  };
  const network = { cidr: options.clusterCidr, nodeMaskSize: options.nodeCidrMaskSize ?? 24 };
  const timing = {
    gracePeriodMs: options.nodeMonitorGraceMs ?? 40_000,
    startupGracePeriodMs: Math.max(60_000, options.nodeMonitorGraceMs ?? 0),
  };
  const loops = [
    createNodeIpamLoop(contextOf('node-controller', 'cidrAllocator'), network),
    createNodeLifecycleLoop(contextOf('node-controller'), timing),
    createServiceAccountLoop(contextOf('service-account-controller')),
    ...(options.rootCa ? [createRootCaLoop(contextOf('root-ca-cert-publisher'), options.rootCa)] : []),
    createReplicationControllerLoop(contextOf('replication-controller')),
    createReplicaSetLoop(contextOf('replicaset-controller')),
    createDeploymentLoop(contextOf('deployment-controller')),
    createDaemonSetLoop(contextOf('daemon-set-controller', 'daemonset-controller')),
    ...jobLoops(contextOf('job-controller')),
    createTtlAfterFinishedLoop(contextOf('ttl-after-finished-controller')),
    createCronJobLoop(contextOf('cronjob-controller')),
    createDisruptionLoop(contextOf('disruption-controller', 'controllermanager')),
    createResourceQuotaLoop(contextOf('resourcequota-controller')),
    createClusterRoleAggregationLoop(contextOf('clusterrole-aggregation-controller')),
    createTokenCleanerLoop(contextOf('token-cleaner')),
    createCustomResourceDefinitionLoop(contextOf('customresourcedefinition-controller')),
    ...certificateLoops(contextOf('certificate-controller'), options),
    createEndpointsLoop(contextOf('endpoint-controller')),
    createNamespaceLoop(contextOf('namespace-controller')),
    createPodGarbageCollectorLoop(contextOf('pod-garbage-collector'), options.terminatedPodThreshold ?? 12_500),
    createGarbageCollectorLoop(contextOf('generic-garbage-collector'), graph),
  ];
  return [...recorders, ...members.map(({ informer }) => informer), owners, ...loops];
}

function jobLoops(context: ControllerContext): Component[] {
  return [createJobLoop(context), createJobOrphansLoop(context)];
}

function certificateLoops(context: ControllerContext, options: ControllersOptions): Component[] {
  const { authority, signingDurationMs = 365 * 24 * 3600 * 1000 } = options;
  const cleaner = createCertificateCleanerLoop(context);
  if (!authority) return [cleaner];
  return [
    createCertificateApproverLoop(context, authority),
    createCertificateSignerLoop(context, authority, signingDurationMs),
    cleaner,
  ];
}

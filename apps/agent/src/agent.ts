// Owns how an agent is put together: connection → informers → network and proxy → kubelet, in the order in which they
// start.
import { join } from 'node:path';
import {
  type Client,
  type Connection,
  createRequestFigures,
  followServers,
  httpsClient,
  openConnection,
  type Servers,
} from '@berth/client';
import { aborted, type Clock, type Component, createMetrics, type Logger, type Random } from '@berth/host';
import { createInformer, type Informer } from '@berth/informers';
import { createKubelet, type PodRuntime } from '@berth/kubelet';
import { createDockerRuntime } from '@berth/kubelet/docker';
import { createSimulatedRuntime } from '@berth/kubelet/simulated';
import { connectDocker, createNodeNetwork, type NodeNetwork } from '@berth/network';
import { type Node, nodes } from '@berth/objects';
import type { KeyPair } from './identity/certificate-request.ts';
import { type NodeCredentials, readCredentials, writeConnection, writeServing } from './identity/credential-files.ts';
import { createRotation } from './identity/rotation.ts';
import { machinePart } from './machine-part.ts';
import type { AgentOptions } from './options.ts';
import { proxyOver } from './service-proxy.ts';

export interface Surroundings {
  readonly options: AgentOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface Agent {
  /** In the order in which they start. */
  readonly components: readonly Component[];
  /** Resolves when the node is Ready; to be asked once everything has started. */
  ready(signal: AbortSignal): Promise<void>;
}

/** What runs the pods, and the network that they join. */
interface Runtime {
  readonly runtime: PodRuntime;
  readonly components: readonly Component[];
  readonly joinNetwork: (podCIDR: string, signal: AbortSignal) => Promise<string>;
  /** Empty where there is no cluster DNS. */
  readonly nameservers: readonly string[];
}

export function createAgent(surroundings: Surroundings): Agent {
  const { options, clock, random, log } = surroundings;
  const credentials = readCredentials(options.credentials);
  const metrics = createMetrics();
  const figures = createRequestFigures(metrics, clock);
  const others = [...(credentials.connection.others ?? []), ...options.server];
  const connection = openConnection({ ...credentials.connection, others, userAgent: 'kubelet' }, { figures });
  // What it learns it knows from its next start on, whichever of them is there then.
  const onLearned = () => writeConnection(options.credentials, options.nodeName, connection.options);
  const servers = followServers({ connection, clock, log, onLearned });
  const client = httpsClient(connection);
  const identity = rotations(surroundings, { credentials, connection, client });
  const allNodes = createInformer({ client, resource: nodes, clock, log, random });
  const runtime =
    options.runtime === 'docker'
      ? dockerRuntime(surroundings, { credentials, client, servers: connection.servers, allNodes })
      : simulatedRuntime(surroundings);
  const kubelet = createKubelet({
    client,
    runtime: runtime.runtime,
    clock,
    random,
    log,
    nodeName: options.nodeName,
    dataDirectory: options.dataDir,
    nodeAddress: options.nodeAddress,
    capacity: machinePart(options.machineShare),
    dns: { nameservers: runtime.nameservers, domain: options.clusterDomain },
    joinNetwork: runtime.joinNetwork,
    metrics,
    server: {
      host: options.nodeAddress,
      port: options.port,
      ...credentials.serving,
      onRenewed: identity.onServingRenewed,
    },
    manifestDirectory: options.manifests ?? join(options.credentials, 'manifests'),
  });
  return {
    components: [servers, allNodes, ...runtime.components, kubelet, ...identity.components],
    ready: (signal) => untilReady(allNodes, options.nodeName, signal),
  };
}

interface Identity {
  readonly components: readonly Component[];
  /** Tells of each new certificate of the agent's server. */
  readonly onServingRenewed: (use: (pair: KeyPair) => void) => void;
}

/** Both certificates are renewed before they end, in their files and in use. */
function rotations(
  { options, clock, random, log }: Surroundings,
  {
    credentials,
    connection,
    client,
  }: { readonly credentials: NodeCredentials; readonly connection: Connection; readonly client: Client },
): Identity {
  const { nodeName, nodeAddress, credentials: directory } = options;
  const { cert = '', key = '' } = credentials.connection;
  let useForServing: (pair: KeyPair) => void = () => {};
  const base = { client, clock, random, log };
  const components = [
    createRotation({
      ...base,
      wanted: { nodeName, purpose: 'client', hosts: [] },
      current: { cert, key },
      async use(pair) {
        connection.renew(pair);
        await writeConnection(directory, nodeName, connection.options);
      },
    }),
    createRotation({
      ...base,
      wanted: { nodeName, purpose: 'server', hosts: [nodeName, nodeAddress] },
      current: credentials.serving,
      async use(pair) {
        await writeServing(directory, pair);
        useForServing(pair);
      },
    }),
  ];
  const onServingRenewed = (use: (pair: KeyPair) => void) => {
    useForServing = use;
  };
  return { components, onServingRenewed };
}

interface Cluster {
  readonly credentials: NodeCredentials;
  readonly client: Client;
  readonly servers: Servers;
  readonly allNodes: Informer<Node>;
}

function dockerRuntime(surroundings: Surroundings, cluster: Cluster): Runtime {
  const { options, clock, log } = surroundings;
  const { clusterId } = cluster.credentials;
  const { nodeName, dockerSocket } = options;
  const network = createNodeNetwork({
    docker: connectDocker(dockerSocket),
    nodes: cluster.allNodes,
    clusterNetwork: options.clusterCidr,
    clusterId,
    nodeName,
    clock,
    log,
  });
  const { client, servers, allNodes } = cluster;
  const proxyParts = { client, nodes: allNodes, network, apiServers: servers };
  return {
    runtime: createDockerRuntime({ clusterId, nodeName, socketPath: dockerSocket }),
    components: [network, ...proxyOver(surroundings, proxyParts)],
    joinNetwork: (podCIDR, signal) => joined(network, podCIDR, signal),
    nameservers: [options.dnsAddress],
  };
}

function simulatedRuntime({ clock, random }: Surroundings): Runtime {
  const runtime = createSimulatedRuntime({ clock, random });
  return {
    runtime,
    components: [],
    async joinNetwork(podCIDR) {
      runtime.usePodCIDR(podCIDR);
      return 'simulated';
    },
    nameservers: [],
  };
}

/** Resolves with the network's name once it has the subnet. Throws what stands in its way. */
async function joined(network: NodeNetwork, podCIDR: string, signal: AbortSignal): Promise<string> {
  const isJoined = () => network.state.ready && network.state.subnet === podCIDR;
  if (!isJoined()) await Promise.race([nextChange(network), aborted(signal)]);
  const { state } = network;
  if (state.ready && state.subnet === podCIDR) return state.name;
  throw new Error(state.ready ? `the network still has the subnet ${state.subnet}` : state.reason);
}

function nextChange(network: NodeNetwork): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = network.onChange(() => {
      unsubscribe();
      resolve();
    });
  });
}

async function untilReady(allNodes: Informer<Node>, name: string, signal: AbortSignal): Promise<void> {
  const isReady = () =>
    allNodes.get(name)?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  if (isReady()) return;
  await new Promise<void>((resolve) => {
    const unsubscribe = allNodes.onChange(() => {
      if (!isReady()) return;
      unsubscribe();
      resolve();
    });
    void aborted(signal).then(resolve);
  });
}

// Owns the service by which pods reach the API, its endpoints and slices: there from the start, and again soon after
// somebody has deleted them, as by `kubectl delete service --all`. The endpoints are the servers that are alive.
import { type Clock, type Component, type Logger, type Running, sleep } from '@berth/host';
import {
  type Api,
  type EndpointSlice,
  type Endpoints,
  endpointSlices,
  endpoints,
  isReason,
  type KubeObject,
  type New,
  type Resource,
  services,
} from '@berth/objects';
import { ensure, serverUser } from './ensure.ts';
import { sameJson } from './equality.ts';
import { type Advertised, ServerLeases } from './server-leases.ts';

export interface KubernetesServiceOptions {
  readonly api: Api;
  /** The cluster address of the service. */
  readonly serviceAddress: string;
  /** Where the nodes reach this API server; undefined: it is none of the endpoints. */
  readonly advertise: Advertised | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

const target = { namespace: 'default', name: 'kubernetes' };
const serviceName = 'kubernetes.io/service-name';
/** The slices do not follow from the Endpoints: they are there without any controllers. */
const skipMirror = 'endpointslice.kubernetes.io/skip-mirror';
/** How long the service can be away at most. */
const checkMs = 5_000;

export function createKubernetesService(options: KubernetesServiceOptions): Component {
  const { api, advertise, clock, log } = options;
  const leases = advertise && new ServerLeases(advertise, options);

  async function look(): Promise<void> {
    await ensureService(options);
    if (leases) await leadTo(api, await leases.alive());
  }

  async function leave(): Promise<void> {
    const others = (await leases?.leave()) ?? [];
    // The last one leads to where it will be again.
    if (others.length > 0) await leadTo(api, others);
  }

  async function keep(signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(clock, checkMs, signal);
      if (signal.aborted) break;
      await look().catch((err: unknown) => {
        if (!signal.aborted) log.warn({ err }, 'could not look after the kubernetes service; trying again');
      });
    }
    await leave().catch((err: unknown) => log.warn({ err }, 'could not leave the kubernetes service'));
  }

  return {
    name: 'kubernetes-service',
    async start(signal): Promise<Running> {
      await look();
      return { done: keep(signal) };
    },
  };
}

async function ensureService({ api, serviceAddress, advertise }: KubernetesServiceOptions): Promise<void> {
  await ensure(api, services, {
    metadata: { ...target, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: serviceAddress,
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: advertise?.port ?? 443 }],
    },
  });
}

async function leadTo(api: Api, servers: readonly Advertised[]): Promise<void> {
  const subsets = subsetsOf(servers);
  const slices = slicesOf(servers);
  try {
    await keep(api, endpoints, { metadata: { ...target, labels: { [skipMirror]: 'true' } }, subsets });
    for (const slice of slices) await keep(api, endpointSlices, slice);
    await removeOthers(
      api,
      slices.map(({ metadata }) => metadata.name),
    );
  } catch (error) {
    // Another server was faster, or somebody has deleted it just now: it is looked at again soon.
    if (!isReason(error, 'Conflict') && !isReason(error, 'NotFound')) throw error;
  }
}

/** Makes the object, or puts right what somebody has written into it. */
async function keep<T extends KubeObject>(api: Api, resource: Resource<T>, wanted: New<T>): Promise<void> {
  await ensure(api, resource, wanted);
  const { metadata, ...content } = wanted;
  const name = { namespace: target.namespace, name: metadata.name! };
  const current = await api.get(serverUser, resource, name);
  const labels = { ...current.metadata.labels, ...metadata.labels };
  const next = { ...current, ...content, metadata: { ...current.metadata, labels } };
  if (!sameJson(next, current)) await api.update(serverUser, resource, name, next);
}

/** Slices of ports at which no server is reached any more. */
async function removeOthers(api: Api, wanted: readonly (string | undefined)[]): Promise<void> {
  const labelSelector = `${serviceName}=${target.name}`;
  const { items } = await api.list(serverUser, endpointSlices, { namespace: target.namespace, labelSelector });
  for (const { metadata } of items) {
    if (!/^kubernetes-\d+$/.test(metadata.name) || wanted.includes(metadata.name)) continue;
    const { namespace, name, uid } = metadata;
    await api.delete(serverUser, endpointSlices, { namespace, name }, { preconditions: { uid } });
  }
}

/** One for each port, in an order that all servers agree on. */
function subsetsOf(servers: readonly Advertised[]): NonNullable<Endpoints['subsets']> {
  return byPort(servers).map(({ port, ips }) => ({
    addresses: ips.map((ip) => ({ ip })),
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  }));
}

/** The same; the first has the name by which Kubernetes' own is known. */
function slicesOf(servers: readonly Advertised[]): New<EndpointSlice>[] {
  return byPort(servers).map(({ port, ips }, index) => ({
    metadata: {
      namespace: target.namespace,
      name: index === 0 ? target.name : `${target.name}-${port}`,
      labels: { [serviceName]: target.name },
    },
    addressType: 'IPv4',
    endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  }));
}

function byPort(servers: readonly Advertised[]): { readonly port: number; readonly ips: readonly string[] }[] {
  const ports = [...new Set(servers.map(({ port }) => port))].sort((a, b) => a - b);
  return ports.map((port) => {
    const ips = servers.filter((server) => server.port === port).map(({ address }) => address);
    return { port, ips: [...new Set(ips)].sort() };
  });
}

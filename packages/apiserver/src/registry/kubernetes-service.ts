// Owns the service by which pods reach the API, and its endpoints: there from the start, and again soon after somebody
// has deleted them, as by `kubectl delete service --all`. The endpoints are the servers that are alive.
import { type Clock, type Component, type Logger, type Running, sleep } from '@berth/host';
import { type Api, type Endpoints, endpoints, isReason, services } from '@berth/objects';
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
  await ensure(api, endpoints, { metadata: target, subsets });
  try {
    const current = await api.get(serverUser, endpoints, target);
    if (sameJson(current.subsets, subsets)) return;
    await api.update(serverUser, endpoints, target, { ...current, subsets });
  } catch (error) {
    // Another server was faster, or somebody has deleted it just now: it is looked at again soon.
    if (!isReason(error, 'Conflict') && !isReason(error, 'NotFound')) throw error;
  }
}

/** One for each port, in an order that all servers agree on. */
function subsetsOf(servers: readonly Advertised[]): NonNullable<Endpoints['subsets']> {
  const ports = [...new Set(servers.map(({ port }) => port))].sort((a, b) => a - b);
  return ports.map((port) => {
    const ips = servers.filter((server) => server.port === port).map(({ address }) => address);
    const addresses = [...new Set(ips)].sort().map((ip) => ({ ip }));
    return { addresses, ports: [{ name: 'https', port, protocol: 'TCP' }] };
  });
}

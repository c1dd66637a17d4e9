// Owns the service by which pods reach the API, and its endpoints: there from the start, and again soon after somebody
// has deleted them, as by `kubectl delete service --all`.
import { type Clock, type Component, type Logger, type Running, sleep } from '@berth/host';
import { type Api, type Endpoints, endpoints, isReason, services } from '@berth/objects';
import { ensure, serverUser } from './ensure.ts';
import { sameJson } from './equality.ts';

export interface KubernetesServiceOptions {
  readonly api: Api;
  /** The cluster address of the service. */
  readonly serviceAddress: string;
  /** Where the nodes reach this API server; undefined: the service has no endpoints. */
  readonly advertise: { readonly address: string; readonly port: number } | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

const target = { namespace: 'default', name: 'kubernetes' };
/** How long the service can be away at most. */
const checkMs = 5_000;

export function createKubernetesService(options: KubernetesServiceOptions): Component {
  const { clock, log } = options;

  async function keep(signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(clock, checkMs, signal);
      if (signal.aborted) return;
      await ensureService(options).catch((err: unknown) => {
        if (!signal.aborted) log.warn({ err }, 'could not look after the kubernetes service; trying again');
      });
    }
  }

  return {
    name: 'kubernetes-service',
    async start(signal): Promise<Running> {
      await ensureService(options);
      if (options.advertise) await takeEndpoints(options.api, subsetsOf(options.advertise));
      return { done: keep(signal) };
    },
  };
}

/** Makes what is missing of the two, and changes nothing: the endpoints may be another server's. */
async function ensureService({ api, serviceAddress, advertise }: KubernetesServiceOptions): Promise<void> {
  await ensure(api, services, {
    metadata: { ...target, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: serviceAddress,
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: advertise?.port ?? 443 }],
    },
  });
  if (advertise) await ensure(api, endpoints, { metadata: target, subsets: subsetsOf(advertise) });
}

/** A server that starts leads the service to itself. */
async function takeEndpoints(api: Api, subsets: Endpoints['subsets']): Promise<void> {
  try {
    const current = await api.get(serverUser, endpoints, target);
    if (sameJson(current.subsets, subsets)) return;
    await api.update(serverUser, endpoints, target, { ...current, subsets });
  } catch (error) {
    // Another server of the same cluster was faster; its endpoints serve as well.
    if (!isReason(error, 'Conflict')) throw error;
  }
}

function subsetsOf({ address, port }: { readonly address: string; readonly port: number }): Endpoints['subsets'] {
  return [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }];
}

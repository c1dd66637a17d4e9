// Owns where a service of the cluster is reached from this process, which need not know the service's own address nor
// have a route to its pods: at one of the pods behind it, through its node's agent. Source: Kubernetes' aggregator,
// endpoint resolver.
import type { Duplex } from 'node:stream';
import type { Random } from '@berth/host';
import { endpoints, type ServiceReference, StatusError, services } from '@berth/objects';
import type { Lookup } from '../auth/service-account-users.ts';
import { type PodWays, placesOf } from '../registry/pod-ways.ts';

export interface ServicePlace {
  readonly host: string;
  readonly port: number;
  /** A connection to it; left out: it is reached by its address. Ends with the signal. */
  connect?(signal: AbortSignal): Promise<Duplex>;
}

/** Throws an Error that says why there is nobody. */
export type ServiceResolver = (service: ServiceReference) => Promise<ServicePlace>;

export interface ServiceResolverOptions {
  readonly lookup: Lookup;
  readonly ways: PodWays;
  readonly random: Random;
}

export function createServiceResolver({ lookup, ways, random }: ServiceResolverOptions): ServiceResolver {
  return async ({ namespace, name, port = 443 }) => {
    const service = await lookup(services, { namespace, name });
    if (!service) throw new StatusError('NotFound', `service ${JSON.stringify(name)} not found`);
    const { type = 'ClusterIP', ports = [], externalName } = service.spec;
    if (type === 'ExternalName' && externalName) return { host: externalName, port };
    const found = ports.find((candidate) => candidate.port === port);
    if (!found) throw unavailable(`no service port ${port} found for service ${JSON.stringify(name)}`);
    const behind = await lookup(endpoints, { namespace, name });
    const [place] = behind ? placesOf(behind, found.name ?? '', random) : [];
    if (!place) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
    const where = { host: place.address.ip, port: place.port };
    const pod = await ways.podAt(namespace, place.address);
    if (!pod) return where;
    const connect = await ways.to(pod);
    return { ...where, connect: (signal) => connect(place.port, signal) };
  };
}

function unavailable(message: string): StatusError {
  return new StatusError('ServiceUnavailable', message);
}

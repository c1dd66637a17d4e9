// Owns where a service of the cluster is reached from this process, which need not know the service's own address: at
// one of the pods behind it. Source: Kubernetes' aggregator, endpoint resolver.
import type { Random } from '@berth/host';
import { type Endpoints, endpoints, type ServiceReference, StatusError, services } from '@berth/objects';
import type { Lookup } from '../auth/service-account-users.ts';

/** Throws an Error that says why there is nobody. */
export type ServiceResolver = (service: ServiceReference) => Promise<{ readonly host: string; readonly port: number }>;

export function createServiceResolver({ lookup, random }: { lookup: Lookup; random: Random }): ServiceResolver {
  return async ({ namespace, name, port = 443 }) => {
    const service = await lookup(services, { namespace, name });
    if (!service) throw new StatusError('NotFound', `service ${JSON.stringify(name)} not found`);
    const { type = 'ClusterIP', ports = [], externalName } = service.spec;
    if (type === 'ExternalName' && externalName) return { host: externalName, port };
    const found = ports.find((candidate) => candidate.port === port);
    if (!found) throw unavailable(`no service port ${port} found for service ${JSON.stringify(name)}`);
    const addresses = addressesOf(await lookup(endpoints, { namespace, name }), found.name);
    const chosen = addresses[Math.floor(random.fraction() * addresses.length)];
    if (!chosen) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
    return chosen;
  };
}

function addressesOf(found: Endpoints | undefined, portName: string | undefined): { host: string; port: number }[] {
  return (found?.subsets ?? []).flatMap(({ addresses = [], ports = [] }) => {
    const port = ports.find((candidate) => (candidate.name ?? '') === (portName ?? ''));
    return port ? addresses.map(({ ip }) => ({ host: ip, port: port.port })) : [];
  });
}

function unavailable(message: string): StatusError {
  return new StatusError('ServiceUnavailable', message);
}

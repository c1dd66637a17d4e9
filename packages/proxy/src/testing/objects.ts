// Owns services and endpoints for tests, in as few words as a case needs.
import type { Endpoints, Service, ServicePort, ServiceSpec } from '@berth/objects';

export function service(name: string, spec: Partial<ServiceSpec>, namespace = 'default'): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec, status: {} } as unknown as Service;
}

export interface TestAddress {
  readonly ip: string;
  readonly nodeName?: string;
  readonly hostname?: string;
}

/** One subset; the addresses are ready ones. */
export function endpoints(
  name: string,
  addresses: readonly TestAddress[],
  ports: readonly Partial<ServicePort>[],
): Endpoints {
  const metadata = { name, namespace: 'default' };
  return { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets: [{ addresses, ports }] } as unknown as Endpoints;
}

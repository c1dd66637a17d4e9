// Owns the variables by which a pod finds the services of its namespace: `REDIS_SERVICE_HOST`, and those that Docker's
// links had. Source: Kubernetes documentation, "Discovering services".
import type { Service } from '@berth/objects';

export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** Of the services that have a cluster address. */
export function serviceVariables(services: readonly Service[]): Variable[] {
  return services.filter(hasAddress).flatMap(variablesOf);
}

function hasAddress({ spec }: Service): boolean {
  return Boolean(spec.clusterIP) && spec.clusterIP !== 'None' && (spec.ports?.length ?? 0) > 0;
}

function variablesOf({ metadata, spec }: Service): Variable[] {
  const prefix = metadata.name.replaceAll('-', '_').toUpperCase();
  const host = spec.clusterIP ?? '';
  const ports = spec.ports ?? [];
  const first = ports[0];
  const variables: Variable[] = [
    { name: `${prefix}_SERVICE_HOST`, value: host },
    { name: `${prefix}_SERVICE_PORT`, value: String(first?.port) },
  ];
  for (const { name, port } of ports) {
    if (!name) continue;
    const suffix = name.replaceAll('-', '_').toUpperCase();
    variables.push({ name: `${prefix}_SERVICE_PORT_${suffix}`, value: String(port) });
  }
  const address = host.includes(':') ? `[${host}]` : host;
  ports.forEach(({ port, protocol = 'TCP' }, index) => {
    const scheme = protocol.toLowerCase();
    const url = `${scheme}://${address}:${port}`;
    const link = `${prefix}_PORT_${port}_${protocol}`;
    if (index === 0) variables.push({ name: `${prefix}_PORT`, value: url });
    variables.push(
      { name: link, value: url },
      { name: `${link}_PROTO`, value: scheme },
      { name: `${link}_PORT`, value: String(port) },
      { name: `${link}_ADDR`, value: host },
    );
  });
  return variables;
}

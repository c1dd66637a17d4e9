// Owns what a person can know about EndpointSlice beyond the API facts.
import { isIP } from 'node:net';
import type { DiscoveryV1EndpointPort as EndpointPort, EndpointSlice } from '../api/types.ts';
import { duplicate, type FieldError, invalid, required, tooMany } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import { endpointSlices } from '../resource.ts';
import { labels as checkLabels, immutable, problemsOf, protocols, requiredChoice } from '../validation/field-checks.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems, qualifiedNameProblems } from '../validation/names.ts';
import { ageColumn, columnOf, nameColumn } from './columns.ts';
import { validatePlainAddress } from './endpoints.ts';
import type { Kind } from './kind.ts';

const most = { addresses: 100, endpoints: 1_000, ports: 20_000 };

export const endpointSliceKind: Kind<EndpointSlice> = {
  resource: endpointSlices,
  nameRule: 'dns-subdomain',
  subresources: [],
  countsGenerations: true,

  setDefaults({ ports = [] }) {
    for (const port of ports) {
      port.name ??= '';
      port.protocol ||= 'TCP';
    }
  },
  prepareForUpdate(draft, old) {
    const isSame = sameJson(contentOf(draft as EndpointSlice), contentOf(old));
    if (!isSame) draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validate: (slice) => [
    ...requiredChoice('addressType', slice.addressType, ['FQDN', 'IPv4', 'IPv6']),
    ...validateEndpoints(slice),
    ...validatePorts(slice.ports ?? []),
  ],
  validateUpdate: ({ addressType }, old) => immutable('addressType', addressType, old.addressType),

  columns: [
    nameColumn,
    columnOf('AddressType', 'What the addresses are.', ({ addressType }) => addressType),
    columnOf('Ports', 'The first ports.', ({ ports = [] }) => firstOf(ports.map(({ port }) => String(port ?? '*')))),
    columnOf('Endpoints', 'The first addresses.', ({ endpoints }) =>
      firstOf(endpoints.flatMap(({ addresses }) => addresses)),
    ),
    ageColumn,
  ],
  fieldSelectors: {},
};

/** It has no spec: these are what its generations count. */
function contentOf({ addressType, endpoints, metadata, ports = [] }: EndpointSlice): object {
  const { annotations = {}, labels = {} } = metadata;
  return { addressType, endpoints, ports, annotations, labels };
}

const shown = 3;

function firstOf(items: readonly string[]): string {
  if (items.length === 0) return '<unset>';
  const first = items.slice(0, shown).join(',');
  return items.length > shown ? `${first} + ${items.length - shown} more...` : first;
}

function validateEndpoints({ addressType, endpoints }: EndpointSlice): FieldError[] {
  if (endpoints.length > most.endpoints) return [tooMany('endpoints', endpoints.length, most.endpoints)];
  return endpoints.flatMap(({ addresses, deprecatedTopology, hostname, nodeName }, index) => {
    const item = `endpoints[${index}]`;
    const errors: FieldError[] = [];
    if (addresses.length === 0) errors.push(required(`${item}.addresses`, 'must contain at least 1 address'));
    if (addresses.length > most.addresses) errors.push(tooMany(`${item}.addresses`, addresses.length, most.addresses));
    for (const [at, address] of addresses.entries())
      errors.push(...validateAddress(`${item}.addresses[${at}]`, address, addressType));
    errors.push(...checkLabels(`${item}.deprecatedTopology`, deprecatedTopology));
    if (hostname) errors.push(...problemsOf(`${item}.hostname`, hostname, dns1123LabelProblems(hostname)));
    if (nodeName) errors.push(...problemsOf(`${item}.nodeName`, nodeName, dns1123SubdomainProblems(nodeName)));
    return errors;
  });
}

function validateAddress(field: string, address: string, addressType: string): FieldError[] {
  if (addressType === 'FQDN') return problemsOf(field, address, dns1123SubdomainProblems(address.replace(/\.$/, '')));
  const family = { IPv4: 4, IPv6: 6 }[addressType];
  if (family === undefined) return [];
  if (isIP(address) !== family) return [invalid(field, address, `must be a valid ${addressType} address`)];
  return validatePlainAddress(field, address);
}

function validatePorts(ports: readonly EndpointPort[]): FieldError[] {
  if (ports.length > most.ports) return [tooMany('ports', ports.length, most.ports)];
  const taken = new Set<string>();
  return ports.flatMap(({ name = '', protocol, appProtocol }, index) => {
    const item = `ports[${index}]`;
    const errors = name ? problemsOf(`${item}.name`, name, dns1123LabelProblems(name)) : [];
    if (taken.has(name)) errors.push(duplicate(`${item}.name`, name));
    taken.add(name);
    errors.push(...requiredChoice(`${item}.protocol`, protocol, protocols));
    if (appProtocol !== undefined)
      errors.push(...problemsOf(`${item}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol)));
    return errors;
  });
}

// Owns what a person can know about Endpoints beyond the API facts.
import { BlockList, isIP } from 'node:net';
import type { EndpointAddress, EndpointPort, Endpoints } from '../api/types.ts';
import { type FieldError, invalid, required } from '../errors/field-error.ts';
import { endpoints } from '../resource.ts';
import { address, problemsOf, protocols, requiredChoice } from '../validation/field-checks.ts';
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  portNumberProblems,
  qualifiedNameProblems,
} from '../validation/names.ts';
import { ageColumn, columnOf, nameColumn } from './columns.ts';
import type { Kind } from './kind.ts';

export const endpointsKind: Kind<Endpoints> = {
  resource: endpoints,
  nameRule: 'dns-subdomain',
  createdByUpdate: true,
  subresources: [],
  countsGenerations: false,
  setDefaults({ subsets = [] }) {
    for (const { ports = [] } of subsets) for (const port of ports) port.protocol ||= 'TCP';
  },
  validate({ subsets = [] }) {
    return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, index) => {
      const item = `subsets[${index}]`;
      const errors: FieldError[] = [];
      if (addresses.length + notReadyAddresses.length === 0)
        errors.push(required(item, 'must specify `addresses` or `notReadyAddresses`'));
      for (const [at, entry] of addresses.entries()) errors.push(...validateAddress(`${item}.addresses[${at}]`, entry));
      for (const [at, entry] of notReadyAddresses.entries())
        errors.push(...validateAddress(`${item}.notReadyAddresses[${at}]`, entry));
      for (const [at, port] of ports.entries())
        errors.push(...validatePort(`${item}.ports[${at}]`, port, ports.length > 1));
      return errors;
    });
  },
  columns: [nameColumn, columnOf('Endpoints', 'The first addresses.', formatEndpoints), ageColumn],
  fieldSelectors: {},
};

function validateAddress(field: string, { ip, hostname, nodeName }: EndpointAddress): FieldError[] {
  const errors = address(`${field}.ip`, ip);
  if (hostname) errors.push(...problemsOf(`${field}.hostname`, hostname, dns1123LabelProblems(hostname)));
  if (nodeName !== undefined)
    errors.push(...problemsOf(`${field}.nodeName`, nodeName, dns1123SubdomainProblems(nodeName)));
  return [...errors, ...validatePlainAddress(`${field}.ip`, ip)];
}

function rangeOf(...ranges: [string, number, 'ipv4' | 'ipv6'][]): BlockList {
  const list = new BlockList();
  for (const [net, prefix, family] of ranges) list.addSubnet(net, prefix, family);
  return list;
}

const specialRanges: [string, BlockList][] = [
  ['may not be in the loopback range (127.0.0.0/8, ::1/128)', rangeOf(['127.0.0.0', 8, 'ipv4'], ['::1', 128, 'ipv6'])],
  [
    'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    rangeOf(['169.254.0.0', 16, 'ipv4'], ['fe80::', 10, 'ipv6']),
  ],
  [
    'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
    rangeOf(['224.0.0.0', 24, 'ipv4'], ['ff02::', 16, 'ipv6']),
  ],
];

/** Traffic to a service must not be turned to the node itself or to its neighbours. */
export function validatePlainAddress(field: string, ip: string): FieldError[] {
  if (ip === '0.0.0.0' || ip === '::') return [invalid(field, ip, `may not be unspecified (${ip})`)];
  if (isIP(ip) === 0) return [invalid(field, ip, 'must be a valid IP address')];
  const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4';
  return specialRanges.filter(([, range]) => range.check(ip, family)).map(([problem]) => invalid(field, ip, problem));
}

function validatePort(
  field: string,
  { name, port, protocol, appProtocol }: EndpointPort,
  named: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (name) errors.push(...problemsOf(`${field}.name`, name, dns1123LabelProblems(name)));
  else if (named) errors.push(required(`${field}.name`));
  errors.push(...problemsOf(`${field}.port`, port, portNumberProblems(port)));
  errors.push(...requiredChoice(`${field}.protocol`, protocol, protocols));
  if (appProtocol !== undefined)
    errors.push(...problemsOf(`${field}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol)));
  return errors;
}

const SHOWN = 3;

function formatEndpoints({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => (isIP(ip) === 6 ? `[${ip}]:${port}` : `${ip}:${port}`))),
  );
  if (all.length === 0) return '<none>';
  const shown = all.slice(0, SHOWN).join(',');
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown;
}

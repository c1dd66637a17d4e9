// Owns what the cluster's names stand for: the Kubernetes DNS specification (kubernetes/dns, version 1.1.0) over the
// services and endpoints. Pure reads, no packets.
import type { Lister } from '@berth/informers';
import type { EndpointAddress, EndpointPort, Endpoints, Service, ServicePort } from '@berth/objects';
import type { Answer as ResourceRecord } from 'dns-packet';

export interface Question {
  readonly type: string;
  readonly name: string;
}

export interface Answer {
  /** Whether the name exists; one that does may still have nothing of the type that was asked for. */
  readonly exists: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
  /** An ExternalName: the answer goes on with what this name stands for. */
  readonly alias?: string;
}

export interface RecordsOptions {
  readonly services: Lister<Service>;
  readonly endpoints: Lister<Endpoints>;
  /** Such as `cluster.local`. */
  readonly domain: string;
}

/** Seconds for which answers, and the knowledge that there is none, may be kept. */
const ttl = 5;

const nothing: Answer = { exists: false, answers: [], additionals: [] };
const empty: Answer = { exists: true, answers: [], additionals: [] };

export class ClusterRecords {
  readonly #options: RecordsOptions;

  constructor(options: RecordsOptions) {
    this.#options = options;
  }

  /** Undefined: the name is not the cluster's to answer. */
  answer(question: Question): Answer | undefined {
    const name = question.name.toLowerCase();
    const { domain } = this.#options;
    if (name === domain) return question.type === 'SOA' ? { ...empty, answers: [this.startOfAuthority()] } : empty;
    if (name.endsWith(`.${domain}`)) {
      return this.#inDomain(name.slice(0, -domain.length - 1).split('.'), { ...question, name });
    }
    const address = reversed(name);
    return address ? this.#pointer(address, name) : undefined;
  }

  /** What says, in an answer without answers, who says so and for how long. */
  startOfAuthority(): ResourceRecord {
    const { domain } = this.#options;
    return {
      type: 'SOA',
      name: domain,
      ttl,
      data: {
        mname: `ns.dns.${domain}`,
        rname: `hostmaster.${domain}`,
        serial: 1,
        refresh: 7_200,
        retry: 1_800,
        expire: 86_400,
        minimum: ttl,
      },
    };
  }

  #inDomain(labels: readonly string[], question: Question): Answer {
    const rest = labels.slice(0, -1);
    switch (labels.at(-1)) {
      case 'svc':
        return this.#inServices(rest, question);
      case 'pod':
        return podAnswer(rest, question);
      case 'dns-version':
        if (rest.length > 0) return nothing;
        return question.type === 'TXT'
          ? { ...empty, answers: [{ type: 'TXT', name: question.name, ttl, data: '1.1.0' }] }
          : empty;
      default:
        return nothing;
    }
  }

  #inServices(labels: readonly string[], question: Question): Answer {
    const namespace = labels.at(-1);
    if (namespace === undefined) return empty;
    const serviceName = labels.at(-2);
    if (serviceName === undefined) return this.#options.services.list(namespace).length > 0 ? empty : nothing;
    const service = this.#options.services.get(`${namespace}/${serviceName}`);
    if (!service) return nothing;
    const view = this.#viewOf(service);
    const [first, second, ...more] = labels.slice(0, -2);
    if (more.length > 0) return nothing;
    if (first === undefined) return serviceAnswer(view, question);
    if (second === undefined)
      return first.startsWith('_') ? protocolAnswer(view, first) : hostAnswer(view, first, question);
    return portAnswer(view, { port: first, protocol: second }, question);
  }

  #viewOf(service: Service): ServiceView {
    const { namespace = '', name } = service.metadata;
    return {
      service,
      name: `${name}.${namespace}.svc.${this.#options.domain}`,
      hosts: hostsOf(this.#options.endpoints.get(`${namespace}/${name}`)),
    };
  }

  #pointer(address: string, name: string): Answer | undefined {
    const target = this.#nameOf(address);
    return target === undefined ? undefined : { ...empty, answers: [{ type: 'PTR', name, ttl, data: target }] };
  }

  #nameOf(address: string): string | undefined {
    for (const service of this.#options.services.list()) {
      const { clusterIP } = service.spec;
      if (clusterIP === address) return this.#viewOf(service).name;
      if (clusterIP !== 'None') continue;
      const view = this.#viewOf(service);
      const host = view.hosts.find((candidate) => candidate.address === address);
      if (host) return `${host.label}.${view.name}`;
    }
    return undefined;
  }
}

/** A ready endpoint, with the label under which it is found below its service. */
interface Host {
  readonly label: string;
  readonly address: string;
  readonly ports: readonly EndpointPort[];
}

interface ServiceView {
  readonly service: Service;
  readonly name: string;
  readonly hosts: readonly Host[];
}

function hostsOf(endpoints: Endpoints | undefined): readonly Host[] {
  return (endpoints?.subsets ?? []).flatMap(({ addresses = [], ports = [] }) =>
    addresses
      .filter(({ ip }) => !ip.includes(':'))
      .map((address) => ({ label: labelOf(address), address: address.ip, ports })),
  );
}

function labelOf({ hostname, ip }: EndpointAddress): string {
  return hostname || ip.replaceAll('.', '-');
}

function serviceAnswer({ service, name, hosts }: ServiceView, question: Question): Answer {
  const { type, externalName, clusterIP, ports = [] } = service.spec;
  if (type === 'ExternalName' && externalName) {
    const alias = externalName.toLowerCase().replace(/\.$/, '');
    return { ...empty, answers: [{ type: 'CNAME', name: question.name, ttl, data: alias }], alias };
  }
  const addresses = isHeadless(service) ? [...new Set(hosts.map(({ address }) => address))] : [clusterIP ?? ''];
  if (question.type === 'A') return { ...empty, answers: addresses.map((address) => addressRecord(name, address)) };
  if (question.type === 'SRV') return locations({ service, name, hosts }, ports, question.name);
  return empty;
}

/** `_tcp.name.namespace.svc`: nothing by itself, but there are names below it. */
function protocolAnswer({ service }: ServiceView, label: string): Answer {
  const has = service.spec.ports?.some(({ protocol = 'TCP' }) => `_${protocol.toLowerCase()}` === label);
  return has ? empty : nothing;
}

function hostAnswer({ name, hosts }: ServiceView, label: string, question: Question): Answer {
  const addresses = new Set(hosts.filter((host) => host.label === label).map(({ address }) => address));
  if (addresses.size === 0) return nothing;
  if (question.type !== 'A') return empty;
  return { ...empty, answers: [...addresses].map((address) => addressRecord(`${label}.${name}`, address)) };
}

function portAnswer(view: ServiceView, wanted: { port: string; protocol: string }, question: Question): Answer {
  const ports = (view.service.spec.ports ?? []).filter(
    ({ name = '', protocol = 'TCP' }) => `_${name}` === wanted.port && `_${protocol.toLowerCase()}` === wanted.protocol,
  );
  if (ports.length === 0) return nothing;
  return question.type === 'SRV' ? locations(view, ports, question.name) : empty;
}

/** SRV records for ports, with the addresses of what they point to. */
function locations(view: ServiceView, ports: readonly ServicePort[], asked: string): Answer {
  const targets = ports.flatMap((port) => targetsOf(view, port));
  const weight = Math.max(1, Math.floor(100 / Math.max(1, targets.length)));
  return {
    exists: true,
    answers: targets.map(({ target, port }) => ({
      type: 'SRV',
      name: asked,
      ttl,
      data: { priority: 0, weight, port, target },
    })),
    additionals: [...new Map(targets.map(({ target, address }) => [target, address]))].map(([target, address]) =>
      addressRecord(target, address),
    ),
  };
}

function targetsOf({ service, name, hosts }: ServiceView, port: ServicePort) {
  if (!isHeadless(service)) return [{ target: name, port: port.port, address: service.spec.clusterIP ?? '' }];
  return hosts.flatMap((host) =>
    host.ports
      .filter(
        (found) => (found.name ?? '') === (port.name ?? '') && (found.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
      )
      .map((found) => ({ target: `${host.label}.${name}`, port: found.port, address: host.address })),
  );
}

/** `10-244-1-2.namespace.pod`: the address that the name says. */
function podAnswer(labels: readonly string[], question: Question): Answer {
  if (labels.length < 2) return empty;
  const address = labels[0]!.replaceAll('-', '.');
  if (labels.length > 2 || !isAddress(address)) return nothing;
  return question.type === 'A' ? { ...empty, answers: [addressRecord(question.name, address)] } : empty;
}

function isHeadless({ spec }: Service): boolean {
  return !spec.clusterIP || spec.clusterIP === 'None';
}

function addressRecord(name: string, address: string): ResourceRecord {
  return { type: 'A', name, ttl, data: address };
}

/** `2.1.244.10.in-addr.arpa` → `10.244.1.2`. */
function reversed(name: string): string | undefined {
  if (!name.endsWith('.in-addr.arpa')) return undefined;
  const address = name.split('.').slice(0, -2).reverse().join('.');
  return isAddress(address) ? address : undefined;
}

function isAddress(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

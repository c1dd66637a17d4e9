// Owns the two files by which a pod's containers find names: /etc/resolv.conf and /etc/hosts. They are the kubelet's,
// bound into every container, because Docker's own would name Docker's resolver.
import type { Pod } from '@berth/objects';

export interface DnsOptions {
  /** The cluster's name server; empty: there is none, and pods get the node's. */
  readonly nameservers: readonly string[];
  /** Such as `cluster.local`. */
  readonly domain: string;
}

export interface ResolverFile {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export function parseResolvConf(text: string): ResolverFile {
  const nameservers: string[] = [];
  let searches: readonly string[] = [];
  const options: string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...rest] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver' && rest[0]) nameservers.push(rest[0]);
    else if (keyword === 'search' || keyword === 'domain') searches = rest;
    else if (keyword === 'options') options.push(...rest);
  }
  return { nameservers, searches, options };
}

/** What a pod's resolver asks, by the pod's policy. `node` is the node's own file. */
export function resolverOf(pod: Pod, dns: DnsOptions, node: ResolverFile): ResolverFile {
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  const ofCluster =
    dns.nameservers.length > 0 &&
    (policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !pod.spec.hostNetwork));
  const base: ResolverFile =
    policy === 'None'
      ? { nameservers: [], searches: [], options: [] }
      : ofCluster
        ? clusterResolver(pod, dns, node)
        : node;
  const { nameservers = [], searches = [], options = [] } = pod.spec.dnsConfig ?? {};
  const named = options.map(({ name, value }) => (value === undefined ? (name ?? '') : `${name}:${value}`));
  const overridden = new Set(options.map(({ name }) => name));
  return {
    nameservers: [...new Set([...base.nameservers, ...nameservers])],
    searches: [...new Set([...base.searches, ...searches])],
    options: [...base.options.filter((option) => !overridden.has(option.split(':')[0])), ...named],
  };
}

function clusterResolver(pod: Pod, dns: DnsOptions, node: ResolverFile): ResolverFile {
  const services = `svc.${dns.domain}`;
  return {
    nameservers: dns.nameservers,
    searches: [`${pod.metadata.namespace}.${services}`, services, dns.domain, ...node.searches],
    options: ['ndots:5'],
  };
}

export function resolvConf({ nameservers, searches, options }: ResolverFile): string {
  const lines = nameservers.map((address) => `nameserver ${address}`);
  if (searches.length > 0) lines.push(`search ${searches.join(' ')}`);
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return `${lines.join('\n')}\n`;
}

/** The pod's own name: `spec.hostname`, or its name. Linux takes 63 characters. */
export function hostnameOf(pod: Pod): string {
  return (pod.spec.hostname || pod.metadata.name).slice(0, 63).replace(/[-.]+$/, '');
}

/** `nodeHosts`: the node's own file, for pods on the node's network. */
export function hostsFile(pod: Pod, podIP: string | undefined, domain: string, nodeHosts: string): string {
  const lines = pod.spec.hostNetwork
    ? [nodeHosts.trimEnd()]
    : [
        '127.0.0.1\tlocalhost',
        '::1\tlocalhost ip6-localhost ip6-loopback',
        'fe00::0\tip6-localnet',
        'fe00::0\tip6-mcastprefix',
        'fe00::1\tip6-allnodes',
        'fe00::2\tip6-allrouters',
      ];
  if (!pod.spec.hostNetwork && podIP) {
    const hostname = hostnameOf(pod);
    const { subdomain } = pod.spec;
    const full = subdomain ? `${hostname}.${subdomain}.${pod.metadata.namespace}.svc.${domain}\t` : '';
    lines.push(`${podIP}\t${full}${hostname}`);
  }
  for (const { ip, hostnames = [] } of pod.spec.hostAliases ?? []) lines.push(`${ip}\t${hostnames.join('\t')}`);
  // Programs tell by this line whose file it is.
  const head = `# Kubernetes-managed hosts file${pod.spec.hostNetwork ? ' (host network)' : ''}.`;
  return `${head}\n${lines.join('\n')}\n`;
}

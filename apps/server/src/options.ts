// Owns the server's flags and their environment twins.
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { twinName } from './env.ts';

const componentNames = ['apiserver', 'controllers', 'scheduler', 'dashboard'] as const;
type ComponentName = (typeof componentNames)[number];

export interface ServerOptions {
  /** Absolute. */
  readonly dataDir: string;
  readonly components: readonly ComponentName[];
  /** API servers of the cluster beside the one that the kubeconfigs name, for parts that run apart from the API. */
  readonly server: readonly string[];
  readonly apiAddress: string;
  readonly apiPort: number;
  /** Where loops that run apart from the API tell how they are; port 0: nowhere. */
  readonly loopsAddress: string;
  readonly controllersPort: number;
  readonly schedulerPort: number;
  readonly dashboardAddress: string;
  readonly dashboardPort: number;
  /** Names by which clients reach the API and browsers the dashboard, beside the loopback ones. */
  readonly hostNames: readonly string[];
  readonly store: 'embedded' | 'etcd';
  readonly etcdEndpoints: readonly string[];
  readonly compactionIntervalSeconds: number;
  /** Of the dashboard's tables; undefined: SQLite in the data directory. */
  readonly databaseUrl: string | undefined;
  readonly clusterCidr: string;
  readonly serviceCidr: string;
  readonly dnsAddress: string;
  readonly nodePortRange: string;
  /** Nodes for which credentials are written to the data directory. */
  readonly nodeCredentials: readonly string[];
  /** How long a certificate is valid at most that somebody asks for. */
  readonly clusterSigningDuration: number;
  readonly nodeMonitorGraceSeconds: number;
  readonly podEvictionSeconds: number;
  /** Of the audit log; undefined: nothing is audited. */
  readonly auditLogPath: string | undefined;
  /** Undefined: the policy that Berth brings along. */
  readonly auditPolicyFile: string | undefined;
  /** Megabytes, days (0: for ever), files (0: all). */
  readonly auditLogMaxsize: number;
  readonly auditLogMaxage: number;
  readonly auditLogMaxbackup: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

export function parseOptions(argv: readonly string[]): ServerOptions {
  const command = new Command('berth server')
    .description('the API server, the controllers, the scheduler and the dashboard, in one process')
    .addOption(flag('--data-dir <dir>', 'where everything is kept').default('.berth'))
    .addOption(
      flag('--components <names>', `what runs: ${componentNames.join(',')}`)
        .default([...componentNames])
        .argParser(components),
    )
    .addOption(
      flag(
        '--server <url>',
        'an API server of the cluster, for parts that run apart from it; several times: all of them',
      )
        .default([])
        .argParser(https),
    )
    .addOption(flag('--api-address <address>', 'address on which the API is served').default('127.0.0.1'))
    .addOption(flag('--api-port <port>', 'its port').default(6443).argParser(integer(1, 65535)))
    .addOption(
      flag(
        '--loops-address <address>',
        'address of /metrics and /healthz of loops that run apart from the API',
      ).default('127.0.0.1'),
    )
    .addOption(
      flag('--controllers-port <port>', 'their port for the controllers; 0: none')
        .default(10257)
        .argParser(integer(0, 65535)),
    )
    .addOption(
      flag('--scheduler-port <port>', 'their port for the scheduler; 0: none')
        .default(10259)
        .argParser(integer(0, 65535)),
    )
    .addOption(flag('--dashboard-address <address>', 'address on which the dashboard is served').default('127.0.0.1'))
    .addOption(flag('--dashboard-port <port>', 'its port').default(7070).argParser(integer(0, 65535)))
    .addOption(flag('--host-names <names>', 'further names and addresses of this server').default([]).argParser(list))
    .addOption(flag('--store <store>', 'where the state is kept').choices(['embedded', 'etcd']).default('embedded'))
    .addOption(flag('--etcd-endpoints <urls>', 'comma-separated, with --store etcd').default([]).argParser(list))
    .addOption(
      flag('--compaction-interval-seconds <s>', 'how long the past is kept at least, for lists in pages and watches')
        .default(300)
        .argParser(integer(1, 86_400)),
    )
    .addOption(flag('--database-url <url>', 'of the dashboard’s tables; SQLite in the data directory if not given'))
    .addOption(flag('--cluster-cidr <cidr>', 'addresses of pods; a /24 of it for each node').default('10.244.0.0/16'))
    .addOption(flag('--service-cidr <cidr>', 'addresses of services').default('10.96.0.0/16'))
    .addOption(flag('--dns-address <address>', 'address of the cluster’s DNS').default('10.96.0.10'))
    .addOption(flag('--node-port-range <range>', 'ports of services on every node').default('30000-32767'))
    .addOption(flag('--node-credentials <names>', 'nodes to write credentials for').default([]).argParser(list))
    .addOption(
      flag('--cluster-signing-duration <duration>', 'how long signed certificates are valid at most: 8760h, 30m, 90s')
        .default(365 * 24 * 3600 * 1000, '8760h')
        .argParser(duration),
    )
    .addOption(
      flag('--node-monitor-grace-seconds <s>', 'silence after which a node is Unknown')
        .default(40)
        .argParser(integer(1, 86_400)),
    )
    .addOption(
      flag('--pod-eviction-seconds <s>', 'how long pods stay on it after that, unless they say otherwise')
        .default(300)
        .argParser(integer(0, 86_400)),
    )
    .addOption(flag('--audit-log-path <file>', 'the audit log; empty: none (default: audit/audit.log in the data dir)'))
    .addOption(flag('--audit-policy-file <file>', 'what of which request is kept: an audit.k8s.io/v1 Policy'))
    .addOption(
      flag('--audit-log-maxsize <mb>', 'megabytes at which the audit log is rotated')
        .default(100)
        .argParser(integer(1, 1_000_000)),
    )
    .addOption(
      flag('--audit-log-maxage <days>', 'how long rotated audit logs are kept; 0: for ever')
        .default(30)
        .argParser(integer(0, 36_500)),
    )
    .addOption(
      flag('--audit-log-maxbackup <files>', 'how many rotated audit logs are kept; 0: all')
        .default(4)
        .argParser(integer(0, 100_000)),
    )
    .addOption(
      flag('--log-level <level>', 'how much is logged').choices(['debug', 'info', 'warn', 'error']).default('info'),
    )
    .parse(argv, { from: 'user' });
  const options = command.opts<ServerOptions>();
  if (options.store === 'etcd' && options.etcdEndpoints.length === 0)
    command.error('error: --store etcd needs --etcd-endpoints');
  if (options.server.length > 0 && options.components.includes('apiserver'))
    command.error('error: --server is for --components without apiserver');
  const dataDir = resolve(options.dataDir);
  const { auditLogPath = join(dataDir, 'audit', 'audit.log') } = options;
  if (auditLogPath === '-') command.error('error: --audit-log-path must name a file');
  return { ...options, dataDir, auditLogPath: auditLogPath === '' ? undefined : resolve(auditLogPath) };
}

function flag(flags: string, description: string): Option {
  const name = flags.slice(2).split(' ')[0]!;
  return new Option(flags, description).env(twinName(name));
}

function list(text: string): string[] {
  return text.split(',').filter(Boolean);
}

/** The flag may come several times, and its twin with several, separated by commas. */
function https(text: string, before: readonly string[]): string[] {
  const servers = list(text);
  for (const server of servers)
    if (!/^https:\/\/[^/]+\/?$/.test(server))
      throw new InvalidArgumentError('It must be of the form https://HOST:PORT.');
  return [...before, ...servers.map((server) => server.replace(/\/$/, ''))];
}

function components(text: string): string[] {
  const names = list(text);
  const unknown = names.find((name) => !(componentNames as readonly string[]).includes(name));
  if (unknown) throw new InvalidArgumentError(`There is no component "${unknown}".`);
  return names;
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** In milliseconds. As Kubernetes' flags have it: `1h30m`, `90s`. */
function duration(text: string): number {
  const [whole, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  const value = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  if (!whole || value <= 0) throw new InvalidArgumentError('It must be a duration such as 8760h, 1h30m or 90s.');
  return value;
}

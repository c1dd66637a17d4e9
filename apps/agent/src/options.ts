// Owns the agent's flags and their environment twins.
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { twinName } from './env.ts';

export interface AgentOptions {
  readonly nodeName: string;
  /** Absolute. */
  readonly dataDir: string;
  /** Absolute. Holds what the server wrote for the node: see credentials.ts. */
  readonly credentials: string;
  /** How the agent gets credentials where there are none: a kubeconfig, or a server, a token and a hash. */
  readonly bootstrapKubeconfig: string | undefined;
  /** Any of the cluster's; those beside the first are spoken to when it is away. */
  readonly server: readonly string[];
  readonly token: string | undefined;
  readonly discoveryTokenCaCertHash: string | undefined;
  readonly runtime: 'docker' | 'simulated';
  readonly dockerSocket: string;
  /** Where this machine is reached by the server and the other nodes. */
  readonly nodeAddress: string;
  readonly port: number;
  readonly clusterCidr: string;
  readonly serviceCidr: string;
  readonly dnsAddress: string;
  readonly clusterDomain: string;
  /** Name of the nftables table with the services' rules; the agents of one cluster on a machine share it. */
  readonly proxyTable: string;
  /** Which part of the machine's CPU and memory the node offers: 0 to 1. */
  readonly machineShare: number;
  readonly manifests: string | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

export interface RemoveOptions {
  readonly dockerSocket: string;
  readonly proxyTable: string;
  /** Undefined: of every cluster. */
  readonly clusterId: string | undefined;
  /** Which routes are the cluster's; of no account without `clusterId`. */
  readonly clusterCidr: string;
}

interface Actions {
  run(options: AgentOptions): Promise<void>;
  remove(options: RemoveOptions): Promise<void>;
}

export async function parseOptions(argv: readonly string[], actions: Actions): Promise<void> {
  const clusterCidr = () => flag('--cluster-cidr <cidr>', 'addresses of pods').default('10.244.0.0/16');
  const proxyTable = () => flag('--proxy-table <name>', 'nftables table of the services’ rules').default('berth');
  const dockerSocket = () =>
    flag('--docker-socket <path>', 'where Docker Engine answers').default('/var/run/docker.sock');
  const command = new Command('berth agent')
    .description('makes this machine a node of the cluster')
    .addOption(flag('--node-name <name>', 'the node’s name').default(hostname()))
    .addOption(flag('--data-dir <dir>', 'where everything is kept').default('.berth'))
    .addOption(flag('--credentials <dir>', 'the agent’s credentials; DATA-DIR/agents/NODE-NAME if not given'))
    .addOption(flag('--bootstrap-kubeconfig <file>', 'how to join where there are no credentials: server and token'))
    .addOption(
      flag('--server <url>', 'or, instead of the file: an API server; several times: others of the cluster')
        .default([])
        .argParser(https),
    )
    .addOption(flag('--token <token>', '… a bootstrap token'))
    .addOption(flag('--discovery-token-ca-cert-hash <hash>', '… and the hash of its authority: sha256:…'))
    .addOption(flag('--runtime <runtime>', 'what runs the pods').choices(['docker', 'simulated']).default('docker'))
    .addOption(dockerSocket())
    .addOption(flag('--node-address <address>', 'where this machine is reached').default('127.0.0.1'))
    .addOption(flag('--port <port>', 'port of the agent’s own server').default(10250).argParser(port))
    .addOption(clusterCidr())
    .addOption(flag('--service-cidr <cidr>', 'addresses of services').default('10.96.0.0/16'))
    .addOption(flag('--dns-address <address>', 'address of the cluster’s DNS').default('10.96.0.10'))
    .addOption(flag('--cluster-domain <domain>', 'domain of the cluster’s names').default('cluster.local'))
    .addOption(proxyTable())
    .addOption(flag('--machine-share <part>', 'part of the machine that the node offers').default(1).argParser(share))
    .addOption(flag('--manifests <dir>', 'directory of static pods’ manifests'))
    .addOption(
      flag('--log-level <level>', 'how much is logged').choices(['debug', 'info', 'warn', 'error']).default('info'),
    )
    .action(async (flags: AgentOptions) => {
      const absolute = resolve(flags.dataDir);
      const credentials = resolve(flags.credentials ?? join(absolute, 'agents', flags.nodeName));
      await actions.run({
        ...flags,
        dataDir: absolute,
        credentials,
        bootstrapKubeconfig: flags.bootstrapKubeconfig && resolve(flags.bootstrapKubeconfig),
        manifests: flags.manifests && resolve(flags.manifests),
      });
    });
  command
    .command('remove')
    .description('remove every container, network, rule and route that Berth made on this machine')
    .addOption(dockerSocket())
    .addOption(proxyTable())
    .addOption(new Option('--cluster-id <id>', 'only what is of this cluster: its kube-system namespace’s uid'))
    .addOption(clusterCidr())
    .action((flags: RemoveOptions) => actions.remove(flags));
  await command.parseAsync(argv, { from: 'user' });
}

function flag(flags: string, description: string): Option {
  const name = flags.slice(2).split(' ')[0]!;
  return new Option(flags, description).env(twinName(name));
}

/** The flag may come several times, and its twin with several, separated by commas. */
function https(text: string, before: readonly string[]): string[] {
  const servers = text.split(',').map((server) => {
    if (!/^https:\/\/[^/]+\/?$/.test(server))
      throw new InvalidArgumentError('It must be of the form https://HOST:PORT.');
    return server.replace(/\/$/, '');
  });
  return [...before, ...servers];
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 65535) throw new InvalidArgumentError('It must be from 1 to 65535.');
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('It must be above 0 and at most 1.');
  return value;
}

// Owns `berth token`: bootstrap tokens, by which further machines join. Named as kubeadm names them.
import { createHash, X509Certificate } from 'node:crypto';
import {
  advertisedServers,
  type ConnectionOptions,
  httpsClient,
  loadKubeconfig,
  openConnection,
  type Reader,
  type Writer,
} from '@berth/client';
import { systemClock, systemRandom } from '@berth/host';
import {
  bootstrapNamespace,
  bootstrapSecretName,
  bootstrapTokenOf,
  endpoints,
  isReason,
  nodeBootstrapGroup,
  parseBootstrapToken,
  secrets,
} from '@berth/objects';
import { Command } from 'commander';
import { defaultKubeconfig } from '../env.ts';
import { type NewToken, parseTtl, rowsOf, secretOf } from './tokens.ts';

interface Session {
  readonly client: Reader & Writer;
  readonly connection: ConnectionOptions;
}

interface CreateFlags {
  readonly ttl: number;
  readonly description?: string;
  readonly groups: string;
  readonly usages: string;
  readonly printJoinCommand?: boolean;
}

export function tokenCommand(): Command {
  const command = new Command('token')
    .description('make, list and delete the tokens by which further machines join the cluster')
    .option('--kubeconfig <file>', 'the cluster; KUBECONFIG, .berth/admin.kubeconfig or ~/.kube/config if not given');
  command
    .command('create')
    .argument('[token]', 'a token of one’s own, as id.secret')
    .description('make a token and print it')
    .option('--ttl <duration>', 'how long it is valid; 0: for ever', parseTtl, parseTtl('24h0m0s'))
    .option('--description <text>', 'what it is for')
    .option('--groups <names>', 'comma-separated', nodeBootstrapGroup)
    .option('--usages <usages>', 'comma-separated: authentication, signing', 'authentication')
    .option('--print-join-command', 'print the whole command by which a machine joins')
    .action((token: string | undefined, flags: CreateFlags) =>
      inSession(command, (session) => create(session, token, flags)),
    );
  command
    .command('list')
    .description('list the tokens')
    .action(() => inSession(command, list));
  command
    .command('delete')
    .argument('<token...>', 'its id, or the whole token')
    .description('delete tokens')
    .action((tokens: string[]) => inSession(command, ({ client }) => remove(client, tokens)));
  return command;
}

async function inSession(command: Command, act: (session: Session) => Promise<void>): Promise<void> {
  const { kubeconfig = defaultKubeconfig() } = command.opts<{ kubeconfig?: string }>();
  const connection = openConnection(loadKubeconfig(kubeconfig).connection);
  try {
    await act({ client: httpsClient(connection), connection: connection.options });
  } finally {
    await connection.close();
  }
}

async function create({ client, connection }: Session, own: string | undefined, flags: CreateFlags): Promise<void> {
  const text = own ?? `${systemRandom.suffix(6)}.${systemRandom.suffix(16)}`;
  const parsed = parseBootstrapToken(text);
  if (!parsed)
    throw new Error(`the token "${text}" is not of the form id.secret: 6 and 16 lower-case letters and digits`);
  const token: NewToken = {
    ...parsed,
    expiresAt: flags.ttl === 0 ? undefined : systemClock.now() + flags.ttl,
    description: flags.description,
    groups: flags.groups.split(',').filter(Boolean),
    usages: flags.usages.split(',').filter(Boolean),
  };
  await client.create(secrets, secretOf(token), { namespace: bootstrapNamespace });
  console.log(flags.printJoinCommand ? joinCommand({ ...connection, token: text }, await servers(client)) : text);
}

/** All that are alive and that other machines can reach. */
async function servers(client: Reader): Promise<string[]> {
  try {
    return advertisedServers(await client.get(endpoints, { namespace: 'default', name: 'kubernetes' }));
  } catch (error) {
    if (isReason(error, 'NotFound')) return [];
    throw error;
  }
}

/** `advertised`: empty where the server is only known as the kubeconfig has it. */
function joinCommand({ server, ca, token }: ConnectionOptions, advertised: readonly string[]): string {
  if (!ca) throw new Error('the kubeconfig names no authority');
  const key = new X509Certificate(ca).publicKey.export({ type: 'spki', format: 'der' });
  const hash = `sha256:${createHash('sha256').update(key).digest('hex')}`;
  const all = (advertised.length > 0 ? advertised : [server]).map((one) => `--server ${one}`).join(' ');
  return `npx berth agent ${all} --token ${token} --discovery-token-ca-cert-hash ${hash}`;
}

async function list({ client }: Session): Promise<void> {
  const { items } = await client.list(secrets, { namespace: bootstrapNamespace });
  for (const row of rowsOf(items, systemClock.now())) console.log(row);
}

async function remove(client: Reader & Writer, tokens: readonly string[]): Promise<void> {
  for (const token of tokens) {
    const id = parseBootstrapToken(token)?.id ?? token;
    const target = { namespace: bootstrapNamespace, name: bootstrapSecretName(id) };
    // Whatever else lies under that name stays.
    if (!bootstrapTokenOf(await client.get(secrets, target))) throw new Error(`"${id}" is no bootstrap token`);
    await client.delete(secrets, target);
    console.log(`bootstrap token "${id}" deleted`);
  }
}

// Owns the commands that talk with containers: logs and exec.
import { linesOf } from '@berth/client';
import { channels, type Pod, pods, type Status } from '@berth/objects';
import { type Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { type Session, withSession } from './session.ts';
import { parseObject, UsageError } from './targets.ts';

export function addStreamCommands(program: Command): void {
  program
    .command('logs [pod]')
    .description('print what a pod’s container wrote: kubecfg logs -f hello-x4x2z, kubecfg logs -l app=web')
    .option('-f, --follow', 'stay, and print what comes')
    .option('-c, --container <name>', 'which container')
    .option('-l, --selector <selector>', 'all pods with these labels')
    .option('-p, --previous', 'of the container that ran before')
    .option('--tail <lines>', 'only the last lines', positive)
    .option('--since <seconds>', 'only what is younger', positive)
    .option('--timestamps', 'with the time of each line')
    .action((pod: string | undefined, options: LogsOptions, command: Command) =>
      withSession(command, (session) => logs(session, pod, options)),
    );
  program
    .command('exec <pod> [command...]')
    .description('run a command in a container: kubecfg exec -it hello-x4x2z -- sh')
    .option('-c, --container <name>', 'which container')
    .option('-i, --stdin', 'pass standard input on')
    .option('-t, --tty', 'give the command a terminal')
    .action((pod: string, words: string[], options: ExecFlags, command: Command) =>
      withSession(command, (session) => exec(session, { pod, command: words, ...options })),
    );
}

interface LogsOptions {
  readonly follow?: boolean;
  readonly container?: string;
  readonly selector?: string;
  readonly previous?: boolean;
  readonly tail?: number;
  readonly since?: number;
  readonly timestamps?: boolean;
}

async function logs(session: Session, pod: string | undefined, options: LogsOptions): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const { follow, previous, timestamps, tail: tailLines, since: sinceSeconds } = options;
  const wanted = await podsOf(session, pod, options);
  const streams = wanted.flatMap(({ metadata, spec }) => {
    const containers =
      options.container || !options.selector ? [options.container] : spec.containers.map(({ name }) => name);
    return containers.map((container) => ({ name: metadata.name, container }));
  });
  const read = async ({ name, container }: (typeof streams)[number]) => {
    const query = { container, follow, previous, timestamps, tailLines, sinceSeconds };
    const bytes = await session.client.log({ namespace: session.namespace, name }, query, interrupted.signal);
    const prefix = streams.length > 1 ? `${colourOf(name)(container ? `${name}/${container}` : name)} ` : '';
    for await (const lines of linesOf(bytes)) process.stdout.write(lines.map((line) => `${prefix}${line}\n`).join(''));
  };
  // Followed logs interleave as they come; finished ones stand one after the other.
  const finished = follow ? Promise.all(streams.map(read)) : inTurn(streams, read);
  await finished.catch((error: unknown) => {
    if (!interrupted.signal.aborted) throw error;
  });
}

async function inTurn<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await act(item);
}

async function podsOf(session: Session, pod: string | undefined, options: LogsOptions): Promise<readonly Pod[]> {
  const { namespace, client } = session;
  if (options.selector) return (await client.list(pods, { namespace, labelSelector: options.selector })).items;
  if (pod === undefined) throw new UsageError('give a pod, or -l SELECTOR');
  const { kind, name } = parseObject([pod], 'pod');
  if (kind.resource.plural === 'pods') return [await client.get(pods, { namespace, name })];
  const owner = await client.get(kind.resource, { namespace, name });
  const { items } = await client.list(pods, { namespace });
  const owned = items.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid));
  if (owned.length === 0) throw new UsageError(`${pod} has no pods`);
  return owned.slice(0, 1);
}

const colours = [pc.cyan, pc.magenta, pc.yellow, pc.green, pc.blue, pc.red];

/** The same pod has the same colour in every run. */
function colourOf(name: string): (text: string) => string {
  const sum = [...name].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return colours[sum % colours.length]!;
}

interface ExecFlags {
  readonly container?: string;
  readonly stdin?: boolean;
  readonly tty?: boolean;
}

async function exec(session: Session, options: ExecFlags & { pod: string; command: readonly string[] }): Promise<void> {
  const { command, container, stdin, tty } = options;
  if (command.length === 0) throw new UsageError('give a command: kubecfg exec POD -- COMMAND');
  const ended = new AbortController();
  const { name } = parseObject([options.pod], 'pod');
  const pod = { namespace: session.namespace, name };
  const stream = await session.client.exec(
    pod,
    { command, container, stdin, tty, stdout: true, stderr: !tty },
    ended.signal,
  );
  const restore = connectTerminal(stream, options);
  try {
    for await (const { channel, data } of stream) {
      if (channel === channels.stdout) process.stdout.write(data);
      else if (channel === channels.stderr) process.stderr.write(data);
      else if (channel === channels.error) process.exitCode = exitCodeOf(data);
    }
  } finally {
    restore();
    ended.abort();
  }
}

type Sink = { send(channel: number, data: Uint8Array): void };

/** Standard input and the terminal's size go to the container. Returns what puts the terminal back as it was. */
function connectTerminal(stream: Sink, { stdin, tty }: ExecFlags): () => void {
  const input = process.stdin;
  const raw = Boolean(tty && stdin && input.isTTY);
  const resize = () => {
    const size = { Width: process.stdout.columns, Height: process.stdout.rows };
    stream.send(channels.resize, Buffer.from(JSON.stringify(size)));
  };
  if (tty && process.stdout.isTTY) {
    resize();
    process.stdout.on('resize', resize);
  }
  if (raw) input.setRawMode(true);
  if (stdin) {
    input.on('data', (data: Buffer) => stream.send(channels.stdin, data));
    input.on('end', () => stream.send(channels.close, Uint8Array.of(channels.stdin)));
  }
  return () => {
    process.stdout.off('resize', resize);
    if (raw) input.setRawMode(false);
    input.pause();
    input.unref?.();
  };
}

/** The command's own exit code; 1, and a message, where it could not be run. */
function exitCodeOf(data: Uint8Array): number {
  const status = JSON.parse(Buffer.from(data).toString('utf8')) as Partial<Status>;
  if (status.status === 'Success') return 0;
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code === undefined) console.error(`kubecfg: ${status.message}`);
  return code === undefined ? 1 : Number(code);
}

function positive(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(text);
}

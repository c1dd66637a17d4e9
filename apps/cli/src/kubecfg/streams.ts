// Owns the commands that talk with containers: logs and exec.
import { linesOf } from '@berth/client';
import { channels, type Pod, pods, type Status } from '@berth/objects';
import type { Command } from 'commander';
import { duration, wholeNumber } from './arguments.ts';
import { colour } from './colour.ts';
import { examples } from './help.ts';
import { type Session, withSession } from './session.ts';
import { parseObject, UsageError } from './targets.ts';

export function addStreamCommands(program: Command): void {
  examples(program.command('logs [pod]').description('print what a pod’s containers wrote'), [
    'kubecfg logs -f hello-x4x2z',
    'kubecfg logs -f -l app=web   of all pods with the label, each in its colour',
    'kubecfg logs rc/hello        of the controller’s first pod',
  ])
    .option('-f, --follow', 'stay, and print what comes')
    .option('-c, --container <name>', 'which container')
    .option('-l, --selector <selector>', 'all pods with these labels')
    .option('-p, --previous', 'of the container that ran before')
    .option('--tail <lines>', 'only the last lines', wholeNumber)
    .option('--since <duration>', 'only what is younger, such as 90s, 5m or 1h', duration)
    .option('--timestamps', 'with the time of each line')
    .action((pod: string | undefined, options: LogsOptions, command: Command) =>
      withSession(command, (session) => logs(session, pod, options)),
    );
  examples(program.command('exec <pod> [command...]').description('run a command in a container'), [
    'kubecfg exec -it hello-x4x2z -- sh',
    'kubecfg exec hello-x4x2z -- cat /etc/hosts',
  ])
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
  const sources = (await podsOf(session, pod, options)).flatMap((source) => sourcesOf(source, options));
  if (sources.length === 0) console.error(`No pods found in ${session.namespace} namespace.`);
  const read = async ({ name, container }: Source) => {
    const query = { container, follow, previous, timestamps, tailLines, sinceSeconds };
    const bytes = await session.client.log({ namespace: session.namespace, name }, query, interrupted.signal);
    if (sources.length === 1) for await (const chunk of bytes) process.stdout.write(chunk);
    const prefix = `${colourOf(name)(`${name}/${container}`)} `;
    for await (const lines of linesOf(bytes)) process.stdout.write(lines.map((line) => `${prefix}${line}\n`).join(''));
  };
  // Followed logs interleave as they come; finished ones stand one after the other.
  const finished = follow ? Promise.all(sources.map(read)) : inTurn(sources, read);
  await finished.catch((error: unknown) => {
    if (!interrupted.signal.aborted) throw error;
  });
}

interface Source {
  readonly name: string;
  readonly container: string;
}

/** All containers of pods found by labels; of one pod the named container, or the one that stands for it. */
function sourcesOf(pod: Pod, { container, selector }: LogsOptions): readonly Source[] {
  const { name } = pod.metadata;
  if (container) return [{ name, container }];
  if (!selector) return [{ name, container: defaultContainer(pod) }];
  return pod.spec.containers.map((each) => ({ name, container: each.name }));
}

/** kubectl's annotation for it, else the first; says which, where there are others. */
function defaultContainer({ metadata, spec }: Pod): string {
  const names = spec.containers.map(({ name }) => name);
  const chosen = metadata.annotations?.['kubectl.kubernetes.io/default-container'] ?? names[0]!;
  if (names.length > 1) console.error(`container ${chosen} of ${names.join(', ')}; -c chooses another`);
  return chosen;
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

const colours = [colour.cyan, colour.magenta, colour.yellow, colour.green, colour.blue, colour.red];

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
  const { command, stdin } = options;
  if (command.length === 0) throw new UsageError('give a command: kubecfg exec POD -- COMMAND');
  const ended = new AbortController();
  const { name } = parseObject([options.pod], 'pod');
  const pod = { namespace: session.namespace, name };
  const container = options.container ?? defaultContainer(await session.client.get(pods, pod));
  const tty = options.tty && hasTerminal(options);
  const stream = await session.client.exec(
    pod,
    { command, container, stdin, tty, stdout: true, stderr: !tty },
    ended.signal,
  );
  const restore = connectTerminal(stream, { stdin, tty });
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

/** Without a terminal on our side, one on the other side would only garble what is piped. */
function hasTerminal({ stdin }: ExecFlags): boolean {
  if (!stdin || process.stdin.isTTY) return true;
  console.error('standard input is no terminal: the command gets none either');
  return false;
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

// Owns `exec` and `attach`: this terminal, or these pipes, become those of a program in a container.
import { type AttachOptions, type ChannelStream, channels, type ObjectName, type Status } from '@berth/objects';
import type { Command } from 'commander';
import { examples } from './help.ts';
import { defaultContainer, podCalled } from './logs.ts';
import { type Session, withSession } from './session.ts';
import { UsageError } from './targets.ts';

export function addTerminalCommands(program: Command): void {
  examples(program.command('exec <pod> [command...]').description('run a command in a container'), [
    'kubecfg exec -it hello-x4x2z -- sh',
    'kubecfg exec hello-x4x2z -- cat /etc/hosts',
  ])
    .option('-c, --container <name>', 'which container')
    .option('-i, --stdin', 'pass standard input on')
    .option('-t, --tty', 'give the command a terminal')
    .action((pod: string, words: string[], options: ExecFlags, command: Command) =>
      withSession(command, (session) => exec(session, pod, { command: words, ...options })),
    );
  examples(program.command('attach <pod>').description('talk with the program that a container runs'), [
    'kubecfg attach hello-x4x2z       see what it writes from now on',
    'kubecfg attach -it shell         of a pod that was made with stdin and a terminal',
  ])
    .option('-c, --container <name>', 'which container')
    .option('-i, --stdin', 'pass standard input on')
    .option('-t, --tty', 'the program has a terminal')
    .action((pod: string, options: ExecFlags, command: Command) =>
      withSession(command, (session) => attach(session, pod, options)),
    );
}

interface ExecFlags {
  readonly container?: string;
  readonly stdin?: boolean;
  readonly tty?: boolean;
}

async function exec(
  session: Session,
  word: string,
  options: ExecFlags & { command: readonly string[] },
): Promise<void> {
  const { command } = options;
  if (command.length === 0) throw new UsageError('give a command: kubecfg exec POD -- COMMAND');
  const { pod, streams } = await targetOf(session, word, options);
  await converse(streams, (signal) => session.client.exec(pod, { ...streams, command }, signal));
}

async function attach(session: Session, word: string, options: ExecFlags): Promise<void> {
  const { pod, streams } = await targetOf(session, word, options);
  await converse(streams, (signal) => session.client.attach(pod, streams, signal));
}

async function targetOf(
  session: Session,
  word: string,
  options: ExecFlags,
): Promise<{ readonly pod: ObjectName; readonly streams: AttachOptions }> {
  const { stdin } = options;
  const found = await podCalled(session, word);
  const container = options.container ?? defaultContainer(found);
  const tty = options.tty && hasTerminal(options);
  const pod = { namespace: session.namespace, name: found.metadata.name };
  return { pod, streams: { container, stdin, tty, stdout: true, stderr: !tty } };
}

/** Until the program ends; its exit code becomes ours. */
async function converse(flags: ExecFlags, open: (signal: AbortSignal) => Promise<ChannelStream>): Promise<void> {
  const ended = new AbortController();
  const stream = await open(ended.signal);
  const restore = connectTerminal(stream, flags);
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

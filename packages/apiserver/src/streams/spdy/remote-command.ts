// Owns a command over SPDY: each of its channels is a stream of its own, which the client opens. kubectl before 1.31
// speaks it. Source: Kubernetes' remote command protocol, v4.
import type { Duplex } from 'node:stream';
import type { Clock } from '@berth/host';
import { type ChannelStream, channels } from '@berth/objects';
import { messagesUntilStatus } from '../command-messages.ts';
import { SpdyConnection } from './connection.ts';
import { ended, written } from './flow.ts';
import type { SpdyStream } from './stream.ts';

export interface CommandRelayOptions {
  /** Streams that the client is going to open, besides that of the error. */
  readonly wanted: ReadonlySet<'stdin' | 'stdout' | 'stderr' | 'resize'>;
  readonly clock: Clock;
}

type StreamName = 'stdin' | 'stdout' | 'stderr' | 'error' | 'resize';

/** How long a client may take to open its streams. */
const openingMs = 30_000;

/** Resolves when the connection is over. */
export async function relayOverSpdy(
  socket: Duplex,
  command: ChannelStream,
  { wanted, clock }: CommandRelayOptions,
): Promise<void> {
  const names: readonly StreamName[] = [...wanted, 'error'];
  const streams = new Map<StreamName, SpdyStream>();
  let settle = () => {};
  const opening = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const connection = new SpdyConnection(socket, {
    clock,
    onStream(stream) {
      const name = names.find((each) => each === stream.headers.streamtype);
      if (!name || streams.has(name)) return void stream.destroy();
      streams.set(name, stream);
      if (streams.size === names.length) settle();
    },
  });
  const late = clock.after(openingMs, () => connection.close());
  const over = connection.serve().then(() => {
    late.cancel();
    command.close();
    settle();
  });
  await opening;
  late.cancel();
  if (streams.size === names.length) {
    void sendInput(streams.get('stdin'), command);
    void sendSizes(streams.get('resize'), command);
    await receive(streams, command);
    for (const stream of streams.values()) await ended(stream);
    connection.close();
  }
  await over;
}

async function sendInput(stdin: SpdyStream | undefined, command: ChannelStream): Promise<void> {
  if (!stdin) return;
  try {
    for await (const data of stdin.iterator({ destroyOnReturn: false })) {
      command.send(channels.stdin, data as Buffer);
      await command.drained?.();
    }
  } catch {
    // The client gave its input up: to the command that is the end of it, too.
  }
  command.send(channels.close, Uint8Array.of(channels.stdin));
}

/** One JSON a line. */
async function sendSizes(resize: SpdyStream | undefined, command: ChannelStream): Promise<void> {
  if (!resize) return;
  let rest = '';
  try {
    for await (const data of resize.iterator({ destroyOnReturn: false })) {
      const lines = (rest + (data as Buffer).toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines) command.send(channels.resize, Buffer.from(line));
    }
  } catch {
    // A terminal that is gone has no size.
  }
}

async function receive(streams: ReadonlyMap<StreamName, SpdyStream>, command: ChannelStream): Promise<void> {
  const outputs = new Map<number, SpdyStream | undefined>([
    [channels.stdout, streams.get('stdout')],
    [channels.stderr, streams.get('stderr')],
    [channels.error, streams.get('error')],
  ]);
  // Nothing comes from the client on these but their end.
  for (const stream of outputs.values()) stream?.resume();
  for await (const { channel, data } of messagesUntilStatus(command)) {
    const stream = outputs.get(channel);
    if (stream) await written(stream, data);
  }
}

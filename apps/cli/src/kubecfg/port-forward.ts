// Owns `port-forward`: ports of this machine that lead to ports of a pod, until Ctrl-C.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type ChannelStream, channels, type PortForward, portChannels } from '@berth/objects';
import type { Command } from 'commander';
import { port } from './arguments.ts';
import { examples } from './help.ts';
import { podCalled } from './logs.ts';
import { type Session, withSession } from './session.ts';

export function addPortForward(program: Command): void {
  const command = program.command('port-forward <pod> <ports...>');
  examples(command.description('reach a pod’s ports from this machine'), [
    'kubecfg port-forward hello-x4x2z 8080:80   this machine’s 8080 leads to the pod’s 80',
    'kubecfg port-forward rc/hello :80          any free port leads to its first pod',
  ])
    .option('--address <address>', 'where to listen', '127.0.0.1')
    .action((pod: string, words: string[], options: { address: string }, command: Command) =>
      withSession(command, (session) => forwardPorts(session, pod, { ...options, ports: words.map(parsePorts) })),
    );
}

interface PortPair {
  readonly local: number;
  readonly remote: number;
}

/** `8080:80`; `80` is 80 on both sides, `:80` leaves the choice of ours to the system. */
export function parsePorts(word: string): PortPair {
  const [first = '', second] = word.split(':', 2);
  if (second === undefined) return { local: port(first), remote: port(first) };
  return { local: first === '' ? 0 : port(first), remote: port(second) };
}

async function forwardPorts(
  session: Session,
  word: string,
  { address, ports }: { readonly address: string; readonly ports: readonly PortPair[] },
): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const { name } = (await podCalled(session, word)).metadata;
  const forward = await session.client.portForward({ namespace: session.namespace, name }, interrupted.signal);
  const servers: Server[] = [];
  try {
    for (const { local, remote } of ports) {
      const server = createServer({ allowHalfOpen: true }, (socket) => void carry(socket, forward, remote));
      servers.push(server);
      server.listen(local, address);
      await once(server, 'listening');
      const bound = server.address() as AddressInfo;
      console.log(`Forwarding from ${bound.address}:${bound.port} -> ${remote}`);
    }
    await once(interrupted.signal, 'abort');
  } finally {
    interrupted.abort();
    for (const server of servers) server.close();
  }
}

/** Never rejects: what goes wrong with one connection is said, and the others go on. */
async function carry(socket: Socket, forward: PortForward, remote: number): Promise<void> {
  // Who reads or writes sees it, too.
  socket.on('error', () => {});
  try {
    const stream = await forward.connect(remote);
    socket.once('close', () => stream.close());
    void sendAll(socket, stream);
    for await (const { channel, data } of stream) {
      if (channel === portChannels.error) console.error(Buffer.from(data).toString());
      else if (channel === channels.close) socket.end();
      else if (!socket.write(data) && socket.writable)
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
  }
  socket.destroySoon();
}

async function sendAll(socket: Socket, stream: ChannelStream): Promise<void> {
  try {
    for await (const data of socket.iterator({ destroyOnReturn: false })) {
      stream.send(portChannels.data, data as Buffer);
      await stream.drained?.();
    }
    stream.send(channels.close, Uint8Array.of(portChannels.data));
  } catch {
    // The socket broke, and its `close` ends the stream.
  }
}

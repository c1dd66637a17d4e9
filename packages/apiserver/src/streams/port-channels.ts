// Owns port-forwarding over one WebSocket without SPDY: the n-th port has channel 2n for its data and 2n+1 for what went
// wrong; each begins with the port's number in two bytes. Source: Kubernetes, the kubelet's port-forward WebSocket.
import { type ChannelStream, channels, type PortForward, portChannels, StatusError } from '@berth/objects';
import type { WebSocket } from 'ws';
import { drainedBelow } from './socket-channels.ts';

const maxBuffered = 256 * 1024;
/** The protocol that can end one direction of a channel. */
const withClose = 'v5.channel.k8s.io';

/** Resolves when the client has gone; it is sent away when all ports' connections are over. */
export async function forwardOverChannels(
  client: WebSocket,
  forward: PortForward,
  ports: readonly number[],
): Promise<void> {
  const targets = new Map<number, ChannelStream>();
  const closed = new Promise<void>((resolve) => {
    client.once('close', () => {
      for (const target of targets.values()) target.close();
      resolve();
    });
  });
  // Nothing is taken from the client before there is where to put it.
  client.pause();
  const send = async (channel: number, data: Uint8Array) => {
    client.send(Buffer.concat([Buffer.of(channel), data]));
    await drainedBelow(client, maxBuffered);
  };
  const opened = await Promise.all(ports.map((port, index) => open({ forward, port, index, send })));
  for (const [index, target] of opened.entries()) if (target) targets.set(2 * index, target);
  client.on('message', (frame: Buffer) => {
    const isClose = frame[0] === channels.close;
    const target = targets.get(frame[isClose ? 1 : 0] ?? -1);
    if (!target) return;
    if (isClose) target.send(channels.close, Uint8Array.of(portChannels.data));
    else target.send(portChannels.data, frame.subarray(1));
    if (!target.drained) return;
    client.pause();
    void target.drained().then(() => client.resume());
  });
  client.resume();
  await Promise.all([...targets].map(([channel, target]) => receive(target, { channel, send, client })));
  client.close(1000);
  await closed;
}

type Send = (channel: number, data: Uint8Array) => Promise<void>;

/** Undefined, and the client told why, where nothing listens. */
async function open(request: {
  readonly forward: PortForward;
  readonly port: number;
  readonly index: number;
  readonly send: Send;
}): Promise<ChannelStream | undefined> {
  const { forward, port, index, send } = request;
  const number = Uint8Array.of(port & 0xff, port >> 8);
  await send(2 * index, number);
  await send(2 * index + 1, number);
  try {
    return await forward.connect(port);
  } catch (error) {
    const reason = error instanceof StatusError ? error.message : 'internal error';
    await send(2 * index + 1, Buffer.from(`error forwarding port ${port}: ${reason}`));
    return undefined;
  }
}

async function receive(
  target: ChannelStream,
  { channel, send, client }: { readonly channel: number; readonly send: Send; readonly client: WebSocket },
): Promise<void> {
  for await (const message of target) {
    if (message.channel === portChannels.data) await send(channel, message.data);
    else if (message.channel === portChannels.error) await send(channel + 1, message.data);
    else if (client.protocol === withClose) await send(channels.close, Uint8Array.of(channel));
    // A client that cannot be told of the end of one direction is told that of the connection.
    else target.close();
  }
}

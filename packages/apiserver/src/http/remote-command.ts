// Owns exec and attach over HTTP: a command's numbered channels, as the messages of a WebSocket or as streams of SPDY.
// Source: Kubernetes' remote command protocol, v4 and v5, and what browsers spoke before it had numbers.
import type { Clock } from '@berth/host';
import { type ChannelStream, channels, type Status } from '@berth/objects';
import type { WebSocket } from 'ws';
import { messagesUntilStatus } from '../streams/command-messages.ts';
import { drainedBelow } from '../streams/socket-channels.ts';
import { receivedOn, sendOn } from '../streams/socket-messages.ts';
import { relayOverSpdy } from '../streams/spdy/remote-command.ts';
import type { OperationContext } from './operations.ts';
import { execCommand, type StreamsQuery, streamsOptions } from './query.ts';
import { podOf } from './route.ts';
import { createUpgrader, keepAlive, type Upgrade, unnamed, whileConnected } from './upgrades.ts';

const newest = 'v5.channel.k8s.io';
const upgrader = createUpgrader({
  webSocket: [
    newest,
    'v4.channel.k8s.io',
    'v4.base64.channel.k8s.io',
    'channel.k8s.io',
    'base64.channel.k8s.io',
    unnamed,
  ],
  spdy: ['v4.channel.k8s.io'],
});
const maxBuffered = 256 * 1024;

/** Resolves when the command has ended. Throws, before anything was sent, what the client must be told in plain HTTP. */
export function streamCommand(upgrade: Upgrade, { core, clock, stopping }: OperationContext): Promise<void> {
  const { request, user, query, route, notices } = upgrade;
  const command = route.subresource === 'exec' ? execCommand(query) : undefined;
  const streams = { ...streamsOptions(query), ...notices.sinks };
  upgrader.check(request);
  return whileConnected(upgrade, stopping, async (signal) => {
    const running = command
      ? await core.exec(user, podOf(route), { ...streams, command }, signal)
      : await core.attach(user, podOf(route), streams, signal);
    const client = await upgrader.accept(upgrade);
    if (!client) return running.close();
    if (client.transport === 'webSocket') await relay(client.webSocket, running, clock);
    else await relayOverSpdy(client.socket, running, { wanted: namesOf(streams), clock });
  });
}

function namesOf({ stdin, stdout, stderr, tty }: StreamsQuery): ReadonlySet<'stdin' | 'stdout' | 'stderr' | 'resize'> {
  return new Set([
    ...(stdin ? (['stdin'] as const) : []),
    ...(stdout ? (['stdout'] as const) : []),
    // A terminal has one output.
    ...(stderr && !tty ? (['stderr'] as const) : []),
    ...(tty ? (['resize'] as const) : []),
  ]);
}

/** Carries messages both ways, each at the pace of its receiver, until either side ends. */
async function relay(client: WebSocket, command: ChannelStream, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    client.on('close', () => {
      command.close();
      resolve();
    });
  });
  client.on('message', (frame: Buffer) => {
    if (frame.length === 0) return;
    const { channel, data } = receivedOn(client, frame);
    command.send(channel, data);
    if (!command.drained) return;
    client.pause();
    void command.drained().then(() => client.resume());
  });
  keepAlive(client, clock);
  try {
    for await (const { channel, data } of messagesUntilStatus(command)) {
      if (channel === channels.close && client.protocol !== newest) continue;
      const told = channel === channels.error ? endIn(client.protocol, data) : data;
      if (!told) continue;
      sendOn(client, channel, told);
      await drainedBelow(client, maxBuffered);
    }
    client.close(1000);
  } catch {
    client.close(1011);
  }
  await closed;
}

/** What is said of how the command ended: its Status, or before version 4 the words of a failure and nothing else. */
function endIn(protocol: string, status: Uint8Array): Uint8Array | undefined {
  if (/^v\d\./.test(protocol)) return status;
  const { status: outcome, message = '' } = JSON.parse(Buffer.from(status).toString()) as Partial<Status>;
  return outcome === 'Success' ? undefined : Buffer.from(message);
}

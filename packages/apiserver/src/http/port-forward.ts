// Owns port-forwarding over HTTP: SPDY, by itself or within a WebSocket (kubectl from 1.31 on), or a WebSocket with two
// numbered channels for each port (the official JavaScript client, kubecfg).
import { createWebSocketStream } from 'ws';
import { forwardOverChannels } from '../streams/port-channels.ts';
import { forwardOverSpdy } from '../streams/spdy/port-forward.ts';
import type { OperationContext } from './operations.ts';
import { portForwardPorts } from './query.ts';
import { podOf } from './route.ts';
import { createUpgrader, keepAlive, type Upgrade, whileConnected } from './upgrades.ts';

const tunnel = 'SPDY/3.1+portforward.k8s.io';
const upgrader = createUpgrader({
  // v5 is for those who ask for nothing else: Kubernetes does not have it here, and a client that offers every version
  // that it knows takes the end of a direction for something else.
  webSocket: [tunnel, 'v4.channel.k8s.io', 'v5.channel.k8s.io'],
  spdy: ['portforward.k8s.io'],
});

/** Resolves when the client has gone. Throws, before anything was sent, what it must be told in plain HTTP. */
export function streamPorts(upgrade: Upgrade, { core, clock, stopping }: OperationContext): Promise<void> {
  const { request, user, query, route, notices } = upgrade;
  const ports = portForwardPorts(query);
  upgrader.check(request);
  return whileConnected(upgrade, stopping, async (signal) => {
    const forward = await core.portForward(user, podOf(route), { ports, ...notices.sinks }, signal);
    const client = await upgrader.accept(upgrade);
    if (!client) return;
    if (client.transport === 'spdy') return forwardOverSpdy(client.socket, forward, { clock, signal });
    const { webSocket } = client;
    keepAlive(webSocket, clock);
    if (webSocket.protocol === tunnel)
      return forwardOverSpdy(createWebSocketStream(webSocket), forward, { clock, signal });
    return forwardOverChannels(webSocket, forward, ports);
  });
}

// Owns the DNS server of one node: UDP and TCP on the node's address on its pod network, as soon as there is one.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { aborted, type Clock, type Component, type Logger, type Running, sleep } from '@berth/host';
import type { GatewaySource } from '../gateway.ts';
import type { Transport } from './forwarder.ts';
import { frame, MessageReader } from './framing.ts';

const retryMs = 1_000;
const idleMs = 10_000;
const mostConnections = 256;

export interface DnsServerOptions {
  readonly network: GatewaySource;
  /** 53, unless a test says otherwise. */
  readonly port: number;
  /** Undefined: nothing is sent back. */
  readonly respond: (message: Buffer, transport: Transport) => Promise<Buffer | undefined>;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Listening {
  close(): Promise<void>;
}

export class DnsServer implements Component {
  readonly name = 'dns';
  readonly #options: DnsServerOptions;
  #wake = new AbortController();

  constructor(options: DnsServerOptions) {
    this.#options = options;
  }

  /** Does not wait for the address, which a node has after it was given its subnet. */
  async start(signal: AbortSignal): Promise<Running> {
    const unsubscribe = this.#options.network.onChange(() => this.#wake.abort());
    return { done: this.#run(signal).finally(unsubscribe) };
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { network, clock, log } = this.#options;
    let at: string | undefined;
    let listening: Listening | undefined;
    while (!signal.aborted) {
      this.#wake = new AbortController();
      const { gateway } = network;
      if (gateway !== at) {
        await listening?.close();
        listening = undefined;
        at = undefined;
        try {
          if (gateway) listening = await this.#listen(gateway);
          at = gateway;
        } catch (err) {
          log.warn({ err, address: gateway }, 'could not listen for DNS, trying again');
          await sleep(clock, retryMs, signal);
          continue;
        }
      }
      await aborted(AbortSignal.any([signal, this.#wake.signal]));
    }
    await listening?.close();
  }

  async #listen(address: string): Promise<Listening> {
    const udp = await this.#listenUdp(address);
    try {
      const tcp = await this.#listenTcp(address);
      return {
        async close() {
          udp.close();
          await tcp.close();
        },
      };
    } catch (error) {
      udp.close();
      throw error;
    }
  }

  async #listenUdp(address: string): Promise<UdpSocket> {
    const socket = createSocket('udp4');
    socket.bind(this.#options.port, address);
    await once(socket, 'listening');
    socket.on('error', (err) => this.#options.log.warn({ err }, 'DNS over UDP'));
    socket.on('message', (message, { port, address: caller }) => {
      void this.#respond(message, 'udp')
        .then((response) => {
          if (response) socket.send(response, port, caller, ignoreClosed);
        })
        .catch(ignoreClosed);
    });
    return socket;
  }

  async #listenTcp(address: string): Promise<Listening> {
    const connections = new Set<Socket>();
    const server: Server = createServer((connection) => {
      connections.add(connection);
      connection.on('close', () => connections.delete(connection));
      this.#serve(connection);
    });
    server.maxConnections = mostConnections;
    server.listen(this.#options.port, address);
    await once(server, 'listening');
    return {
      async close() {
        const closed = once(server, 'close');
        server.close();
        for (const connection of connections) connection.destroy();
        await closed;
      },
    };
  }

  #serve(connection: Socket): void {
    const reader = new MessageReader((message) => {
      void this.#respond(message, 'tcp').then((response) => {
        if (response) connection.write(frame(response));
        else connection.destroy();
      });
    });
    const { clock } = this.#options;
    let idle = clock.after(idleMs, () => connection.destroy());
    connection.on('error', () => connection.destroy());
    connection.on('close', () => idle.cancel());
    connection.on('data', (bytes) => {
      idle.cancel();
      idle = clock.after(idleMs, () => connection.destroy());
      reader.push(bytes);
    });
  }

  async #respond(message: Buffer, transport: Transport): Promise<Buffer | undefined> {
    try {
      return await this.#options.respond(message, transport);
    } catch (err) {
      this.#options.log.error({ err }, 'could not answer a DNS question');
      return undefined;
    }
  }
}

/** The answer came after the server was closed; nobody waits for it. */
function ignoreClosed(): void {}

// Owns a piece of wire between a client and a server that a test can cut and mend: a TCP relay on loopback.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** `await using relay = await Relay.to(port)`. */
export class Relay implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  #isHeld = false;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.port = (server.address() as { port: number }).port;
    server.on('connection', (client) => this.#join(client, target));
  }

  static async to(target: number): Promise<Relay> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Relay(server, target);
  }

  /** Breaks what is connected, and whatever connects from now on. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Lets nothing through, and tells nobody: as when packets are lost. New connections open, and hear nothing. */
  hold(): void {
    this.#isHeld = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** As a wire should be. What was held goes through now. */
  heal(): void {
    this.#isCut = false;
    this.#isHeld = false;
    for (const socket of this.#sockets) socket.resume();
  }

  #join(client: Socket, target: number): void {
    if (this.#isCut) {
      client.destroy();
      return;
    }
    const server = connect({ port: target, host: '127.0.0.1' });
    this.#pass(client, server);
    this.#pass(server, client);
  }

  /** What comes from one side goes to the other, also its end. */
  #pass(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay();
    from.on('data', (bytes) => {
      if (to.write(bytes)) return;
      from.pause();
      to.once('drain', () => {
        if (!this.#isHeld) from.resume();
      });
    });
    if (this.#isHeld) from.pause();
    from.on('error', () => {});
    from.once('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((done) => this.#server.close(done));
  }
}

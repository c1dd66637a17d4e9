// Owns a piece of wire between a client and a server that a test can cut, slow down and mend: a TCP relay on loopback.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** `await using relay = await Relay.to(port)`. */
export class Relay implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  #delayMs = 0;

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

  /** Lets everything through so much later. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** As a wire should be. */
  heal(): void {
    this.#isCut = false;
    this.#delayMs = 0;
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
    // What was sent before comes before, also when the wire has become faster meanwhile.
    let earlier: Promise<unknown> = Promise.resolve();
    from.on('data', (bytes) => {
      const late = this.#delayMs > 0 && new Promise((resolve) => setTimeout(resolve, this.#delayMs));
      earlier = Promise.all([earlier, late]).then(() => {
        if (to.write(bytes)) return;
        from.pause();
        to.once('drain', () => from.resume());
      });
    });
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

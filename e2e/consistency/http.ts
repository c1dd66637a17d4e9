// Owns how the test's clients speak to a set of servers: plain HTTPS, so that nothing of Berth's own client helps.
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

export interface Identity {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface Reply {
  readonly code: number;
  readonly json: Record<string, unknown>;
}

export interface Asked {
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
}

/** One client: it asks one of the servers, and another when that one cannot be reached. */
export class HttpClient {
  readonly #agent: Agent;
  readonly #servers: readonly string[];
  #at: number;

  constructor(servers: readonly string[], identity: Identity, first: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: 4, ...identity });
    this.#servers = servers;
    this.#at = first;
  }

  /** Rejects if there is no whole answer: whether the request was worked on, nobody knows. */
  async ask(method: string, path: string, asked: Asked = {}): Promise<Reply> {
    const response = await this.open(method, path, asked);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    if (!response.complete) throw new Error('the answer broke off');
    return { code: response.statusCode ?? 0, json: JSON.parse(Buffer.concat(chunks).toString()) as Reply['json'] };
  }

  open(
    method: string,
    path: string,
    { body, type = 'application/json', accept }: Asked = {},
  ): Promise<IncomingMessage> {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      ...(accept ? { accept } : {}),
      ...(bytes ? { 'content-type': type, 'content-length': bytes.length } : {}),
    };
    const server = this.#servers[this.#at % this.#servers.length]!;
    return new Promise((resolve, reject) => {
      const sent = request(`${server}${path}`, { method, agent: this.#agent, headers, timeout: 30_000 }, resolve);
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', (error) => {
        this.#at++;
        reject(error);
      });
      sent.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

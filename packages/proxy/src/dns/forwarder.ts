// Owns what the cluster does not know: it asks the resolvers of this machine, and hands their packet on as it is.
import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { connect, isIPv6 } from 'node:net';
import type { Clock } from '@berth/host';
import { frame, MessageReader } from './framing.ts';

export type Transport = 'udp' | 'tcp';

/** Milliseconds that one resolver has to answer; every one is asked once. */
const timeoutMs = 2_000;
const rereadMs = 5_000;
/** Beyond so many at a time, a question is not worth its memory. */
const mostAtOnce = 1_000;

export interface ForwarderOptions {
  /** The machine's list of resolvers. */
  readonly resolvConf: string;
  /** Whether an address leads back here. */
  readonly isOwn: (address: string) => boolean;
  readonly clock: Clock;
  /** 53, unless a test says otherwise. */
  readonly port: number;
}

export class Forwarder {
  readonly #options: ForwarderOptions;
  #resolvers: readonly string[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #underWay = 0;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /** The answer to `query`, a whole DNS message; undefined if no resolver gave one in time. */
  async forward(query: Buffer, transport: Transport): Promise<Buffer | undefined> {
    if (this.#underWay >= mostAtOnce) return undefined;
    this.#underWay++;
    try {
      for (const resolver of await this.#currentResolvers()) {
        const answer = await this.#ask(resolver, query, transport);
        if (answer) return answer;
      }
      return undefined;
    } finally {
      this.#underWay--;
    }
  }

  async #currentResolvers(): Promise<readonly string[]> {
    const { clock, resolvConf, isOwn } = this.#options;
    if (clock.monotonic() - this.#readAt > rereadMs) {
      this.#readAt = clock.monotonic();
      const text = await readFile(resolvConf, 'utf8').catch(() => '');
      this.#resolvers = parseResolvers(text).filter((resolver) => !isOwn(resolver));
    }
    return this.#resolvers;
  }

  #ask(resolver: string, query: Buffer, transport: Transport): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const end = (answer: Buffer | undefined) => {
        timer.cancel();
        close();
        resolve(answer);
      };
      const take = (answer: Buffer) => {
        if (answers(query, answer)) end(answer);
      };
      const { port, clock } = this.#options;
      const ask = { resolver, port, query, take, fail: () => end(undefined) };
      const timer = clock.after(timeoutMs, () => end(undefined));
      const close = transport === 'udp' ? askUdp(ask) : askTcp(ask);
    });
  }
}

interface Ask {
  readonly resolver: string;
  readonly port: number;
  readonly query: Buffer;
  readonly take: (answer: Buffer) => void;
  readonly fail: () => void;
}

/** A socket of its own for every question, so that nobody can guess the port that the answer must come to. */
function askUdp({ resolver, port, query, take, fail }: Ask): () => void {
  const socket = createSocket(isIPv6(resolver) ? 'udp6' : 'udp4');
  let open = true;
  socket.on('message', take);
  socket.on('error', fail);
  socket.connect(port, resolver, () => {
    if (open) socket.send(query);
  });
  return () => {
    if (open) socket.close();
    open = false;
  };
}

function askTcp({ resolver, port, query, take, fail }: Ask): () => void {
  const socket = connect({ host: resolver, port });
  const reader = new MessageReader(take);
  socket.on('connect', () => socket.write(frame(query)));
  socket.on('data', (bytes) => reader.push(bytes));
  socket.on('error', fail);
  socket.on('end', fail);
  return () => socket.destroy();
}

/** Whether it carries the question's number and is an answer at all. */
function answers(query: Buffer, answer: Buffer): boolean {
  return answer.length >= 12 && answer.readUInt16BE(0) === query.readUInt16BE(0) && (answer[2]! & 0x80) !== 0;
}

/** resolv.conf(5). */
export function parseResolvers(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, address] = /^\s*nameserver\s+(\S+)/.exec(line) ?? [];
    return address ? [address] : [];
  });
}

// Owns the fuzzer's connections: bytes go out as they are, and what comes back is read as HTTP/1.1, strictly.
import { randomBytes } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import type { KeyPair } from '../../../auth/certificates.ts';

export interface ServerAddress {
  /** `https://127.0.0.1:6443` */
  readonly address: string;
  readonly ca: string;
  readonly admin: KeyPair;
}

export interface Answer {
  readonly code: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export type Outcome =
  | { readonly type: 'answered'; readonly answer: Answer }
  /** The connection ended without a whole answer. */
  | { readonly type: 'closed'; readonly received: number }
  /** Neither within the time. */
  | { readonly type: 'silent' }
  /** What came is no HTTP. */
  | { readonly type: 'garbled'; readonly why: string };

export interface Asked {
  readonly bytes: Buffer;
  readonly method: string;
  /** Ends the sending direction after the bytes. */
  readonly broken: boolean;
}

/** How long a server may take; Node.js' own limit for headers that do not come is 10 s, looked at every 5 s. */
const patienceMs = 20_000;
/** How long a stream, which has no end, is listened to. */
const listenMs = 30;

/** One connection at a time, opened when there is none, used again when the server lets it. */
export class Line {
  readonly #server: ServerAddress;
  readonly #identity: KeyPair | undefined;
  #socket: TLSSocket | undefined;

  constructor(server: ServerAddress, identity: KeyPair | undefined) {
    this.#server = server;
    this.#identity = identity;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async ask({ bytes, method, broken }: Asked): Promise<Outcome> {
    const socket = this.#usable() ?? (await this.#open());
    if (!socket) return { type: 'closed', received: 0 };
    const outcome = await new Promise<Outcome>((resolve) => {
      let received: Buffer = Buffer.alloc(0);
      let streaming: NodeJS.Timeout | undefined;
      const finish = (result: Outcome) => {
        clearTimeout(patience);
        clearTimeout(streaming);
        socket.removeAllListeners('data').removeAllListeners('close');
        resolve(result);
      };
      const patience = setTimeout(() => finish({ type: 'silent' }), patienceMs);
      socket.on('data', (chunk: Buffer) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        const read = readAnswer(received, method);
        if (read === 'more') return;
        if (read.type === 'answered' && isStream(read.answer)) {
          if (streaming) return;
          if (read.answer.code === 101) socket.write(randomBytes(64));
          streaming = setTimeout(() => finish(read), listenMs);
          return;
        }
        finish(read);
      });
      socket.once('close', () => {
        const read = readAnswer(received, method);
        finish(read !== 'more' && read.type === 'answered' ? read : { type: 'closed', received: received.length });
      });
      if (broken) socket.end(bytes);
      else socket.write(bytes);
    });
    const reusable =
      outcome.type === 'answered' &&
      !broken &&
      !isStream(outcome.answer) &&
      outcome.answer.headers.get('connection') !== 'close';
    if (!reusable) this.close();
    return outcome;
  }

  #usable(): TLSSocket | undefined {
    return this.#socket && !this.#socket.destroyed && this.#socket.writable ? this.#socket : undefined;
  }

  #open(): Promise<TLSSocket | undefined> {
    const { hostname, port } = new URL(this.#server.address);
    return new Promise((resolve) => {
      const socket = connect({ host: hostname, port: Number(port), ca: this.#server.ca, ...this.#identity });
      socket.on('error', () => socket.destroy());
      socket.once('close', () => resolve(undefined));
      socket.once('secureConnect', () => {
        socket.removeAllListeners('close');
        this.#socket = socket;
        resolve(socket);
      });
    });
  }
}

/** A watch, a log that is followed, or another protocol: only the head of it is an answer. */
function isStream({ code, headers }: Answer): boolean {
  return code === 101 || headers.get('transfer-encoding') === 'chunked';
}

function readAnswer(received: Buffer, method: string): Outcome | 'more' {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0)
    return received.length > 0 && !'HTTP/1.1'.startsWith(received.subarray(0, 8).toString('latin1'))
      ? garbled(received)
      : 'more';
  const [line = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
  const code = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]);
  if (!code) return garbled(received);
  const after = received.subarray(end + 4);
  // An interim answer: the one that counts follows.
  if (code === 100) return after.length > 0 ? readAnswer(after, method) : 'more';
  const headers = new Map(
    lines.map((text) => {
      const colon = text.indexOf(':');
      return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()] as const;
    }),
  );
  const answer = (body: Buffer): Outcome => ({ type: 'answered', answer: { code, headers, body } });
  if (code === 101 || code === 204 || code === 304 || method === 'HEAD') return answer(Buffer.alloc(0));
  if (headers.get('transfer-encoding') === 'chunked') return answer(after);
  const length = headers.get('content-length');
  if (length === undefined) return { type: 'garbled', why: `no length: ${line}` };
  if (after.length < Number(length)) return 'more';
  if (after.length > Number(length))
    return { type: 'garbled', why: `${after.length - Number(length)} bytes behind the answer` };
  return answer(after);
}

function garbled(received: Buffer): Outcome {
  return { type: 'garbled', why: `not HTTP: ${JSON.stringify(received.subarray(0, 100).toString('latin1'))}` };
}

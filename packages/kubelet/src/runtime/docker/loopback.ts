// Owns the way to programs that listen on a pod's own loopback alone: a program of the pause image that is run in the
// pod's sandbox carries the bytes. It works wherever Docker does, without rights or programs on the machine.
import { Duplex } from 'node:stream';
import type { ExecRequest, ExecSession } from '../port.ts';

type Run = (request: ExecRequest) => Promise<ExecSession>;

/** Undefined: nothing listens there. */
export async function connectLoopback(run: Run, port: number): Promise<Duplex | undefined> {
  const session = await run({ ...plain, command: ['/bin/busybox', 'cat', '/proc/net/tcp', '/proc/net/tcp6'] });
  const address = listeningAddress(await textOf(session), port);
  if (address === undefined) return undefined;
  return duplexOf(await run({ ...plain, stdin: true, command: ['/bin/busybox', 'nc', address, String(port)] }));
}

const plain = { stdin: false, tty: false };

/** Hexadecimal, each four bytes in the order of the machine; the port behind a colon. Source: proc(5). */
const loopbacks: readonly (readonly [text: string, address: string])[] = [
  ['00000000', '127.0.0.1'],
  ['0100007F', '127.0.0.1'],
  ['00000000000000000000000000000000', '::1'],
  ['00000000000000000000000001000000', '::1'],
];
const listening = '0A';

/** By which of the loopback's addresses the port is reached, if at all. */
export function listeningAddress(table: string, port: number): string | undefined {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const found = new Set<string>();
  for (const line of table.split('\n')) {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [address = '', number] = local.split(':');
    if (state === listening && number === wanted) found.add(address);
  }
  return loopbacks.find(([text]) => found.has(text))?.[1];
}

async function textOf(session: ExecSession): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const { stream, data } of session.output) if (stream === 'stdout') chunks.push(data);
  session.close();
  return Buffer.concat(chunks).toString('latin1');
}

/** The program's input and output as one stream. It is over when the program is. */
function duplexOf(session: ExecSession): Duplex {
  const output = session.output[Symbol.asyncIterator]();
  const duplex = new Duplex({
    read() {
      pull().catch((error: unknown) => duplex.destroy(error as Error));
    },
    write(chunk: Buffer, _encoding, done) {
      const room = session.write(chunk);
      if (room) room.then(() => done(), done);
      else done();
    },
    final(done) {
      session.endInput();
      done();
    },
    destroy(error, done) {
      session.close();
      done(error);
    },
  });

  async function pull(): Promise<void> {
    for (;;) {
      const { done, value } = await output.next();
      if (done) {
        duplex.push(null);
        duplex.end();
        return;
      }
      // What it says on the other stream, it says of itself: the connection broke.
      if (value.stream === 'stderr') throw new Error(Buffer.from(value.data).toString('utf8').trim());
      if (!duplex.push(value.data)) return;
    }
  }
  return duplex;
}

// Owns one connection to a pod's port as a plain two-way stream, for whoever speaks a protocol of its own over it.
import { Duplex } from 'node:stream';
import { type ChannelStream, channels, portChannels } from '@berth/objects';

const endOfData = Uint8Array.of(portChannels.data);

/** Each direction ends by itself. What went wrong at the port, or a connection that breaks off, destroys the stream. */
export function duplexOf(connection: ChannelStream): Duplex {
  const messages = connection[Symbol.asyncIterator]();
  const duplex = new Duplex({
    read() {
      pull().catch((error: unknown) => duplex.destroy(error as Error));
    },
    write(chunk: Buffer, _encoding, done) {
      connection.send(portChannels.data, chunk);
      if (connection.drained) connection.drained().then(() => done(), done);
      else done();
    },
    final(done) {
      connection.send(channels.close, endOfData);
      done();
    },
    destroy(error, done) {
      connection.close();
      done(error);
    },
  });
  let ended = false;

  async function pull(): Promise<void> {
    while (!ended) {
      const { done, value } = await messages.next();
      if (done) throw new Error('the connection to the node was lost');
      if (value.channel === portChannels.error) throw new Error(Buffer.from(value.data).toString('utf8'));
      if (value.channel === channels.close) {
        ended = true;
        duplex.push(null);
      } else if (value.data.length > 0 && !duplex.push(value.data)) {
        return;
      }
    }
  }
  return duplex;
}

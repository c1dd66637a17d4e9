// Owns port-forwarding over SPDY: for each connection the client opens two streams, one of data and one on which it
// reads what went wrong. Source: Kubernetes' protocol `portforward.k8s.io`.
import type { Duplex } from 'node:stream';
import type { Clock } from '@berth/host';
import { type ChannelStream, channels, type PortForward, portChannels, StatusError } from '@berth/objects';
import { SpdyConnection } from './connection.ts';
import { ended, written } from './flow.ts';
import type { SpdyStream } from './stream.ts';

interface Pair {
  readonly data: SpdyStream;
  readonly error: SpdyStream;
}

/** Resolves when the client's connection is over. */
export async function forwardOverSpdy(
  socket: Duplex,
  forward: PortForward,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const halves = new Map<string, Partial<Pair>>();
  const connection = new SpdyConnection(socket, {
    clock,
    onStream(stream) {
      const { streamtype: type, requestid: id = '' } = stream.headers;
      if (type !== 'data' && type !== 'error') return void stream.destroy();
      const { data, error }: Partial<Pair> = { ...halves.get(id), [type]: stream };
      if (data && error) {
        halves.delete(id);
        void forwardOne({ data, error }, forward);
      } else {
        halves.set(id, { data, error });
        stream.once('close', () => halves.delete(id));
      }
    },
  });
  const stop = () => connection.close();
  signal.addEventListener('abort', stop, { once: true });
  await connection.serve();
  signal.removeEventListener('abort', stop);
}

/** Never rejects: what goes wrong is the client's to hear. */
async function forwardOne({ data, error }: Pair, forward: PortForward): Promise<void> {
  error.resume();
  const port = Number(data.headers.port);
  let target: ChannelStream;
  try {
    target = await forward.connect(port);
  } catch (cause) {
    const reason = cause instanceof StatusError ? cause.message : 'internal error';
    await written(error, Buffer.from(`error forwarding port ${data.headers.port}: ${reason}`));
    await Promise.all([ended(data), ended(error)]);
    data.resume();
    return;
  }
  data.once('close', () => target.close());
  void sendInput(data, target);
  for await (const message of target) {
    if (message.channel === portChannels.data) await written(data, message.data);
    else if (message.channel === portChannels.error) await written(error, message.data);
    // kubectl hangs up when the program has said all, but only after the stream of errors has ended, too.
    else if (message.channel === channels.close) await Promise.all([ended(data), ended(error)]);
  }
  await Promise.all([ended(data), ended(error)]);
}

async function sendInput(data: SpdyStream, target: ChannelStream): Promise<void> {
  try {
    for await (const chunk of data.iterator({ destroyOnReturn: false })) {
      target.send(portChannels.data, chunk as Buffer);
      await target.drained?.();
    }
    target.send(channels.close, Uint8Array.of(portChannels.data));
  } catch {
    // The client has reset its stream, which closes the connection.
  }
}

// Owns the end of a command's output: it always is a Status, so that a client can tell an end from a broken connection.
import { type ChannelStream, channels, StatusError } from '@berth/objects';

/** What the command sends; if it breaks off without a Status, one that says so. kubectl would take silence for success. */
export async function* messagesUntilStatus(
  command: ChannelStream,
): AsyncGenerator<{ channel: number; data: Uint8Array }> {
  let hasStatus = false;
  for await (const message of command) {
    hasStatus ||= message.channel === channels.error;
    yield message;
  }
  if (hasStatus) return;
  const status = new StatusError('InternalError', 'the connection to the node was lost').toStatus();
  yield { channel: channels.error, data: Buffer.from(JSON.stringify(status)) };
}

// Owns the forms in which bytes go through the WebSocket of a client: as they are, or as base64 in text for those that
// take nothing else. Source: Kubernetes, k8s.io/apimachinery/pkg/util/httpstream/wsstream.
import type { WebSocket } from 'ws';

type Socket = Pick<WebSocket, 'protocol' | 'send'>;

/** `channel` is one digit where the message is text. */
export function sendOn(socket: Socket, channel: number, data: Uint8Array): void {
  if (isText(socket)) socket.send(`${channel}${base64(data)}`);
  else socket.send(Buffer.concat([Buffer.of(channel), data]));
}

/** What `frame`, which is not empty, carries on which channel. */
export function receivedOn(socket: Socket, frame: Buffer): { readonly channel: number; readonly data: Buffer } {
  const rest = frame.subarray(1);
  if (!isText(socket)) return { channel: frame[0]!, data: rest };
  return { channel: frame[0]! - digitZero, data: Buffer.from(rest.toString('latin1'), 'base64') };
}

/** Without a channel: there is one direction and one stream. */
export function sendPlain(socket: Socket, data: Uint8Array): void {
  socket.send(isText(socket) ? base64(data) : data);
}

const digitZero = 0x30;

function isText({ protocol }: Socket): boolean {
  return protocol.includes('base64.');
}

function base64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}

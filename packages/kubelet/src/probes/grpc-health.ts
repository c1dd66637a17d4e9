// Owns probes over gRPC: one question of the health-checking protocol. Source: gRPC documentation, "GRPC Health
// Checking Protocol"; the two messages have one field each, so they are written and read by hand.
import { connect } from 'node:http2';
import type { GRPCAction } from '@berth/objects';
import { whenAborted } from '../when-aborted.ts';
import type { HandlerResult } from './handlers.ts';

/** HealthCheckResponse.ServingStatus. */
const serving = 1;
const statusNames = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

export function grpcHealth(
  podIP: string,
  { port, service = '' }: GRPCAction,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const address = `${podIP.includes(':') ? `[${podIP}]` : podIP}:${port}`;
  return new Promise((resolve) => {
    const session = connect(`http://${address}`);
    const settle = (result: HandlerResult) => {
      session.destroy();
      resolve(result);
    };
    const failed = (reason: string) =>
      settle({ ok: false, output: `failed to connect service "${address}": ${reason}` });
    session.on('error', (error: Error) => failed(error.message));
    whenAborted(signal, () =>
      settle({ ok: false, output: `timeout: failed to connect service "${address}" within the probe's time` }),
    );
    if (signal.aborted) return;
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    let code: string | undefined;
    const readCode = (headers: { readonly 'grpc-status'?: string | string[] }) => {
      code = headers['grpc-status']?.toString() ?? code;
    };
    stream.on('response', readCode);
    stream.on('trailers', readCode);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', (error: Error) => failed(error.message));
    stream.on('end', () => settle(verdict(code, Buffer.concat(chunks))));
    stream.end(framed(healthRequest(service)));
  });
}

/** A message on the wire: not compressed, its length, the message. */
function framed(message: Uint8Array): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** HealthCheckRequest: the service's name as field 1. */
function healthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  return name.length === 0 ? name : Buffer.concat([Buffer.of(0x0a), varint(name.length), name]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** HealthCheckResponse: the status as field 1; left out, it is UNKNOWN. */
function verdict(code: string | undefined, answer: Buffer): HandlerResult {
  if (code !== '0') return { ok: false, output: `error: health rpc failed with the code ${code ?? 'none'}` };
  const status = answer[5] === 0x08 ? (answer[6] ?? 0) : 0;
  const name = statusNames[status] ?? String(status);
  return status === serving
    ? { ok: true, output: 'service healthy' }
    : { ok: false, output: `service unhealthy (responded with "${name}")` };
}

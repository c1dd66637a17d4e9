// Owns one exec or attach over a WebSocket: Kubernetes' numbered channels on one side, the runtime's session on the other. The
// error channel carries a Status at the end, by which kubectl knows the exit code.
import { channels, type Status, StatusError } from '@berth/objects';
import type { WebSocket } from 'ws';
import type { ExecSession } from '../runtime/port.ts';

export interface ExecChannels {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Bytes that may wait for a slow reader before the output is no longer read. */
const maxBuffered = 1024 * 1024;

export async function serveSession(socket: WebSocket, session: ExecSession, wanted: ExecChannels): Promise<void> {
  socket.on('close', () => session.close());
  socket.on('error', () => session.close());
  socket.on('message', (data) => {
    const frame = Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
    const room = receive(session, wanted, frame);
    if (!room) return;
    socket.pause();
    void room.then(() => socket.resume());
  });
  let status: ExitStatus;
  try {
    for await (const { stream, data } of session.output) {
      if (stream === 'stdout' ? !wanted.stdout : !wanted.stderr) continue;
      await send(socket, channels[stream], data);
    }
    status = exitStatus(await session.exitCode);
  } catch (error) {
    const failure =
      error instanceof StatusError
        ? error
        : new StatusError('InternalError', error instanceof Error ? error.message : String(error));
    status = failure.toStatus();
  }
  session.close();
  if (socket.readyState !== socket.OPEN) return;
  await send(socket, channels.error, Buffer.from(JSON.stringify(status)));
  socket.close(1000);
}

/** Resolves when the program has taken what it was sent; undefined: there is room for more. */
function receive(session: ExecSession, wanted: ExecChannels, frame: Buffer): Promise<void> | undefined {
  const data = frame.subarray(1);
  switch (frame[0]) {
    case channels.stdin:
      return wanted.stdin && data.length > 0 ? session.write(data) : undefined;
    case channels.resize: {
      const size = parseSize(data);
      // The command may be over already.
      if (size) session.resize(size).catch(() => {});
      break;
    }
    case channels.close:
      if (data[0] === channels.stdin) session.endInput();
      break;
  }
  return undefined;
}

function parseSize(data: Buffer): { width: number; height: number } | undefined {
  try {
    const size: { Width?: unknown; Height?: unknown } = JSON.parse(data.toString());
    const { Width: width, Height: height } = size;
    return typeof width === 'number' && typeof height === 'number' ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}

/** Waits while too much is on its way. */
function send(socket: WebSocket, channel: number, data: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    const message = Buffer.concat([Uint8Array.of(channel), data]);
    const isSlow = socket.bufferedAmount > maxBuffered;
    socket.send(message, () => {
      if (isSlow) resolve();
    });
    if (!isSlow) resolve();
  });
}

/** Of the remote command protocol: it has a reason that no other Status has. */
type ExitStatus = Omit<Status, 'reason'> & { readonly reason?: Status['reason'] | 'NonZeroExitCode' };

/** Source: Kubernetes' remote command protocol: a Success, or the reason NonZeroExitCode with the code as a cause. */
export function exitStatus(exitCode: number): ExitStatus {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

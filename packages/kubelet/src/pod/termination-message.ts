// Owns the file in which a container leaves its last words for the pod's status.
import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Container } from '@berth/objects';
import type { ContainerState, Mount, PodRuntime } from '../runtime/port.ts';

/** Source: Kubernetes documentation, "Determine the Reason for Pod Failure". */
const maxBytes = 4096;
const maxLogBytes = 2048;
const maxLogLines = 80;

export async function terminationMessageMount(
  podDirectory: string,
  container: Container,
  restartCount: number,
): Promise<Mount> {
  const hostPath = messageFile(podDirectory, container.name, restartCount);
  await mkdir(dirname(hostPath), { recursive: true, mode: 0o755 });
  await (await open(hostPath, 'w')).close();
  // Whoever the container runs as may write it.
  await chmod(hostPath, 0o666);
  const containerPath = container.terminationMessagePath ?? '/dev/termination-log';
  return { type: 'bind', hostPath, containerPath, readOnly: false, propagation: 'private' };
}

function messageFile(podDirectory: string, name: string, restartCount: number): string {
  return join(podDirectory, 'containers', name, String(restartCount));
}

/** Of a container that ended; empty when it left nothing. */
export async function terminationMessage(
  podDirectory: string,
  container: Container,
  state: ContainerState,
  runtime: Pick<PodRuntime, 'logs'>,
): Promise<string> {
  if (state.status.phase !== 'exited') return '';
  const message = await readStart(messageFile(podDirectory, state.name, state.restartCount));
  const failed = state.status.exitCode !== 0 && state.status.startError === undefined;
  if (message || !failed || container.terminationMessagePolicy !== 'FallbackToLogsOnError') return message;
  const lines: Buffer[] = [];
  const request = { follow: false, tailLines: maxLogLines, timestamps: false };
  for await (const { data } of runtime.logs(state.id, request, new AbortController().signal)) {
    lines.push(Buffer.from(data));
  }
  return Buffer.concat(lines).subarray(-maxLogBytes).toString();
}

/** The container may have made the file as large as it likes. */
async function readStart(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await file.close();
  }
}

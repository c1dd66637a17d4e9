// Owns the carrying out of probes and lifecycle hooks in a given pod.
import { sleep } from '@berth/host';
import type { Container, LifecycleHandler, Pod, Probe } from '@berth/objects';
import { grpcHealth } from '../probes/grpc-health.ts';
import { type HandlerResult, httpGet, runCommand, tcpConnect } from '../probes/handlers.ts';
import type { PodContext } from './context.ts';

export interface HandlerTarget {
  readonly pod: Pod;
  readonly container: Container;
  readonly containerId: string;
  readonly podIP: string | undefined;
}

const passed: HandlerResult = { ok: true, output: '' };

/** Throws when the runtime cannot run a command. */
export async function runHandler(
  context: PodContext,
  handler: LifecycleHandler | Probe,
  target: HandlerTarget,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const { container, containerId } = target;
  if (handler.exec) return runCommand(context.runtime, containerId, handler.exec, signal);
  if ('sleep' in handler && handler.sleep) {
    await sleep(context.clock, handler.sleep.seconds * 1000, signal);
    return passed;
  }
  if (context.runtime.simulated) return passed;
  const address = target.pod.spec.hostNetwork ? context.node.hostIP : target.podIP;
  if (!address) return { ok: false, output: 'the pod has no address' };
  if (handler.httpGet) return httpGet(container, address, handler.httpGet, signal);
  if (handler.tcpSocket) return tcpConnect(container, address, handler.tcpSocket, signal);
  if ('grpc' in handler && handler.grpc) return grpcHealth(address, handler.grpc, signal);
  return { ok: false, output: `handlers of type ${Object.keys(handler).join(', ')} are not supported` };
}

// Owns the answers to requests for a pod's logs, for commands in it and for its ports.
import { createConnection, type Socket } from 'node:net';
import { addAbortSignal, type Duplex } from 'node:stream';
import type { Clock } from '@berth/host';
import { badRequestError, type LogOptions, notFoundError, type Pod, pods, StatusError } from '@berth/objects';
import { hasContainer, instancesOf } from './pod/container-spec.ts';
import type { PodWorker } from './pod/worker.ts';
import type { PodRegistry } from './pod-registry.ts';
import { type ContainerState, type PodRuntime, RuntimeError } from './runtime/port.ts';
import type { ContainerName, PodAccess, PodName } from './server/pod-access.ts';

export function createPodAccess(registry: PodRegistry, runtime: PodRuntime, clock: Clock): PodAccess {
  function findPod({ namespace, pod: name }: PodName): { worker: PodWorker; pod: Pod } {
    const worker = registry.worker(namespace, name);
    if (!worker || worker.desired.state === 'gone') throw notFoundError(pods, name);
    return { worker, pod: worker.desired.pod };
  }

  function find(target: ContainerName): PodWorker {
    const { worker, pod } = findPod(target);
    if (!hasContainer(pod, target.container)) {
      throw badRequestError(`container ${target.container} is not valid for pod ${target.pod}`);
    }
    return worker;
  }

  function running(target: ContainerName): ContainerState {
    const instance = instancesOf(find(target).observed, target.container)[0];
    if (instance?.status.phase !== 'running') {
      throw badRequestError(`container not found (${JSON.stringify(target.container)})`);
    }
    return instance;
  }

  return {
    pods: () => registry.pods(),

    async logs(target, options, signal) {
      const instance = logInstance(find(target), target, options.previous ?? false);
      const since = sinceOf(options, clock);
      const request = {
        follow: options.follow ?? false,
        timestamps: options.timestamps ?? false,
        ...(options.tailLines === undefined ? {} : { tailLines: options.tailLines }),
        ...(since === undefined ? {} : { since }),
      };
      const output = runtime.logs(instance.id, request, signal);
      return (async function* () {
        for await (const { data } of output) yield data;
      })();
    },

    exec: async (target, request) => asBadRequest(runtime.exec(running(target).id, request)),

    attach: async (target, request) => asBadRequest(runtime.attach(running(target).id, request)),

    async connect(target, port, signal) {
      const { observed } = findPod(target).worker;
      if (runtime.simulated) throw badRequestError('this node is simulated: no program listens on any port');
      const sandbox = observed.sandboxes[0];
      if (!sandbox?.ready) throw badRequestError(`pod ${target.pod} is not running`);
      // Without an address of its own it shares the node's.
      const { id, address = '127.0.0.1' } = sandbox;
      return connected(createConnection({ host: address, port, allowHalfOpen: true, signal })).catch(
        async (refused) => {
          if (!isRefusal(refused) || !sandbox.address) throw refused;
          const inside = await asBadRequest(runtime.connectLoopback(id, port));
          if (!inside) throw refused;
          addAbortSignal(signal, inside).on('error', () => {});
          return inside;
        },
      );
    },
  };
}

async function asBadRequest<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RuntimeError) throw badRequestError(error.message);
    throw error;
  }
}

/** The machine is there, and no program of it listens to this address. */
function isRefusal(error: unknown): boolean {
  return error instanceof StatusError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
}

function connected(socket: Socket): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    // Later errors are told by the stream, and must not end the process when nobody reads it.
    socket.on('error', (error) => {
      const status = new StatusError('ServiceUnavailable', error.message);
      status.cause = error;
      reject(status);
    });
  });
}

/** A dead container's log is shown until the next one runs. */
function logInstance(worker: PodWorker, { pod, container }: ContainerName, previous: boolean): ContainerState {
  const instances = instancesOf(worker.observed, container).filter(({ status }) => status.phase !== 'created');
  const ended = instances.filter(({ status }) => status.phase === 'exited');
  const latest = instances[0];
  if (previous) {
    const before = latest?.status.phase === 'running' ? ended[0] : (ended[1] ?? ended[0]);
    if (before) return before;
    throw badRequestError(
      `previous terminated container ${JSON.stringify(container)} in pod ${JSON.stringify(pod)} not found`,
    );
  }
  if (latest) return latest;
  const reason = worker.waitingReason(container);
  throw badRequestError(
    `container ${JSON.stringify(container)} in pod ${JSON.stringify(pod)} is waiting to start: ${reason}`,
  );
}

function sinceOf({ sinceSeconds, sinceTime }: LogOptions, clock: Clock): number | undefined {
  if (sinceSeconds !== undefined) return clock.now() - sinceSeconds * 1000;
  return sinceTime === undefined ? undefined : Date.parse(sinceTime);
}

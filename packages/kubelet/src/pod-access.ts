// Owns the answers to requests for a pod's logs and for commands in it.
import type { Clock } from '@berth/host';
import { badRequestError, type LogOptions, notFoundError, pods } from '@berth/objects';
import { hasContainer, instancesOf } from './pod/container-spec.ts';
import type { PodWorker } from './pod/worker.ts';
import type { PodRegistry } from './pod-registry.ts';
import { type ContainerState, type PodRuntime, RuntimeError } from './runtime/port.ts';
import type { ContainerName, PodAccess } from './server/pod-access.ts';

export function createPodAccess(registry: PodRegistry, runtime: PodRuntime, clock: Clock): PodAccess {
  function find({ namespace, pod, container }: ContainerName): PodWorker {
    const worker = registry.worker(namespace, pod);
    if (!worker || worker.desired.state === 'gone') throw notFoundError(pods, pod);
    if (!hasContainer(worker.desired.pod, container)) {
      throw badRequestError(`container ${container} is not valid for pod ${pod}`);
    }
    return worker;
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

    async exec(target, request) {
      const instance = instancesOf(find(target).observed, target.container)[0];
      if (instance?.status.phase !== 'running') {
        throw badRequestError(`container not found (${JSON.stringify(target.container)})`);
      }
      try {
        return await runtime.exec(instance.id, request);
      } catch (error) {
        if (error instanceof RuntimeError) throw badRequestError(error.message);
        throw error;
      }
    },
  };
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

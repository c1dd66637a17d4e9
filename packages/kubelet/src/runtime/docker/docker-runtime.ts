// Owns the runtime port over a Docker Engine. Nothing is remembered here: labels on the containers tell all.
import { Readable } from 'node:stream';
import { type Clock, systemClock } from '@berth/host';
import Docker, { type ContainerCreateOptions, type ContainerInspectInfo } from 'dockerode';
import { whenAborted } from '../../when-aborted.ts';
import {
  type LogRequest,
  type OutputChunk,
  type PodIdentity,
  type PodRuntime,
  type PodState,
  RuntimeError,
} from '../port.ts';
import { containerOptions, sandboxOptions } from './create-options.ts';
import { dockerMessage, isConflict, isMissing, isUnchanged, unlessMissing } from './errors.ts';
import { startAttach, startExec } from './exec.ts';
import { inspectImage, listImages, pullImage } from './images.ts';
import { labelFilter, labels, type Owner } from './labels.ts';
import { connectLoopback } from './loopback.ts';
import { podStates } from './observed.ts';
import { demultiplexed, plain } from './streams.ts';
import { usageOf } from './usage.ts';

export interface DockerRuntimeOptions extends Owner {
  readonly socketPath?: string;
  readonly clock?: Clock;
  /** The image of the container that holds a pod's network. */
  readonly pauseImage?: string;
}

/** What about a container Docker tells of and matters to a pod. */
const watchedEvents = ['start', 'die', 'oom', 'destroy'];

export function createDockerRuntime(options: DockerRuntimeOptions): PodRuntime {
  const docker = new Docker({ socketPath: options.socketPath ?? '/var/run/docker.sock' });
  const pauseImage = options.pauseImage ?? 'berth/pause:1';
  const clock = options.clock ?? systemClock;
  const owner: Owner = { clusterId: options.clusterId, nodeName: options.nodeName };

  async function inspectAll(pod?: PodIdentity): Promise<PodState[]> {
    const found = await docker.listContainers({ all: true, filters: { label: labelFilter(owner, pod) } });
    const inspected = await Promise.all(found.map(({ Id }) => unlessMissing(docker.getContainer(Id).inspect())));
    return podStates(inspected.filter((info): info is ContainerInspectInfo => info !== undefined));
  }

  /** A container of that name is a leftover of an agent that was stopped between its creation and its start. */
  async function create(wanted: ContainerCreateOptions): Promise<Docker.Container> {
    try {
      return await docker.createContainer(wanted);
    } catch (error) {
      if (!isConflict(error) || !wanted.name) throw new RuntimeError(dockerMessage(error));
      await remove(wanted.name);
      return docker.createContainer(wanted);
    }
  }

  async function remove(id: string): Promise<void> {
    try {
      await docker.getContainer(id).remove({ force: true, v: true });
    } catch (error) {
      if (!isMissing(error) && !isConflict(error)) throw error;
    }
  }

  /** A container that does not run, or is gone, has what a signal asks for. */
  async function signalContainer(id: string, signal: string): Promise<void> {
    try {
      await docker.getContainer(id).kill({ signal });
    } catch (error) {
      if (!isMissing(error) && !isConflict(error)) throw error;
    }
  }

  return {
    simulated: false,

    async info() {
      return { name: 'docker', version: (await docker.version()).Version };
    },

    list: () => inspectAll(),

    async observe(pod) {
      return (await inspectAll(pod))[0] ?? { pod, sandboxes: [], containers: [] };
    },

    async watch(signal) {
      const stream = await docker.getEvents({
        filters: { type: ['container'], event: watchedEvents, label: labelFilter(owner) },
      });
      if (!(stream instanceof Readable)) throw new RuntimeError('Docker gave no event stream');
      whenAborted(signal, () => stream.destroy());
      return podsOfEvents(stream, signal);
    },

    async createSandbox(spec) {
      const container = await create(sandboxOptions(owner, pauseImage, spec));
      try {
        await container.start();
      } catch (error) {
        await remove(container.id);
        throw new RuntimeError(dockerMessage(error));
      }
    },

    async stopSandbox(id) {
      try {
        await docker.getContainer(id).stop({ t: 1 });
      } catch (error) {
        if (!isMissing(error) && !isUnchanged(error)) throw error;
      }
    },

    async removeSandbox(id) {
      const info = await unlessMissing(docker.getContainer(id).inspect());
      await remove(id);
      for (const mount of info?.Mounts ?? []) {
        // Still in use by a container that is being removed: Docker says conflict, and the pod's removal comes by again.
        if (mount.Type === 'volume' && mount.Name) {
          await docker.getVolume(mount.Name).remove().catch(ignoreMissingOrBusy);
        }
      }
    },

    async startContainer(spec) {
      const container = await create(containerOptions(owner, spec));
      // Docker keeps why a start failed in the container's state, where `observe` reads it.
      await container.start().catch(async (error: unknown) => {
        const info = await unlessMissing(container.inspect());
        if (info?.State.Error) return;
        await remove(container.id);
        throw new RuntimeError(dockerMessage(error));
      });
      return container.id;
    },

    async terminateContainer(id) {
      const info = await unlessMissing(docker.getContainer(id).inspect());
      if (info) await signalContainer(id, stopSignal(info));
    },

    killContainer: (id) => signalContainer(id, 'SIGKILL'),

    removeContainer: remove,

    async usage(id) {
      const stats = await unlessMissing(docker.getContainer(id).stats({ stream: false, 'one-shot': true }));
      return stats && usageOf(stats);
    },

    logs: (id, request, signal) => containerLogs(docker, id, request, signal),

    exec: (id, request) =>
      startExec({ docker, clock }, id, request).catch((error: unknown) => {
        throw new RuntimeError(dockerMessage(error));
      }),

    attach: (id, request) =>
      startAttach({ docker, clock }, id, request).catch((error: unknown) => {
        throw new RuntimeError(dockerMessage(error));
      }),

    connectLoopback: (id, port) =>
      connectLoopback((request) => startExec({ docker, clock }, id, request), port).catch((error: unknown) => {
        throw new RuntimeError(dockerMessage(error));
      }),

    image: (name) => inspectImage(docker, name),
    images: () => listImages(docker),
    pull: (name, request) =>
      pullImage(docker, name, request).catch((error: unknown) => {
        throw new RuntimeError(dockerMessage(error));
      }),
  };
}

/** What the image says that ends its program; the types of the client do not know the field. */
function stopSignal(info: ContainerInspectInfo): string {
  const config: object = info.Config;
  return ('StopSignal' in config && typeof config.StopSignal === 'string' && config.StopSignal) || 'SIGTERM';
}

function ignoreMissingOrBusy(error: unknown): void {
  if (!isMissing(error) && !isConflict(error)) throw error;
}

/** One event a line. */
async function* podsOfEvents(stream: Readable, signal: AbortSignal): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const text of stream.setEncoding('utf8')) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event: { Actor?: { Attributes?: Record<string, string> } } = JSON.parse(line);
        const uid = event.Actor?.Attributes?.[labels.podUid];
        if (uid) yield uid;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stream.destroy();
  }
}

async function* containerLogs(
  docker: Docker,
  id: string,
  request: LogRequest,
  signal: AbortSignal,
): AsyncGenerator<OutputChunk> {
  const container = docker.getContainer(id);
  const { Config: config } = await container.inspect();
  const wanted = {
    stdout: true,
    stderr: true,
    timestamps: request.timestamps,
    ...(request.tailLines === undefined ? {} : { tail: request.tailLines }),
    ...(request.since === undefined ? {} : { since: request.since / 1000 }),
  };
  const decode = config.Tty ? plain : demultiplexed;
  if (!request.follow) {
    yield* decode(Readable.from([await container.logs({ ...wanted, follow: false })]));
    return;
  }
  const stream = await container.logs({ ...wanted, follow: true });
  if (!(stream instanceof Readable)) throw new RuntimeError('Docker gave no log stream');
  const forget = whenAborted(signal, () => stream.destroy());
  try {
    yield* decode(stream);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    forget();
    stream.destroy();
  }
}

// Owns the volumes of the node's pods on disk, under `<root>/pods/<uid>`. That directory is closed to everybody but the
// agent's user, which keeps secrets private on the host; containers get at the files through bind mounts, which do not
// go by the directories above, so the files in it may carry the modes that the pod asks for.
import { chmod, chown, mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Clock } from '@berth/host';
import { type Container, type Pod, type Volume, type VolumeMount, wholeValue } from '@berth/objects';
import { expand } from '../environment/expansion.ts';
import type { Mount, SandboxSpec } from '../runtime/port.ts';
import { writeDirectory } from './atomic-directory.ts';
import { prepareHostPath } from './host-path.ts';
import { filesOf, VolumeError, type VolumeSources } from './volume-files.ts';

export class PodVolumes {
  readonly #root: string;
  readonly #clock: Clock;

  constructor(root: string, clock: Clock) {
    this.#root = root;
    this.#clock = clock;
  }

  directory(uid: string): string {
    return join(this.#root, 'pods', uid);
  }

  /** Makes the volumes, or brings them up to date. Throws VolumeError. */
  async prepare(pod: Pod, sources: VolumeSources): Promise<void> {
    const directory = this.directory(pod.metadata.uid);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // Also where the directory was there before with another mode.
    await chmod(join(this.#root, 'pods'), 0o700);
    for (const volume of pod.spec.volumes ?? []) {
      await this.#prepareVolume(pod, volume, sources).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        throw new VolumeError(`MountVolume.SetUp failed for volume "${volume.name}" : ${message}`);
      });
    }
  }

  async #prepareVolume(pod: Pod, volume: Volume, sources: VolumeSources): Promise<void> {
    const path = this.#path(pod, volume);
    const files = await filesOf(volume, sources);
    if (files) {
      await writeDirectory(path, files, this.#clock);
    } else if (volume.hostPath) {
      await prepareHostPath(volume.hostPath);
    } else if (volume.emptyDir) {
      if (inMemory(volume)) return;
      await mkdir(path, { recursive: true });
      const group = pod.spec.securityContext?.fsGroup;
      if (group !== undefined) await chown(path, process.getuid?.() ?? 0, group);
      await chmod(path, group === undefined ? 0o777 : 0o2777);
    } else {
      const kinds = Object.keys(volume).filter((key) => key !== 'name');
      throw new VolumeError(`volumes of type ${kinds.join(', ')} are not supported`);
    }
  }

  #path(pod: Pod, volume: Volume): string {
    return join(this.directory(pod.metadata.uid), 'volumes', volume.name);
  }

  /** Where the container sees the volumes. `environment` is for `subPathExpr`. */
  async mounts(pod: Pod, container: Container, environment: ReadonlyMap<string, string>): Promise<Mount[]> {
    return Promise.all((container.volumeMounts ?? []).map((mount) => this.#mount(pod, mount, environment)));
  }

  async #mount(pod: Pod, mount: VolumeMount, environment: ReadonlyMap<string, string>): Promise<Mount> {
    const volume = pod.spec.volumes?.find(({ name }) => name === mount.name);
    if (!volume) throw new VolumeError(`no volume "${mount.name}"`);
    const readOnly = mount.readOnly ?? false;
    const subPath = mount.subPathExpr ? expand(mount.subPathExpr, environment) : (mount.subPath ?? '');
    if (inMemory(volume)) {
      if (subPath) throw new VolumeError(`subPath of the memory volume "${volume.name}" is not supported`);
      return { type: 'memory', volume: volume.name, containerPath: mount.mountPath, readOnly };
    }
    const base = volume.hostPath?.path ?? this.#path(pod, volume);
    return {
      type: 'bind',
      hostPath: subPath ? await inside(base, subPath, !volume.hostPath || !readOnly) : base,
      containerPath: mount.mountPath,
      readOnly: readOnly || volume.configMap !== undefined || volume.secret !== undefined,
      propagation: propagationOf(mount),
    };
  }

  /** Of the pod's volumes those that the sandbox holds. */
  memoryVolumes(pod: Pod): SandboxSpec['memoryVolumes'] {
    return (pod.spec.volumes ?? []).filter(inMemory).map(({ name, emptyDir }) => ({
      name,
      ...(emptyDir?.sizeLimit ? { sizeBytes: wholeValue(emptyDir.sizeLimit) } : {}),
    }));
  }

  /** Of the pods that have something here. */
  async uids(): Promise<readonly string[]> {
    return readdir(join(this.#root, 'pods')).catch(() => []);
  }

  async remove(uid: string): Promise<void> {
    await rm(this.directory(uid), { recursive: true, force: true });
  }
}

function inMemory(volume: Volume): boolean {
  return volume.emptyDir?.medium === 'Memory';
}

function propagationOf({ mountPropagation }: VolumeMount): 'private' | 'rslave' | 'rshared' {
  if (mountPropagation === 'Bidirectional') return 'rshared';
  return mountPropagation === 'HostToContainer' ? 'rslave' : 'private';
}

/** A part of a volume. A container may have put symbolic links there: where they lead must be inside of the volume. */
async function inside(base: string, subPath: string, mayCreate: boolean): Promise<string> {
  if (subPath.startsWith('/') || subPath.split('/').includes('..')) {
    throw new VolumeError(`subPath ${JSON.stringify(subPath)} must be a relative path without '..'`);
  }
  const root = await realpath(base);
  const wanted = join(root, subPath);
  const found = await realpath(wanted).catch(() => undefined);
  if (found === undefined && mayCreate) {
    assertInside(root, await deepestExisting(root, subPath), subPath);
    await mkdir(wanted, { recursive: true, mode: 0o755 });
  }
  const real = found ?? (await realpath(wanted));
  assertInside(root, real, subPath);
  return real;
}

async function deepestExisting(root: string, subPath: string): Promise<string> {
  let deepest = root;
  for (const part of subPath.split('/')) {
    const next = await realpath(join(deepest, part)).catch(() => undefined);
    if (next === undefined) return deepest;
    deepest = next;
  }
  return deepest;
}

function assertInside(root: string, real: string, subPath: string): void {
  if (real !== root && !real.startsWith(root + sep)) {
    throw new VolumeError(`subPath ${JSON.stringify(subPath)} leads out of the volume`);
  }
}

// Owns the changes of a worker's memory.
import type { PodState } from '../runtime/port.ts';
import type { BackOff, ContainerMemory, Health, PodMemory, Preparation, Stopping } from './memory.ts';
import { freshContainer } from './memory.ts';

export class WorkerMemory implements PodMemory {
  readonly containers = new Map<string, ContainerMemory>();
  readonly stopping = new Map<string, Stopping>();
  readonly health = new Map<string, Health>();
  readonly terminationMessages = new Map<string, string>();
  volumes: Preparation = { state: 'due' };
  sandbox: Preparation = { state: 'due' };

  container(name: string): ContainerMemory {
    return this.containers.get(name) ?? freshContainer;
  }

  update(name: string, change: Partial<ContainerMemory>): void {
    this.containers.set(name, { ...this.container(name), ...change });
  }

  updateStopping(id: string, change: Partial<Stopping>): void {
    const stopping = this.stopping.get(id);
    if (stopping) this.stopping.set(id, { ...stopping, ...change });
  }

  /** Somebody has set the wall clock by so much: what is due in a while is due in the same while. */
  shift(ms: number): void {
    const prepared = (one: Preparation): Preparation =>
      one.state === 'failed' ? { ...one, until: one.until + ms } : one;
    this.volumes = prepared(this.volumes);
    this.sandbox = prepared(this.sandbox);
    const later = (backOff: BackOff | undefined) => backOff && { ...backOff, since: backOff.since + ms };
    for (const [name, known] of this.containers) {
      const { image, retryAt } = known;
      this.update(name, {
        image: image.state === 'failed' ? { ...image, until: image.until + ms } : image,
        imageBackOff: later(known.imageBackOff),
        crashBackOff: later(known.crashBackOff),
        retryAt: retryAt > 0 ? retryAt + ms : 0,
      });
    }
    for (const [id, { since, killedAt }] of this.stopping)
      this.updateStopping(id, { since: since + ms, ...(killedAt === undefined ? {} : { killedAt: killedAt + ms }) });
  }

  /** Forgets containers that are no more. */
  keepOnly(observed: PodState): void {
    const ids = new Set(observed.containers.map(({ id }) => id));
    for (const map of [this.stopping, this.health, this.terminationMessages]) {
      for (const id of map.keys()) if (!ids.has(id)) map.delete(id);
    }
  }
}

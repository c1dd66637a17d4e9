// Owns what the job controller remembers of the jobs at which it works: what its caches do not show yet, and when their
// pods failed. None of it is needed to count right: a controller that begins anew reads what it cannot know.

import { isDeepStrictEqual } from 'node:util';
import { compareResourceVersions, type Job, type Pod } from '@berth/objects';
import { type Failures, noFailures, rememberFailures } from './back-off.ts';
import { isHeld, letGo } from './pods.ts';

interface Remembered {
  /** The job as this controller wrote it last, or as it found it. */
  latest: Job | undefined;
  /** Uids of pods that are not held any more, though the cache may still show them so. */
  readonly released: Set<string>;
  failures: Failures;
}

export class JobMemory {
  readonly #jobs = new Map<string, Remembered>();

  forget(uid: string): void {
    this.#jobs.delete(uid);
  }

  /** The newer of what the cache has and what was written. */
  latest(cached: Job): Job {
    const { latest } = this.#of(cached);
    if (!latest) return cached;
    const { resourceVersion } = latest.metadata;
    return compareResourceVersions(resourceVersion, cached.metadata.resourceVersion) > 0 ? latest : cached;
  }

  /**
   * Whether somebody else may have counted pods that the cache still shows as they were: another controller, or this
   * process before it began.
   */
  isForeign(job: Job): boolean {
    const { latest } = this.#of(job);
    return !isDeepStrictEqual(countsOf(job), latest ? countsOf(latest) : noCounts);
  }

  know(job: Job): void {
    this.#of(job).latest = job;
  }

  /** `stored`: the job's pods as they are, while the cache shows `cached`. */
  compare(job: Job, cached: readonly Pod[], stored: readonly Pod[]): void {
    const held = new Set(stored.filter(isHeld).map(({ metadata }) => metadata.uid));
    for (const { metadata } of cached) if (!held.has(metadata.uid)) this.#of(job).released.add(metadata.uid);
  }

  isReleased(job: Job, pod: Pod): boolean {
    return this.#of(job).released.has(pod.metadata.uid);
  }

  released(job: Job, pod: Pod): void {
    this.#of(job).released.add(pod.metadata.uid);
  }

  /** The pods with what is known of them; what the cache shows by now is forgotten. */
  correct(job: Job, cached: readonly Pod[]): readonly Pod[] {
    const { released } = this.#of(job);
    const shown = new Set(cached.filter(isHeld).map(({ metadata }) => metadata.uid));
    for (const uid of released) if (!shown.has(uid)) released.delete(uid);
    return cached.map((pod) => (released.has(pod.metadata.uid) ? letGo(pod) : pod));
  }

  failures(job: Job, pods: readonly Pod[]): Failures {
    const remembered = this.#of(job);
    remembered.failures = rememberFailures(remembered.failures, pods, job);
    return remembered.failures;
  }

  #of({ metadata: { uid } }: Job): Remembered {
    let remembered = this.#jobs.get(uid);
    if (!remembered) {
      remembered = { latest: undefined, released: new Set(), failures: noFailures };
      this.#jobs.set(uid, remembered);
    }
    return remembered;
  }
}

const noCounts = [0, 0, '', [], []];

function countsOf({ status }: Job): unknown {
  const { succeeded = 0, failed = 0, completedIndexes = '', uncountedTerminatedPods: uncounted } = status;
  return [succeeded, failed, completedIndexes, uncounted?.succeeded ?? [], uncounted?.failed ?? []];
}

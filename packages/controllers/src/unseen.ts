// Owns what a controller did to the pods of its object that its cache does not show yet, so that a stale cache never
// makes it create or delete twice. Nothing here runs out by time: the cache's own version tells when it has caught up.
import { compareResourceVersions, type Pod } from '@berth/objects';

export interface Unseen {
  /** Pods that it created and that the cache does not hold yet. */
  readonly created: readonly Pod[];
  /** Uids of the pods whose deletion it asked for. */
  readonly deleted: ReadonlySet<string>;
}

interface Deeds {
  /** By uid. */
  readonly created: Map<string, Pod>;
  readonly deleted: Set<string>;
}

export class UnseenDeeds {
  readonly #deeds = new Map<string, Deeds>();

  created(controllerUid: string, pod: Pod): void {
    this.#of(controllerUid).created.set(pod.metadata.uid, pod);
  }

  deleted(controllerUid: string, pod: Pod): void {
    this.#of(controllerUid).deleted.add(pod.metadata.uid);
  }

  /** The deletion did not happen after all. */
  notDeleted(controllerUid: string, pod: Pod): void {
    this.#of(controllerUid).deleted.delete(pod.metadata.uid);
  }

  forget(controllerUid: string): void {
    this.#deeds.delete(controllerUid);
  }

  /** What is not seen yet; what is seen is forgotten. `pods`: all of the controller's in the cache. */
  remaining(controllerUid: string, pods: readonly Pod[], cacheVersion: string): Unseen {
    const { created, deleted } = this.#of(controllerUid);
    const cached = new Map(pods.map((pod) => [pod.metadata.uid, pod]));
    for (const [uid, { metadata }] of created) {
      // Behind that version and not in the cache: it came and went.
      if (cached.has(uid) || compareResourceVersions(cacheVersion, metadata.resourceVersion) >= 0) created.delete(uid);
    }
    for (const uid of deleted) {
      const pod = cached.get(uid);
      if (!pod || pod.metadata.deletionTimestamp) deleted.delete(uid);
    }
    return { created: [...created.values()], deleted: new Set(deleted) };
  }

  #of(controllerUid: string): Deeds {
    let deeds = this.#deeds.get(controllerUid);
    if (!deeds) {
      deeds = { created: new Map(), deleted: new Set() };
      this.#deeds.set(controllerUid, deeds);
    }
    return deeds;
  }
}

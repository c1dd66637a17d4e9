// Owns what the node's pods refer to in the API: config maps and secrets. Each is followed by a watch of its own while a
// pod uses it, so that an agent reads no other secret than its pods', and a change reaches them at once.
import type { Reader, Watcher } from '@berth/client';
import type { Clock, Logger } from '@berth/host';
import { createInformer, type Informer } from '@berth/informers';
import { type KubeObject, qualifiedName, type Resource } from '@berth/objects';

interface Followed {
  readonly informer: Informer<KubeObject>;
  readonly started: Promise<unknown>;
  readonly abort: AbortController;
  readonly users: Set<string>;
}

export interface ReferencesOptions {
  readonly client: Reader & Watcher;
  readonly clock: Clock;
  readonly log: Logger;
  /** Something that this pod refers to has changed. */
  readonly onChange: (podUid: string) => void;
}

export class References {
  readonly #options: ReferencesOptions;
  readonly #followed = new Map<string, Followed>();

  constructor(options: ReferencesOptions) {
    this.#options = options;
  }

  /** Reads, and follows from then on until the pod is released. Waits for as long as the API cannot be reached. */
  async read<T extends KubeObject>(
    podUid: string,
    resource: Resource<T>,
    name: { readonly namespace: string; readonly name: string },
  ): Promise<T | undefined> {
    const key = `${qualifiedName(resource)}/${name.namespace}/${name.name}`;
    let followed = this.#followed.get(key);
    if (!followed) {
      followed = this.#follow(resource, name);
      this.#followed.set(key, followed);
    }
    followed.users.add(podUid);
    await followed.started;
    return followed.informer.get(`${name.namespace}/${name.name}`) as T | undefined;
  }

  #follow(resource: Resource, { namespace, name }: { namespace: string; name: string }): Followed {
    const { client, clock, log, onChange } = this.#options;
    const fieldSelector = `metadata.name=${name}`;
    const informer = createInformer<KubeObject>({ client, resource, clock, log, namespace, fieldSelector });
    const users = new Set<string>();
    informer.onChange(() => {
      for (const uid of users) onChange(uid);
    });
    const abort = new AbortController();
    return { informer, started: informer.start(abort.signal), abort, users };
  }

  /** The pod is gone. */
  release(podUid: string): void {
    for (const [key, { users, abort }] of this.#followed) {
      if (!users.delete(podUid) || users.size > 0) continue;
      abort.abort();
      this.#followed.delete(key);
    }
  }

  stop(): void {
    for (const { abort } of this.#followed.values()) abort.abort();
    this.#followed.clear();
  }
}

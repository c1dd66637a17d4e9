// Owns which pods this node runs: one worker per pod, from three sources that are compared whenever one changes: the
// API's pods of this node, the static manifests, and what the runtime has. Nothing is ever cleaned up on account of the
// API before a complete list of its pods is in.
import type { Logger } from '@berth/host';
import type { Lister } from '@berth/informers';
import type { Pod } from '@berth/objects';
import type { PodContext } from './pod/context.ts';
import type { Desired } from './pod/decide.ts';
import { PodWorker } from './pod/worker.ts';
import type { PodIdentity, PodState } from './runtime/port.ts';
import { isMirror, mirrorOf } from './static-pods/mirrors.ts';

/** For a pod of which nothing is known but its containers. */
const unknownGraceSeconds = 30;

export class PodRegistry {
  readonly #context: PodContext;
  readonly #apiPods: Pick<Lister<Pod>, 'list' | 'get'>;
  readonly #log: Logger;
  readonly #workers = new Map<string, PodWorker>();
  #staticPods: ReadonlyMap<string, Pod> = new Map();
  #stopped = false;

  constructor(context: PodContext, apiPods: Pick<Lister<Pod>, 'list' | 'get'>) {
    this.#context = context;
    this.#apiPods = apiPods;
    this.#log = context.log;
  }

  /** What the runtime has, when the agent starts: containers of pods that nobody wants any more are ended. */
  async adopt(found: readonly PodState[]): Promise<void> {
    for (const { pod, sandboxes } of found) {
      const graceSeconds = sandboxes[0]?.gracePeriodSeconds ?? unknownGraceSeconds;
      if (!this.#desiredOf(pod.uid, pod)) this.#ensure(pod, { state: 'gone', graceSeconds });
    }
    for (const pod of this.#apiPods.list()) this.sync(pod.metadata.uid, identityOf(pod));
    // Volumes of pods that went while no agent looked, containers and all.
    const { volumes } = this.#context;
    for (const uid of await volumes.uids()) if (!this.#workers.has(uid)) await volumes.remove(uid);
  }

  setStaticPods(pods: ReadonlyMap<string, Pod>): void {
    const before = this.#staticPods;
    this.#staticPods = pods;
    for (const pod of [...before.values(), ...pods.values()]) this.sync(pod.metadata.uid, identityOf(pod));
  }

  get staticPods(): ReadonlyMap<string, Pod> {
    return this.#staticPods;
  }

  /** Brings the pod's worker in line with what the sources say now. */
  sync(uid: string, identity: PodIdentity): void {
    if (this.#stopped) return;
    const shown = this.#apiPods.get(`${identity.namespace}/${identity.name}`);
    const mirrored = shown && mirrorOf(shown);
    // The worker of a static pod reports to the mirror, which may just have been made again.
    if (mirrored !== undefined) this.wake(mirrored);
    const desired = this.#desiredOf(uid, identity);
    const worker = this.#workers.get(uid);
    if (desired) {
      this.#ensure(identity, desired);
    } else if (worker && worker.desired.state !== 'gone') {
      worker.want({ state: 'gone', graceSeconds: graceOf(worker.desired.pod) });
    }
  }

  wake(uid: string): void {
    this.#workers.get(uid)?.wake();
  }

  wakeAll(): void {
    for (const worker of this.#workers.values()) worker.wake();
  }

  refresh(uid: string): void {
    this.#workers.get(uid)?.refresh();
  }

  worker(namespace: string, name: string): PodWorker | undefined {
    for (const worker of this.#workers.values()) {
      if (worker.identity.name === name && worker.identity.namespace === namespace && worker.desired.state !== 'gone') {
        return worker;
      }
    }
    return undefined;
  }

  pods(): Pod[] {
    return [...this.#workers.values()].flatMap(({ desired }) => (desired.state === 'gone' ? [] : [desired.pod]));
  }

  /** What runs, or should, with what the runtime showed of it last. */
  observed(): { readonly pod: Pod; readonly observed: PodState }[] {
    return [...this.#workers.values()].flatMap(({ desired, observed }) =>
      desired.state === 'gone' ? [] : [{ pod: desired.pod, observed }],
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()));
  }

  #ensure(identity: PodIdentity, desired: Desired): void {
    const worker = this.#workers.get(identity.uid);
    if (worker) {
      if (!sameDesired(worker.desired, desired)) worker.want(desired);
      return;
    }
    const fresh: PodWorker = new PodWorker(this.#context, identity, desired, () => this.#onForgotten(fresh));
    this.#workers.set(identity.uid, fresh);
    fresh.start();
  }

  #onForgotten({ identity }: PodWorker): void {
    this.#workers.delete(identity.uid);
    this.#log.info({ pod: `${identity.namespace}/${identity.name}`, uid: identity.uid }, 'the pod is gone');
    // It may have come back while its remains were being cleared away, as static pods do.
    this.sync(identity.uid, identity);
  }

  /** Undefined: no source knows the pod. */
  #desiredOf(uid: string, { namespace, name }: PodIdentity): Desired | undefined {
    const fromFile = this.#staticPods.get(uid);
    if (fromFile) return { state: 'run', pod: fromFile };
    const pod = this.#apiPods.get(`${namespace}/${name}`);
    if (pod?.metadata.uid !== uid || isMirror(pod)) return undefined;
    if (pod.metadata.deletionTimestamp) return { state: 'end', pod, graceSeconds: graceOf(pod), deleteObject: true };
    return { state: 'run', pod };
  }
}

export function identityOf({ metadata }: Pod): PodIdentity {
  return { uid: metadata.uid, namespace: metadata.namespace ?? '', name: metadata.name };
}

/** The object that the API shows for a pod: itself, or its mirror. */
export function publishedPod(pod: Pod, apiPods: Pick<Lister<Pod>, 'get'>): Pod | undefined {
  const shown = apiPods.get(`${pod.metadata.namespace}/${pod.metadata.name}`);
  if (shown?.metadata.uid === pod.metadata.uid) return shown;
  return shown && mirrorOf(shown) === pod.metadata.uid ? shown : undefined;
}

function graceOf({ metadata, spec }: Pod): number {
  return metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? unknownGraceSeconds;
}

function sameDesired(a: Desired, b: Desired): boolean {
  if (a.state !== b.state) return false;
  if (a.state === 'gone' || b.state === 'gone') return a.state === b.state;
  return a.pod === b.pod;
}

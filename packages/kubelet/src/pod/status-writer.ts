// Owns the writing of pods' statuses: only what changed, one write per pod at a time, always on the latest version that
// is known. What comes while a write is under way replaces what waited.
import type { Reader, Writer } from '@berth/client';
import type { Clock, Logger } from '@berth/host';
import { compareResourceVersions, isReason, type Pod, type PodCondition, type PodStatus, pods } from '@berth/objects';
import { ownConditions } from './pod-status.ts';

interface Pending {
  pod: Pod;
  status: PodStatus;
  /** What the API server confirmed last. */
  confirmed: string | undefined;
  latest: Pod | undefined;
  /** The write that is under way. */
  flushing: Promise<void> | undefined;
}

/** Fields that the kubelet owns: one that it leaves out is taken away. */
const ownFields = [
  'message',
  'reason',
  'podIP',
  'podIPs',
  'initContainerStatuses',
  'ephemeralContainerStatuses',
] as const;
/** Between two tries to write a status when the API server cannot be reached. */
const retryMs = 3_000;

export class StatusWriter {
  readonly #client: Reader & Writer;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #pending = new Map<string, Pending>();

  constructor(client: Reader & Writer, clock: Clock, log: Logger) {
    this.#client = client;
    this.#clock = clock;
    this.#log = log;
  }

  publish(pod: Pod, status: PodStatus): void {
    const uid = pod.metadata.uid;
    let pending = this.#pending.get(uid);
    if (!pending) {
      pending = { pod, status, confirmed: undefined, latest: undefined, flushing: undefined };
      this.#pending.set(uid, pending);
    }
    pending.pod = pod;
    pending.status = status;
    pending.flushing ??= this.#flush(pending);
  }

  /** Resolves when what was published is written, or cannot be for now: then it is tried again by and by. */
  async settled(uid: string): Promise<void> {
    await this.#pending.get(uid)?.flushing;
  }

  forget(uid: string): void {
    this.#pending.delete(uid);
  }

  async #flush(pending: Pending): Promise<void> {
    // Lets a worker that takes several steps in a row publish the last of them only.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      for (;;) {
        const text = JSON.stringify(pending.status);
        const before = newest(pending.pod, pending.latest);
        if (text === pending.confirmed && stillSays(before, pending.status)) return;
        if (pending.confirmed === undefined && text === JSON.stringify(before.status)) return;
        pending.latest = await this.#write(before, pending.status);
        pending.confirmed = text;
      }
    } catch (err) {
      if (isReason(err, 'NotFound')) return;
      const { namespace, name } = pending.pod.metadata;
      this.#log.warn({ err, pod: `${namespace}/${name}` }, 'could not write the status of a pod');
      this.#clock.after(retryMs, () => {
        if (this.#pending.get(pending.pod.metadata.uid) === pending) pending.flushing ??= this.#flush(pending);
      });
    } finally {
      pending.flushing = undefined;
    }
  }

  async #write(before: Pod, status: PodStatus): Promise<Pod> {
    const { namespace, name, uid } = before.metadata;
    let base = before;
    for (;;) {
      const gone = Object.fromEntries(ownFields.filter((field) => !(field in status)).map((field) => [field, null]));
      const body = {
        metadata: { uid, resourceVersion: base.metadata.resourceVersion },
        status: { ...gone, ...status, conditions: [...(status.conditions ?? []), ...foreignConditions(base)] },
      };
      try {
        return await this.#client.patch(
          pods,
          { namespace, name, subresource: 'status' },
          { type: 'application/merge-patch+json', body },
        );
      } catch (error) {
        if (!isReason(error, 'Conflict')) throw error;
        base = await this.#client.get(pods, { namespace, name });
        // Another pod has the name now: this one needs no status any more.
        if (base.metadata.uid !== uid) return before;
      }
    }
  }
}

/** Others write over our conditions while the node is silent: `Ready` is set to False when nothing is heard of it. */
function stillSays({ status }: Pod, ours: PodStatus): boolean {
  return (ours.conditions ?? []).every((own) =>
    status.conditions?.some((found) => found.type === own.type && found.status === own.status),
  );
}

function newest(pod: Pod, written: Pod | undefined): Pod {
  if (!written) return pod;
  const age = compareResourceVersions(pod.metadata.resourceVersion, written.metadata.resourceVersion);
  return age >= 0 ? pod : written;
}

/** Such as readiness gates, which others report. */
function foreignConditions({ status }: Pod): readonly PodCondition[] {
  return (status?.conditions ?? []).filter(({ type }) => !ownConditions.has(type));
}

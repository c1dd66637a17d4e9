// Owns the events that the agent reports. The same event again counts up the first one instead of making another.
import type { Writer } from '@berth/client';
import { type Clock, type Logger, timestamp } from '@berth/host';
import { type Event, events, isReason, type KubeObject, type ObjectReference } from '@berth/objects';

export interface EventRecorder {
  /** Never fails and never waits: an event that cannot be written is logged. */
  record(about: ObjectReference, event: RecordedEvent): void;
}

export interface RecordedEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface EventRecorderOptions {
  readonly client: Writer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly nodeName: string;
  /** What has not been written when it aborts is dropped. */
  readonly signal: AbortSignal;
}

interface Known {
  readonly name: string;
  count: number;
}

/** Events that are remembered to be counted up, and events that wait to be written. */
const maxKnown = 4096;
const maxQueued = 1000;

export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { client, clock, log, nodeName, signal } = options;
  const known = new Map<string, Known>();
  const queue: (() => Promise<unknown>)[] = [];
  let serial = 0;
  let draining = false;

  async function drain(): Promise<void> {
    draining = true;
    for (let write = queue.shift(); write && !signal.aborted; write = queue.shift()) {
      await write().catch((err: unknown) => log.warn({ err }, 'could not write an event'));
    }
    draining = false;
  }

  async function write(
    about: ObjectReference,
    event: RecordedEvent,
    at: { time: string; order: bigint },
  ): Promise<void> {
    const { time, order } = at;
    const namespace = about.namespace || 'default';
    const key = JSON.stringify([about.uid, about.fieldPath, event.type, event.reason, event.message]);
    const before = known.get(key);
    if (before) {
      before.count++;
      const body = { count: before.count, lastTimestamp: time };
      const patched = await client
        .patch(events, { namespace, name: before.name }, { type: 'application/merge-patch+json', body })
        .catch((error: unknown) => {
          // It has outlived its time in the API: begin again.
          if (isReason(error, 'NotFound')) return undefined;
          throw error;
        });
      if (patched) return;
    }
    const name = `${about.name}.${order.toString(16)}`;
    await client.create<Event>(events, newEvent(about, event, { name, namespace, time, nodeName }), { namespace });
    known.delete(key);
    known.set(key, { name, count: 1 });
    const oldest = known.size > maxKnown ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
  }

  return {
    record(about, event) {
      if (queue.length >= maxQueued) {
        log.warn({ reason: event.reason, about: about.name }, 'too many events wait: dropped one');
        return;
      }
      // As Kubernetes names events: by when they happened, in nanoseconds, so that a list of them is in order.
      const order = BigInt(clock.now()) * 1_000_000n + BigInt(serial++ % 1_000_000);
      const at = { time: timestamp(clock), order };
      queue.push(() => write(about, event, at));
      if (!draining) void drain();
    },
  };
}

function newEvent(
  about: ObjectReference,
  { type, reason, message }: RecordedEvent,
  at: { readonly name: string; readonly namespace: string; readonly time: string; readonly nodeName: string },
) {
  return {
    metadata: { name: at.name, namespace: at.namespace },
    involvedObject: about,
    type,
    reason,
    message,
    source: { component: 'kubelet', host: at.nodeName },
    reportingComponent: 'kubelet',
    reportingInstance: at.nodeName,
    firstTimestamp: at.time,
    lastTimestamp: at.time,
    count: 1,
  };
}

/** A reference as events carry it; `fieldPath` such as `spec.containers{web}`. */
export function referenceTo(object: KubeObject, fieldPath?: string): ObjectReference {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...(namespace ? { namespace } : {}),
    name,
    uid,
    resourceVersion,
    ...(fieldPath ? { fieldPath } : {}),
  };
}

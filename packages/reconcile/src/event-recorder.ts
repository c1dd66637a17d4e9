// Owns how what loops report gets into the cluster as events: asynchronously, a bounded number waiting, a few writes
// at a time, and never to the harm of who reports.
import { setMaxListeners } from 'node:events';
import type { Writer } from '@berth/client';
import { type Clock, type Component, type Logger, sleep } from '@berth/host';
import { type Event, events, isReason, type KubeObject } from '@berth/objects';
import { EventCorrelation, type Occurrence, type Tally } from './event-correlation.ts';

export interface EventRecorder {
  /** Returns at once and never throws. `object` is one that was read from the API. */
  record(occurrence: Omit<Occurrence, 'object'> & { readonly object: KubeObject; readonly fieldPath?: string }): void;
}

export interface EventRecorderOptions {
  readonly client: Pick<Writer, 'create' | 'patch'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who reports, such as `replication-controller`. */
  readonly source: { readonly component: string; readonly host?: string };
}

const maximumWaiting = 2_000;
const writesAtATime = 16;
const attempts = 4;
const retryMs = 1_000;

export function createEventRecorder(options: EventRecorderOptions): EventRecorder & Component {
  const { client, clock, source } = options;
  const log = options.log.child({ events: source.component });
  const correlation = new EventCorrelation();
  /** Name of the event in the cluster, once it was created. */
  const names = new WeakMap<Tally, string>();
  const waiting = new Set<Tally>();
  let serial = 0;
  let dropped = 0;
  const writing = new Map<Tally, Promise<void>>();
  let stopping: AbortSignal | undefined;

  function drain(): void {
    while (stopping && waiting.size > 0 && writing.size < writesAtATime) {
      const tally = nextToWrite();
      if (!tally) return;
      waiting.delete(tally);
      const write = persist(tally, stopping).finally(() => {
        writing.delete(tally);
        drain();
      });
      writing.set(tally, write);
    }
  }

  /** An event is never written twice at a time, so that it is created only once. */
  function nextToWrite(): Tally | undefined {
    for (const tally of waiting) if (!writing.has(tally)) return tally;
    return undefined;
  }

  async function persist(tally: Tally, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await write(tally);
      } catch (error) {
        const worthwhile = isReason(error, 'ServiceUnavailable') || isReason(error, 'TooManyRequests');
        if (!worthwhile || attempt === attempts || signal.aborted) {
          log.info({ err: error, reason: tally.reason, object: tally.object }, 'could not write an event');
          return;
        }
        await sleep(clock, retryMs * attempt, signal);
      }
    }
  }

  async function write(tally: Tally): Promise<void> {
    const namespace = tally.object.namespace ?? 'default';
    const known = names.get(tally);
    const last = timestampOf(tally.last);
    if (known) {
      const body = { count: tally.count, lastTimestamp: last, message: tally.message };
      try {
        await client.patch(events, { namespace, name: known }, { type: 'application/merge-patch+json', body });
        return;
      } catch (error) {
        if (!isReason(error, 'NotFound')) throw error;
      }
    }
    // As Kubernetes names them: the object's name and when it happened in hexadecimal nanoseconds, made unique by a
    // serial number.
    const nanoseconds = BigInt(tally.last) * 1_000_000n + BigInt(serial++ % 1_000_000);
    const name = `${tally.object.name}.${nanoseconds.toString(16)}`;
    const event: Parameters<typeof client.create<Event>>[1] = {
      metadata: { name, namespace },
      involvedObject: tally.object,
      type: tally.type,
      reason: tally.reason,
      message: tally.message,
      count: tally.count,
      firstTimestamp: timestampOf(tally.first),
      lastTimestamp: last,
      source,
      reportingComponent: source.component,
      reportingInstance: source.host ?? '',
    };
    names.set(tally, name);
    await client.create(events, event, { namespace });
  }

  return {
    name: `events of ${source.component}`,
    record({ object, fieldPath, type, reason, message }) {
      const reference = { ...referenceTo(object), ...(fieldPath ? { fieldPath } : {}) };
      const tally = correlation.count({ object: reference, type, reason, message }, clock.now());
      if (!tally) return;
      if (waiting.size >= maximumWaiting && !waiting.has(tally)) {
        if (dropped++ % 1_000 === 0) log.warn({ dropped }, 'too many events wait to be written, dropping some');
        return;
      }
      waiting.add(tally);
      drain();
    },
    async start(signal) {
      stopping = signal;
      setMaxListeners(0, signal);
      drain();
      const ended = new Promise<void>((resolve) => {
        const end = () => resolve(settled());
        if (signal.aborted) end();
        else signal.addEventListener('abort', end, { once: true });
      });
      return { done: ended };
    },
  };

  /** What waits when the process stops is still tried once. */
  async function settled(): Promise<void> {
    while (writing.size > 0) await Promise.all(writing.values());
    stopping = undefined;
  }
}

function referenceTo(object: KubeObject): Occurrence['object'] {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion };
}

function timestampOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

// Owns the door of the API server: every request that does not last by its nature takes seats here, or waits for them,
// or is told when to come back. Figures under Kubernetes' names.
import { type Clock, Counter, Gauge, Histogram, type Registry } from '@berth/host';
import { StatusError, type UserInfo } from '@berth/objects';
import { FairQueue, type FairQueueLimits, Rejected, type SchemaFigures } from './fair-queue.ts';
import { flowOf, levels, type RequestFacts, schemas, seatsOf } from './levels.ts';

/** As many as Kubernetes works on: its 400 reads and 200 writes together. */
export const defaultLimits: FairQueueLimits = {
  seats: 600,
  queuedPerFlow: 200,
  queuedPerLevel: 3_200,
  maxWaitMs: 15_000,
};

interface Entering extends RequestFacts {
  readonly user: UserInfo;
  /** How many objects there are of its kind, and how many of them it wants at most. */
  readonly objects: number;
  readonly limit: number | undefined;
  /** Called with what to call when the client has gone. */
  readonly onGone: (cancel: () => void) => void;
}

export interface FlowControl {
  /** The function that gives the place back. Throws, and rejects with, `TooManyRequests`. */
  enter(request: Entering): (() => void) | Promise<() => void>;
}

type RequestKind = 'readOnly' | 'mutating';
const reads: ReadonlySet<string> = new Set(['get', 'list']);

export function createFlowControl(options: {
  readonly limits: FairQueueLimits;
  readonly clock: Clock;
  readonly metrics: Registry;
}): FlowControl {
  const { limits, clock, metrics } = options;
  const labelsOf = ({ name, level = 'exempt' }: SchemaFigures['schema']) => ({
    flow_schema: name,
    priority_level: level,
  });
  const waits = new Histogram({
    name: 'apiserver_flowcontrol_request_wait_duration_seconds',
    help: 'How long requests waited before they were worked on.',
    labelNames: ['priority_level', 'flow_schema', 'execute'],
    buckets: [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
    registers: [metrics],
  });
  const queue = new FairQueue({
    levels,
    schemas,
    limits,
    clock,
    onWaited: (schema, ms) => waits.observe({ ...labelsOf(schema), execute: 'true' }, ms / 1000),
  });
  const working: Record<RequestKind, number> = { readOnly: 0, mutating: 0 };
  const waiting: Record<RequestKind, number> = { readOnly: 0, mutating: 0 };
  exposeFigures(metrics, queue, labelsOf);
  exposeKinds(metrics, working, waiting);

  function leaving(kind: RequestKind, leave: () => void): () => void {
    working[kind]++;
    return () => {
      working[kind]--;
      leave();
    };
  }

  return {
    enter(request) {
      const { user, verb, objects, limit, onGone } = request;
      const kind = reads.has(verb) ? 'readOnly' : 'mutating';
      try {
        const entered = queue.enter(flowOf(user, request), { seats: seatsOf(verb, { objects, limit }), onGone });
        if (!(entered instanceof Promise)) return leaving(kind, entered);
        waiting[kind]++;
        return entered
          .finally(() => waiting[kind]--)
          .then((leave) => leaving(kind, leave))
          .catch((error: unknown) => {
            throw asStatus(error);
          });
      } catch (error) {
        throw asStatus(error);
      }
    },
  };
}

function asStatus(error: unknown): unknown {
  if (!(error instanceof Rejected)) return error;
  const details = { retryAfterSeconds: 1 };
  return new StatusError('TooManyRequests', 'too many requests, please try again later', details);
}

type LabelsOf = (schema: SchemaFigures['schema']) => Record<'flow_schema' | 'priority_level', string>;

/** Counted as plain numbers, and put into the registry when somebody looks. */
function exposeFigures(metrics: Registry, queue: FairQueue, labelsOf: LabelsOf): void {
  const registers = [metrics];
  const labelNames = ['flow_schema', 'priority_level'];
  const gauge = (name: string, help: string, value: (figures: SchemaFigures) => number) =>
    new Gauge({
      name: `apiserver_flowcontrol_${name}`,
      help,
      labelNames,
      registers,
      collect() {
        for (const figures of queue.figures) this.set(labelsOf(figures.schema), value(figures));
      },
    });
  gauge('current_executing_requests', 'Requests that are worked on.', ({ executing }) => executing);
  gauge('current_executing_seats', 'Seats that they take.', ({ executingSeats }) => executingSeats);
  gauge('current_inqueue_requests', 'Requests that wait.', ({ queued }) => queued);
  new Counter({
    name: 'apiserver_flowcontrol_dispatched_requests_total',
    help: 'Requests that were let in.',
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const { schema, dispatched } of queue.figures) this.inc(labelsOf(schema), dispatched);
    },
  });
  new Counter({
    name: 'apiserver_flowcontrol_rejected_requests_total',
    help: 'Requests that were not let in, by reason.',
    labelNames: [...labelNames, 'reason'],
    registers,
    collect() {
      this.reset();
      for (const { schema, rejected } of queue.figures)
        for (const [reason, count] of Object.entries(rejected)) this.inc({ ...labelsOf(schema), reason }, count);
    },
  });
  new Gauge({
    name: 'apiserver_flowcontrol_nominal_limit_seats',
    help: 'Seats of each level when all need theirs.',
    labelNames: ['priority_level'],
    registers,
    collect() {
      for (const { level, seats } of queue.nominalSeats) this.set({ priority_level: level }, seats);
    },
  });
}

function exposeKinds(
  metrics: Registry,
  working: Readonly<Record<RequestKind, number>>,
  waiting: Readonly<Record<RequestKind, number>>,
): void {
  const gauge = (name: string, help: string, counts: Readonly<Record<RequestKind, number>>) =>
    new Gauge({
      name,
      help,
      labelNames: ['request_kind'],
      registers: [metrics],
      collect() {
        for (const [kind, count] of Object.entries(counts)) this.set({ request_kind: kind }, count);
      },
    });
  gauge('apiserver_current_inflight_requests', 'Requests that are worked on.', working);
  gauge('apiserver_current_inqueue_requests', 'Requests that wait.', waiting);
}

// Owns the bound on what is worked on at the same time, and whose turn it is when that is reached: levels have parts of
// the seats to themselves and lend what they do not need; within a level the flow that has the fewest seats is next, and
// none has more than half of what there is. Which request is of which level is not known here.
import type { Clock } from '@berth/host';
import type { Flow, Level, Schema } from './levels.ts';

export interface FairQueueLimits {
  /** Of all levels together. */
  readonly seats: number;
  /** Requests of one flow that may wait. */
  readonly queuedPerFlow: number;
  /** Requests of one level that may wait. */
  readonly queuedPerLevel: number;
  readonly maxWaitMs: number;
}

export type Rejection = 'queue-full' | 'time-out' | 'cancelled';

/** A request that got no seat. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly reason: Rejection;

  constructor(reason: Rejection) {
    super(`no seat: ${reason}`);
    this.reason = reason;
  }
}

/** Since the start, and now. */
export interface SchemaFigures {
  readonly schema: Schema;
  dispatched: number;
  executing: number;
  executingSeats: number;
  queued: number;
  readonly rejected: Record<Rejection, number>;
}

export interface FairQueueOptions {
  readonly levels: readonly Level[];
  readonly schemas: readonly Schema[];
  readonly limits: FairQueueLimits;
  readonly clock: Clock;
  /** Told of each request that got a seat. */
  readonly onWaited?: (schema: Schema, waitedMs: number) => void;
}

interface Waiting {
  readonly seats: number;
  readonly figures: SchemaFigures;
  readonly start: (leave: () => void) => void;
}

interface FlowState {
  readonly key: string;
  seats: number;
  readonly waiting: Waiting[];
}

interface LevelState {
  readonly name: string;
  readonly nominal: number;
  /** Seats that no other level takes. */
  readonly own: number;
  /** That one flow can have. */
  readonly mostOfFlow: number;
  used: number;
  queued: number;
  /** Those that have seats or wait; who had a turn last stands last. */
  readonly flows: Map<string, FlowState>;
}

export class FairQueue {
  readonly #options: FairQueueOptions;
  readonly #levels: ReadonlyMap<string, LevelState>;
  readonly #figures: ReadonlyMap<string, SchemaFigures>;
  #used = 0;
  #handingOut = false;

  constructor(options: FairQueueOptions) {
    this.#options = options;
    this.#levels = levelStates(options);
    this.#figures = new Map(options.schemas.map((schema) => [schema.name, emptyFigures(schema)]));
  }

  get figures(): Iterable<SchemaFigures> {
    return this.#figures.values();
  }

  /** Seats of each level, as it has them when all need theirs. */
  get nominalSeats(): Iterable<{ readonly level: string; readonly seats: number }> {
    return [...this.#levels.values()].map(({ name, nominal }) => ({ level: name, seats: Math.ceil(nominal) }));
  }

  /**
   * The function that gives the seats back; a promise of it where the request has to wait. `onGone` is called with what
   * to call when nobody waits any more. Throws and rejects with `Rejected`.
   */
  enter(
    { schema, key }: Flow,
    asked: { readonly seats: number; readonly onGone?: (cancel: () => void) => void },
  ): (() => void) | Promise<() => void> {
    const figures = this.#figures.get(schema.name)!;
    const level = schema.level === undefined ? undefined : this.#levels.get(schema.level)!;
    if (!level) {
      this.#options.onWaited?.(schema, 0);
      return exempt(figures, asked.seats);
    }
    const seats = Math.min(asked.seats, level.mostOfFlow);
    const held = level.flows.get(key)?.seats ?? 0;
    if (level.queued === 0 && held + seats <= level.mostOfFlow && this.#fits(level, seats)) {
      this.#options.onWaited?.(schema, 0);
      return this.#start(level, flowIn(level, key), { seats, figures });
    }
    const { queuedPerFlow, queuedPerLevel } = this.#options.limits;
    const queued = level.flows.get(key)?.waiting.length ?? 0;
    if (level.queued >= queuedPerLevel || queued >= queuedPerFlow) throw reject(figures, 'queue-full');
    return this.#wait(level, flowIn(level, key), { seats, figures, onGone: asked.onGone });
  }

  #wait(
    level: LevelState,
    flow: FlowState,
    { seats, figures, onGone }: { seats: number; figures: SchemaFigures; onGone?: (cancel: () => void) => void },
  ): Promise<() => void> {
    const { clock, limits, onWaited } = this.#options;
    const since = clock.monotonic();
    return new Promise((resolve, refuse) => {
      const leaveQueue = (reason: Rejection) => {
        timer.cancel();
        const at = flow.waiting.indexOf(waiting);
        if (at < 0) return;
        flow.waiting.splice(at, 1);
        level.queued--;
        figures.queued--;
        forgetIdle(level, flow);
        refuse(reject(figures, reason));
        // What stood behind it may be smaller.
        this.#handOut();
      };
      const timer = clock.after(limits.maxWaitMs, () => leaveQueue('time-out'));
      const waiting: Waiting = {
        seats,
        figures,
        start: (leave) => {
          timer.cancel();
          onWaited?.(figures.schema, clock.monotonic() - since);
          resolve(leave);
        },
      };
      flow.waiting.push(waiting);
      level.queued++;
      figures.queued++;
      onGone?.(() => leaveQueue('cancelled'));
      // It may be that only others have to wait, who have as much as one can have.
      this.#handOut();
    });
  }

  #start(level: LevelState, flow: FlowState, taken: Pick<Waiting, 'seats' | 'figures'>): () => void {
    const { seats, figures } = taken;
    this.#used += seats;
    level.used += seats;
    flow.seats += seats;
    figures.dispatched++;
    figures.executing++;
    figures.executingSeats += seats;
    return () => {
      this.#used -= seats;
      level.used -= seats;
      flow.seats -= seats;
      figures.executing--;
      figures.executingSeats -= seats;
      forgetIdle(level, flow);
      this.#handOut();
    };
  }

  /** In a later turn of the event loop, so that a long queue does not keep new requests from being read. */
  #handOut(): void {
    if (this.#handingOut || !this.#someoneWaits()) return;
    this.#handingOut = true;
    setImmediate(() => {
      this.#handingOut = false;
      for (let next = this.#next(); next; next = this.#next()) {
        const { level, flow } = next;
        const waiting = flow.waiting.shift()!;
        level.queued--;
        waiting.figures.queued--;
        level.flows.delete(flow.key);
        level.flows.set(flow.key, flow);
        waiting.start(this.#start(level, flow, waiting));
      }
    });
  }

  #someoneWaits(): boolean {
    for (const { queued } of this.#levels.values()) if (queued > 0) return true;
    return false;
  }

  /** Of the levels whose next request fits, the one that has the least of what is its own. */
  #next(): { readonly level: LevelState; readonly flow: FlowState } | undefined {
    let best: { readonly level: LevelState; readonly flow: FlowState } | undefined;
    for (const level of this.#levels.values()) {
      const flow = level.queued > 0 ? nextFlow(level) : undefined;
      if (!flow || !this.#fits(level, flow.waiting[0]!.seats)) continue;
      if (!best || level.used / level.nominal < best.level.used / best.level.nominal) best = { level, flow };
    }
    return best;
  }

  /** Whether that many seats are free that no other level may need for itself. */
  #fits(level: LevelState, seats: number): boolean {
    let free = this.#options.limits.seats - this.#used - seats;
    for (const other of this.#levels.values()) if (other !== level) free -= Math.max(0, other.own - other.used);
    return free >= 0 || level.used + seats <= level.own;
  }
}

function levelStates({ levels, limits }: FairQueueOptions): Map<string, LevelState> {
  const shares = levels.reduce((sum, level) => sum + level.shares, 0);
  const parts = levels.map(({ name, ...level }) => {
    const nominal = (limits.seats * level.shares) / shares;
    return { name, nominal, own: Math.floor(nominal * (1 - level.lendable)) };
  });
  const own = parts.reduce((sum, part) => sum + part.own, 0);
  return new Map(
    parts.map((part) => {
      // A client that never reads its answers keeps its seats as long as it may: others need some too.
      const mostOfFlow = Math.max(1, Math.floor((limits.seats - own + part.own) / 2));
      return [part.name, { ...part, mostOfFlow, used: 0, queued: 0, flows: new Map() }];
    }),
  );
}

/** Of those that may have more, the one with the fewest seats; of several the one whose turn is longest ago. */
function nextFlow({ flows, mostOfFlow }: LevelState): FlowState | undefined {
  let best: FlowState | undefined;
  for (const flow of flows.values()) {
    const [first] = flow.waiting;
    if (first && flow.seats + first.seats <= mostOfFlow && (!best || flow.seats < best.seats)) best = flow;
  }
  return best;
}

function flowIn({ flows }: LevelState, key: string): FlowState {
  let flow = flows.get(key);
  if (!flow) {
    flow = { key, seats: 0, waiting: [] };
    flows.set(key, flow);
  }
  return flow;
}

function forgetIdle({ flows }: LevelState, flow: FlowState): void {
  if (flow.seats === 0 && flow.waiting.length === 0) flows.delete(flow.key);
}

function exempt(figures: SchemaFigures, seats: number): () => void {
  figures.dispatched++;
  figures.executing++;
  figures.executingSeats += seats;
  return () => {
    figures.executing--;
    figures.executingSeats -= seats;
  };
}

function reject(figures: SchemaFigures, reason: Rejection): Rejected {
  figures.rejected[reason]++;
  return new Rejected(reason);
}

function emptyFigures(schema: Schema): SchemaFigures {
  const rejected = { 'queue-full': 0, 'time-out': 0, cancelled: 0 };
  return { schema, dispatched: 0, executing: 0, executingSeats: 0, queued: 0, rejected };
}

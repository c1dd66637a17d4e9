// Owns which of several processes runs a component: the one that holds a Lease and renews it. Holding it never fences
// a write: each write still carries the version that it was decided on.
import type { Reader, Writer } from '@berth/client';
import { aborted, type Clock, type Component, type Logger, microTimestamp, sleep } from '@berth/host';
import { isReason, type Lease, type LeaseSpec, leases } from '@berth/objects';

export interface LeaderElectionOptions {
  readonly client: Pick<Reader & Writer, 'get' | 'create' | 'update'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Names this process among those that stand for election. */
  readonly identity: string;
  readonly lease: { readonly namespace: string; readonly name: string };
  /** What runs while the lease is held; started anew each time. */
  readonly component: Component;
  readonly timing?: LeaseTiming;
}

export interface LeaseTiming {
  /** How long a lease is honoured after it was last seen to change. */
  readonly leaseDurationMs: number;
  /** How long the holder goes on without a renewal; shorter than the lease's duration. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
}

const defaultTiming: LeaseTiming = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };

export function createLeaderElection(options: LeaderElectionOptions): Component {
  return {
    name: `${options.component.name} when elected`,
    async start(signal) {
      const candidate = new Candidate(options);
      return { done: campaign(options, candidate, signal) };
    },
  };
}

async function campaign(options: LeaderElectionOptions, candidate: Candidate, signal: AbortSignal): Promise<void> {
  const { clock, component, log } = options;
  const { renewDeadlineMs, retryMs } = options.timing ?? defaultTiming;
  while (!signal.aborted) {
    let renewed = clock.monotonic();
    if (!(await candidate.tryToHold())) {
      await sleep(clock, retryMs, signal);
      continue;
    }
    log.info({ lease: options.lease, identity: options.identity }, 'elected');
    const leading = new AbortController();
    let failure: unknown;
    let ended = false;
    const running = component
      .start(leading.signal)
      .then(({ done }) => done)
      .catch((error: unknown) => {
        failure = error;
      })
      .then(() => {
        ended = true;
      });
    const stop = Promise.race([aborted(signal), running]);
    while (!signal.aborted && !ended) {
      await Promise.race([sleep(clock, retryMs, signal), stop]);
      if (signal.aborted || ended) break;
      // The deadline counts from before the request: how long that takes is not ours to spend.
      const asked = clock.monotonic();
      const attempt = candidate.tryToHold();
      const deadline = sleep(clock, Math.max(0, renewed + renewDeadlineMs - asked), signal).then(() => false);
      if (await Promise.race([attempt, deadline])) renewed = asked;
      else if (clock.monotonic() - renewed >= renewDeadlineMs || candidate.lost) break;
    }
    const endedByItself = ended;
    leading.abort();
    await running;
    if (endedByItself) {
      await candidate.release();
      if (failure) throw failure;
      return;
    }
    if (!signal.aborted) log.warn({ lease: options.lease }, 'lost the election');
  }
  await candidate.release();
}

/** What one process knows of the lease. */
class Candidate {
  readonly #options: LeaderElectionOptions;
  #seen: Lease | undefined;
  /** When the lease was last seen to change, on this process's own clock: no two machines' clocks are compared. */
  #changedAt = 0;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
  }

  /** Another process was seen to hold the lease. */
  get lost(): boolean {
    const holder = this.#seen?.spec.holderIdentity;
    return holder !== undefined && holder !== '' && holder !== this.#options.identity;
  }

  /** Whether the lease is this process's after the attempt. Never throws. */
  async tryToHold(): Promise<boolean> {
    try {
      return await this.#hold();
    } catch (error) {
      if (!isReason(error, 'Conflict') && !isReason(error, 'AlreadyExists'))
        this.#options.log.warn({ err: error, lease: this.#options.lease }, 'could not take or renew the lease');
      return false;
    }
  }

  /** Lets others take over at once. */
  async release(): Promise<void> {
    const held = this.#seen;
    if (held?.spec.holderIdentity !== this.#options.identity) return;
    try {
      await this.#options.client.update(leases, {
        ...held,
        spec: { ...held.spec, holderIdentity: '', leaseDurationSeconds: 1 },
      });
    } catch (error) {
      this.#options.log.info({ err: error, lease: this.#options.lease }, 'could not release the lease');
    }
  }

  async #hold(): Promise<boolean> {
    const { client, clock, identity, lease } = this.#options;
    const { leaseDurationMs } = this.#options.timing ?? defaultTiming;
    const current = await this.#read();
    const now = microTimestamp(clock);
    const mine = {
      holderIdentity: identity,
      leaseDurationSeconds: Math.max(1, Math.round(leaseDurationMs / 1_000)),
      renewTime: now,
    };
    if (!current) {
      const spec: LeaseSpec = { ...mine, acquireTime: now, leaseTransitions: 0 };
      this.#note(await client.create(leases, { metadata: lease, spec }));
      return true;
    }
    const { holderIdentity, leaseTransitions = 0, acquireTime } = current.spec;
    const holding = holderIdentity === identity;
    if (!holding && holderIdentity) {
      const honouredMs = (current.spec.leaseDurationSeconds ?? 0) * 1_000;
      if (clock.monotonic() < this.#changedAt + honouredMs) return false;
    }
    const spec: LeaseSpec = holding
      ? { ...mine, acquireTime, leaseTransitions }
      : { ...mine, acquireTime: now, leaseTransitions: leaseTransitions + 1 };
    this.#note(await client.update(leases, { ...current, spec }));
    return true;
  }

  async #read(): Promise<Lease | undefined> {
    try {
      const lease = await this.#options.client.get(leases, this.#options.lease);
      this.#note(lease);
      return lease;
    } catch (error) {
      if (isReason(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  #note(lease: Lease): void {
    if (lease.metadata.resourceVersion === this.#seen?.metadata.resourceVersion) return;
    this.#seen = lease;
    this.#changedAt = this.#options.clock.monotonic();
  }
}

// Owns which pods wait to be scheduled, and when each gets its next try.
//
//   put ──► active ──take──► taken ──remove──► (bound or gone)
//             ▲                │
//             │ back-off over  ├── retry ──► back-off
//             │                └── failed ─► unschedulable ──makeRoom, or five minutes──► back-off or active
//             └────────────────────────────────────────────────────────────────────────┘
import type { Clock, Timer } from '@berth/host';
import type { Pod } from '@berth/objects';
import { ActivePods } from './active-pods.ts';
import { priorityOf, signatureOf } from './pod-facts.ts';

interface Entry {
  pod: Pod;
  readonly priority: number;
  state: 'active' | 'taken' | 'back-off' | 'unschedulable';
  attempts: number;
  /** Monotonic milliseconds since which it has been here. */
  readonly came: number;
  /** Monotonic milliseconds before which it is not tried again. */
  notBefore: number;
  /** When it became unschedulable. */
  since: number;
}

const firstBackOffMs = 1_000;
const maximumBackOffMs = 10_000;
/** After this long an unschedulable pod is tried again although nothing seems to have made room for it. */
const unschedulableForMs = 300_000;

export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #onReady: () => void;
  readonly #entries = new Map<string, Entry>();
  readonly #active = new ActivePods<Entry>();
  readonly #backingOff = new Set<Entry>();
  readonly #unschedulable = new Set<Entry>();
  #timer: { readonly due: number; readonly timer: Timer } | undefined;

  /** `onReady` is called whenever pods became active. */
  constructor(clock: Clock, onReady: () => void) {
    this.#clock = clock;
    this.#onReady = onReady;
  }

  /** A pod that waits for a node, new or changed. */
  put(pod: Pod): void {
    const known = this.#entries.get(pod.metadata.uid);
    if (!known) {
      const priority = priorityOf(pod);
      const came = this.#clock.monotonic();
      const entry: Entry = { pod, priority, state: 'active', attempts: 0, came, notBefore: 0, since: 0 };
      this.#entries.set(pod.metadata.uid, entry);
      this.#activate(entry);
      this.#onReady();
      return;
    }
    const changed = signatureOf(known.pod) !== signatureOf(pod);
    known.pod = pod;
    if (changed && known.state === 'unschedulable') {
      this.#activate(known);
      this.#onReady();
    }
  }

  /** The newest state of a pod, if it is in the queue. */
  refresh(pod: Pod): void {
    const known = this.#entries.get(pod.metadata.uid);
    if (known) known.pod = pod;
  }

  /** The pod waits no longer. */
  remove(uid: string): void {
    const entry = this.#entries.get(uid);
    if (!entry) return;
    this.#entries.delete(uid);
    this.#leave(entry);
  }

  /** Since when the pod waits, in monotonic milliseconds, and how often it was tried. */
  waitOf(uid: string): { readonly came: number; readonly attempts: number } | undefined {
    return this.#entries.get(uid);
  }

  /** How many pods wait, by what for. Source: Kubernetes' names of the scheduler's queues. */
  counts(): Readonly<Record<'active' | 'backoff' | 'unschedulable', number>> {
    const [backoff, unschedulable] = [this.#backingOff.size, this.#unschedulable.size];
    return { active: this.#entries.size - backoff - unschedulable, backoff, unschedulable };
  }

  take(): Pod | undefined {
    const entry = this.#active.first();
    if (!entry) return undefined;
    this.#active.delete(entry);
    entry.state = 'taken';
    entry.attempts++;
    const backOff = Math.min(maximumBackOffMs, firstBackOffMs * 2 ** Math.min(entry.attempts - 1, 10));
    entry.notBefore = this.#clock.monotonic() + backOff;
    return entry.pod;
  }

  /** There is no node for the pod as things are. */
  failed(uid: string): void {
    const entry = this.#taken(uid);
    if (!entry) return;
    entry.state = 'unschedulable';
    entry.since = this.#clock.monotonic();
    this.#unschedulable.add(entry);
    this.#wakeAt(entry.since + unschedulableForMs);
  }

  /** There was a node, but it could not be had. */
  retry(uid: string): void {
    const entry = this.#taken(uid);
    if (entry) this.#backOff(entry);
  }

  /** Something changed that may give unschedulable pods a place. */
  makeRoom(): void {
    if (this.#unschedulable.size === 0) return;
    for (const entry of [...this.#unschedulable]) this.#again(entry);
    this.#onReady();
  }

  close(): void {
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    this.#entries.clear();
    for (const set of [this.#active, this.#backingOff, this.#unschedulable]) set.clear();
  }

  #taken(uid: string): Entry | undefined {
    const entry = this.#entries.get(uid);
    return entry?.state === 'taken' ? entry : undefined;
  }

  #again(entry: Entry): void {
    if (entry.notBefore <= this.#clock.monotonic()) this.#activate(entry);
    else this.#backOff(entry);
  }

  #activate(entry: Entry): void {
    this.#leave(entry);
    entry.state = 'active';
    this.#active.add(entry);
  }

  #backOff(entry: Entry): void {
    this.#leave(entry);
    entry.state = 'back-off';
    this.#backingOff.add(entry);
    this.#wakeAt(entry.notBefore);
  }

  #leave(entry: Entry): void {
    this.#active.delete(entry);
    this.#backingOff.delete(entry);
    this.#unschedulable.delete(entry);
  }

  #wakeAt(due: number): void {
    if (this.#timer && this.#timer.due <= due) return;
    this.#timer?.timer.cancel();
    const timer = this.#clock.after(Math.max(0, due - this.#clock.monotonic()), () => this.#wake());
    this.#timer = { due, timer };
  }

  #wake(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (const entry of [...this.#backingOff]) if (entry.notBefore <= now) this.#activate(entry);
    for (const entry of [...this.#unschedulable]) if (entry.since + unschedulableForMs <= now) this.#again(entry);
    for (const entry of this.#backingOff) this.#wakeAt(entry.notBefore);
    for (const entry of this.#unschedulable) this.#wakeAt(entry.since + unschedulableForMs);
    if (!this.#active.isEmpty) this.#onReady();
  }
}

// Owns the figures of the scheduler, under the names that Kubernetes gives them.
import { addGauge, Counts, Distributions, type Registry } from '@berth/host';
import type { SchedulingQueue } from './queue.ts';

/** How an attempt to schedule a pod ended. */
export type Result = 'scheduled' | 'unschedulable' | 'error';

/** Kubernetes': doubling from a millisecond, 0.001 to 16 s. */
const attemptSeconds = Array.from({ length: 15 }, (_, power) => 0.001 * 2 ** power);
/** Kubernetes': doubling from ten milliseconds, 0.01 to about 5,200 s. */
const podSeconds = Array.from({ length: 20 }, (_, power) => 0.01 * 2 ** power);
const victimCounts = [1, 2, 4, 8, 16, 32, 64];
const profile = 'default-scheduler';

export class Figures {
  readonly #attempts: Counts;
  readonly #attemptSeconds: Distributions;
  readonly #podSeconds: Distributions;
  readonly #preemptions: Counts;
  readonly #victims: Distributions;
  #queue: SchedulingQueue | undefined;

  constructor(registry: Registry) {
    this.#attempts = new Counts(registry, {
      name: 'scheduler_schedule_attempts_total',
      help: 'Attempts to schedule a pod, by how they ended.',
    });
    this.#attemptSeconds = new Distributions(registry, {
      name: 'scheduler_scheduling_attempt_duration_seconds',
      help: 'Time from the decision about a pod to the end of its binding.',
      bounds: attemptSeconds,
    });
    this.#podSeconds = new Distributions(registry, {
      name: 'scheduler_pod_scheduling_sli_duration_seconds',
      help: 'Time from when a pod began to wait until it was bound, by the attempts that it took.',
      bounds: podSeconds,
    });
    this.#preemptions = new Counts(registry, {
      name: 'scheduler_preemption_attempts_total',
      help: 'Times that room was made for a pod by removing others.',
    });
    this.#victims = new Distributions(registry, {
      name: 'scheduler_preemption_victims',
      help: 'Pods that were removed to make room for one.',
      bounds: victimCounts,
    });
    addGauge(registry, {
      name: 'scheduler_pending_pods',
      help: 'Pods that wait: to be tried, for their next try, or for something to change.',
      read: () => Object.entries(this.#queue?.counts() ?? {}).map(([queue, count]) => [{ queue }, count] as const),
    });
  }

  /** Whose pods are counted: the queue of the run that is under way. */
  follow(queue: SchedulingQueue): void {
    this.#queue = queue;
  }

  attempted(result: Result, seconds: number): void {
    this.#attempts.of({ result, profile }).add();
    this.#attemptSeconds.of({ result, profile }).observe(seconds);
  }

  bound(attempts: number, seconds: number): void {
    this.#podSeconds.of({ attempts: attempts >= 15 ? '15+' : String(attempts) }).observe(seconds);
  }

  preempted(victims: number): void {
    this.#preemptions.of({}).add();
    this.#victims.of({}).observe(victims);
  }
}

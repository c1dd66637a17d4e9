// Owns the probing of one running container: when each probe runs, how many results in a row count, and what follows
// for the container's health. How a probe is carried out comes in.
//
//   startup probe ── passes ──► liveness and readiness probes, each in its own rhythm
//        └── fails, liveness fails ──► `failed`: the container is to be restarted, probing ends
import type { Clock, Timer } from '@berth/host';
import type { Container, Probe } from '@berth/objects';
import type { Health } from '../pod/memory.ts';
import type { HandlerResult } from './handlers.ts';

type ProbeKind = 'startup' | 'liveness' | 'readiness';

export interface ContainerProbesOptions {
  readonly container: Container;
  readonly startedAt: number;
  /** What was known of this container before the agent was restarted. */
  readonly adopted: Health | undefined;
  readonly clock: Clock;
  readonly check: (probe: Probe, signal: AbortSignal) => Promise<HandlerResult>;
  readonly onChange: (health: Health) => void;
  readonly onFailure: (kind: ProbeKind, output: string) => void;
  readonly onWarning: (kind: ProbeKind, output: string) => void;
}

export function hasProbes({ startupProbe, livenessProbe, readinessProbe }: Container): boolean {
  return Boolean(startupProbe ?? livenessProbe ?? readinessProbe);
}

export class ContainerProbes {
  readonly #options: ContainerProbesOptions;
  readonly #timers = new Map<ProbeKind, Timer>();
  readonly #streaks = new Map<ProbeKind, number>();
  #health: Health;
  #stopped = false;

  constructor(options: ContainerProbesOptions) {
    this.#options = options;
    const { startupProbe, readinessProbe } = options.container;
    this.#health = options.adopted ?? { started: !startupProbe, ready: !readinessProbe, failed: undefined };
  }

  get health(): Health {
    return this.#health;
  }

  start(): void {
    if (this.#health.started) this.#startSteady();
    else this.#schedule('startup', this.#options.container.startupProbe);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #startSteady(): void {
    this.#schedule('liveness', this.#options.container.livenessProbe);
    this.#schedule('readiness', this.#options.container.readinessProbe);
  }

  #schedule(kind: ProbeKind, probe: Probe | undefined): void {
    if (!probe) return;
    const { clock, startedAt } = this.#options;
    const delayMs = (probe.initialDelaySeconds ?? 0) * 1000;
    // A start that seems to be in the future is one of before the clock was set back.
    this.#after(Math.min(delayMs, Math.max(0, startedAt + delayMs - clock.now())), kind, probe);
  }

  #after(delayMs: number, kind: ProbeKind, probe: Probe): void {
    if (this.#stopped) return;
    const run = () => {
      void this.#run(kind, probe);
    };
    this.#timers.set(kind, this.#options.clock.after(delayMs, run));
  }

  async #run(kind: ProbeKind, probe: Probe): Promise<void> {
    const { clock, check, onFailure, onWarning } = this.#options;
    const timeout = new AbortController();
    const timer = clock.after((probe.timeoutSeconds ?? 1) * 1000, () => timeout.abort());
    const began = clock.monotonic();
    const result = await check(probe, timeout.signal).catch(
      (error: unknown): HandlerResult => ({
        ok: false,
        output: error instanceof Error ? error.message : String(error),
      }),
    );
    timer.cancel();
    if (this.#stopped) return;
    if (!result.ok) onFailure(kind, result.output);
    else if (result.warning) onWarning(kind, result.output);
    this.#count(kind, probe, result.ok);
    const finished = this.#health.failed !== undefined || (kind === 'startup' && this.#health.started);
    if (!finished) this.#after((probe.periodSeconds ?? 10) * 1000 - (clock.monotonic() - began), kind, probe);
  }

  /** Positive: successes in a row; negative: failures. */
  #count(kind: ProbeKind, probe: Probe, ok: boolean): void {
    const before = this.#streaks.get(kind) ?? 0;
    const streak = ok ? Math.max(before, 0) + 1 : Math.min(before, 0) - 1;
    this.#streaks.set(kind, streak);
    if (streak >= (probe.successThreshold ?? 1)) this.#conclude(kind, true);
    else if (-streak >= (probe.failureThreshold ?? 3)) this.#conclude(kind, false);
  }

  #conclude(kind: ProbeKind, ok: boolean): void {
    switch (kind) {
      case 'readiness':
        this.#set({ ...this.#health, ready: ok });
        break;
      case 'liveness':
        if (!ok) this.#fail('liveness');
        break;
      case 'startup':
        if (!ok) {
          this.#fail('startup');
        } else {
          this.#set({ ...this.#health, started: true });
          this.#startSteady();
        }
        break;
    }
  }

  #fail(failed: 'liveness' | 'startup'): void {
    this.stop();
    this.#set({ ...this.#health, ready: false, failed });
  }

  #set(health: Health): void {
    const { started, ready, failed } = this.#health;
    if (health.started === started && health.ready === ready && health.failed === failed) return;
    this.#health = health;
    this.#options.onChange(health);
  }
}

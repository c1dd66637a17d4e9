// Owns the order in which admission plugins run, and the end of each request: what was allocated is kept or given back.
import { type Clock, type Distribution, Distributions, type Registry } from '@berth/host';
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';

export type RequestFacts = Omit<AdmissionRequest, 'onSettled' | 'reinvocation'>;

/** One write on its way through the plugins. */
export interface Admission {
  admit(): Promise<void>;
  validate(): Promise<void>;
  allocate(): Promise<void>;
  /** Must be called in every case, once. */
  settle(written: boolean): void;
}

type Stage = 'admit' | 'validate' | 'allocate';

/** A plugin that has something to do in one stage of one operation, and what it took; made when it first does it. */
interface Step {
  readonly plugin: AdmissionPlugin;
  readonly run: (request: AdmissionRequest) => void | Promise<void>;
  passed?: Distribution;
  rejected?: Distribution;
}

export class AdmissionChain {
  readonly #clock: Clock;
  readonly #seconds: Distributions;
  /** By stage and operation. */
  readonly #steps = new Map<string, readonly Step[]>();

  constructor({ clock, metrics }: { clock: Clock; metrics: Registry }, plugins: readonly AdmissionPlugin[]) {
    this.#clock = clock;
    this.#seconds = new Distributions(metrics, {
      name: 'apiserver_admission_controller_admission_duration_seconds',
      help: 'How long an admission plugin took, by its name, its stage, the operation, and whether it refused.',
      bounds: [0.005, 0.025, 0.1, 0.5, 1, 2.5],
    });
    for (const stage of ['admit', 'validate', 'allocate'] as const)
      for (const operation of ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const) {
        const steps = plugins.flatMap((plugin): Step | [] => {
          const run = plugin[stage]?.bind(plugin);
          return run ? { plugin, run } : [];
        });
        this.#steps.set(`${stage} ${operation}`, steps);
      }
  }

  begin(facts: RequestFacts): Admission {
    const settlements: ((written: boolean) => void)[] = [];
    let again = false;
    const reinvocation: { round: 0 | 1; require(): void } = {
      round: 0,
      require() {
        again = true;
      },
    };
    const request: AdmissionRequest = {
      ...facts,
      onSettled: (settle) => settlements.push(settle),
      reinvocation,
    };
    return {
      admit: async () => {
        await this.#run('admit', request);
        if (!again) return;
        reinvocation.round = 1;
        await this.#run('admit', request);
      },
      validate: () => this.#run('validate', request),
      allocate: () => this.#run('allocate', request),
      settle: (written) => {
        for (const settle of settlements.splice(0)) settle(written);
      },
    };
  }

  async #run(stage: Stage, request: AdmissionRequest): Promise<void> {
    const { operation } = request;
    let before = this.#clock.monotonic();
    for (const step of this.#steps.get(`${stage} ${operation}`)!) {
      let outcome: 'passed' | 'rejected' = 'rejected';
      try {
        // Most have nothing to wait for.
        const pending = step.run(request);
        if (pending) await pending;
        outcome = 'passed';
      } finally {
        const after = this.#clock.monotonic();
        const rejected = String(outcome === 'rejected');
        const seconds = step[outcome] ?? this.#seconds.of({ name: step.plugin.name, type: stage, operation, rejected });
        step[outcome] = seconds;
        seconds.observe((after - before) / 1000);
        before = after;
      }
    }
  }
}

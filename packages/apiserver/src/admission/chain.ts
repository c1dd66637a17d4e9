// Owns the order in which admission plugins run, and the end of each request: what was allocated is kept or given back.
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

export class AdmissionChain {
  readonly #plugins: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
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

  async #run(stage: 'admit' | 'validate' | 'allocate', request: AdmissionRequest): Promise<void> {
    for (const plugin of this.#plugins) await plugin[stage]?.(request);
  }
}

// Owns that an agent's certificates never end while it runs: in the last third of its life each is exchanged for a new
// one, under which the agent goes on. Source of the timing: Kubernetes' kubelet.
import { X509Certificate } from 'node:crypto';
import type { Reader, Writer } from '@berth/client';
import { type Clock, type Component, type Logger, type Random, sleep } from '@berth/host';
import { type KeyPair, obtainCertificate, type Wanted } from './certificate-request.ts';

export interface RotationOptions {
  readonly client: Reader & Writer;
  readonly wanted: Wanted;
  /** What is in use. */
  readonly current: KeyPair;
  /** Puts the new one in its place, in the file and in use. */
  readonly use: (pair: KeyPair) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const retryMs = 30_000;
const lookMs = 10 * 60_000;

export function createRotation(options: RotationOptions): Component {
  const { client, wanted, clock, random, log } = options;
  return {
    name: `certificate rotation (${wanted.purpose})`,
    async start(signal) {
      return { done: rotate(signal) };
    },
  };

  async function rotate(signal: AbortSignal): Promise<void> {
    let due = dueTime(options.current, random);
    for (;;) {
      // Timers stand still while a machine is suspended, and a wall clock may be set.
      await sleep(clock, Math.min(lookMs, Math.max(0, due - clock.now())), signal);
      if (signal.aborted) return;
      if (clock.now() < due) continue;
      try {
        const renewed = await obtainCertificate(client, wanted, { clock, signal });
        await options.use(renewed);
        due = dueTime(renewed, random);
        log.info({ purpose: wanted.purpose }, 'the certificate was renewed');
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error, purpose: wanted.purpose }, 'the certificate could not be renewed, trying again later');
        due = clock.now() + retryMs;
      }
    }
  }
}

/** Between 70 and 90 % of its life, so that not all agents come at once. */
function dueTime({ cert }: KeyPair, random: Random): number {
  const { validFrom, validTo } = new X509Certificate(cert);
  const from = Date.parse(validFrom);
  return from + (Date.parse(validTo) - from) * (0.7 + 0.2 * random.fraction());
}

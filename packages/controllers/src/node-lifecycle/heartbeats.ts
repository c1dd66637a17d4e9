// Owns when each node was last heard of, by this process's own clock: no two machines' clocks are compared. After a
// restart every node is taken to have been heard of just now.
import type { Clock } from '@berth/host';
import type { Lease, Node } from '@berth/objects';
import { readyConditionOf } from './decide.ts';

interface Heard {
  /** What the lease and the node last said of their time. */
  renewed: string | undefined;
  reported: string | undefined;
  at: number;
}

export class Heartbeats {
  readonly #clock: Clock;
  readonly #heard = new Map<string, Heard>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  onLease({ metadata, spec }: Lease): void {
    const heard = this.#of(metadata.name);
    if (heard.renewed === spec.renewTime) return;
    heard.renewed = spec.renewTime;
    heard.at = this.#clock.monotonic();
  }

  onNode(node: Node): void {
    const heard = this.#of(node.metadata.name);
    const reported = readyConditionOf(node)?.lastHeartbeatTime;
    if (heard.reported === reported) return;
    heard.reported = reported;
    heard.at = this.#clock.monotonic();
  }

  forget(name: string): void {
    this.#heard.delete(name);
  }

  /** Monotonic milliseconds. */
  lastOf(name: string): number {
    return this.#of(name).at;
  }

  #of(name: string): Heard {
    let heard = this.#heard.get(name);
    if (!heard) {
      heard = { renewed: undefined, reported: undefined, at: this.#clock.monotonic() };
      this.#heard.set(name, heard);
    }
    return heard;
  }
}

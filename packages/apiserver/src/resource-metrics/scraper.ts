// Owns the rounds in which all agents are asked what their nodes use, and the last two answers of each. A node that does
// not answer has none, as with metrics-server.
import { type Clock, type Component, type Logger, sleep } from '@berth/host';
import type { Node } from '@berth/objects';
import { type Point, readScrape, type Scrape } from './scrape.ts';

export interface ScraperOptions {
  /** Those that there are now. */
  readonly nodes: () => Iterable<Node>;
  /** What the node's agent says under `/metrics/resource`. */
  readonly read: (node: Node, signal: AbortSignal) => Promise<string>;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Measured {
  readonly last: Scrape;
  readonly previous: Scrape | undefined;
}

/** Metrics-server's own. */
const roundMs = 15_000;
const answerMs = 10_000;
/** How many agents are asked at a time. */
const atOnce = 16;

export class Scraper implements Component {
  readonly name = 'resource-metrics';
  readonly #options: ScraperOptions;
  #measured: ReadonlyMap<string, Measured> = new Map();

  constructor(options: ScraperOptions) {
    this.#options = options;
  }

  async start(signal: AbortSignal): Promise<{ done: Promise<void> }> {
    return { done: this.#run(signal) };
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#round(signal);
      await sleep(this.#options.clock, roundMs, signal);
    }
  }

  /** The node's last measurement, and the one before. */
  node(name: string): readonly [last: Point | undefined, previous: Point | undefined] {
    const measured = this.#measured.get(name);
    return [measured?.last.node, measured?.previous?.node];
  }

  /** Those of the containers of a pod, by their names; the pod's by `NAMESPACE/NAME`. */
  pod(
    node: string,
    pod: string,
  ): readonly { readonly container: string; readonly last: Point; readonly previous: Point | undefined }[] {
    const measured = this.#measured.get(node);
    const before = measured?.previous?.pods.get(pod);
    return [...(measured?.last.pods.get(pod) ?? [])].map(([container, last]) => ({
      container,
      last,
      previous: before?.get(container),
    }));
  }

  async #round(signal: AbortSignal): Promise<void> {
    const waiting = [...this.#options.nodes()].filter(({ status }) => status?.daemonEndpoints?.kubeletEndpoint?.Port);
    const found = new Map<string, Measured>();
    const worker = async () => {
      for (let node = waiting.shift(); node && !signal.aborted; node = waiting.shift()) {
        const { name } = node.metadata;
        const last = await this.#ask(node, signal);
        if (last) found.set(name, this.#after(name, last));
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, worker));
    if (!signal.aborted) this.#measured = found;
  }

  /** An answer of the same moment says nothing new. One of an earlier moment does: the agent's clock was set back. */
  #after(name: string, last: Scrape): Measured {
    const known = this.#measured.get(name);
    if (!known) return { last, previous: undefined };
    const isAnother = last.node?.at !== known.last.node?.at;
    return isAnother ? { last, previous: known.last } : known;
  }

  async #ask(node: Node, signal: AbortSignal): Promise<Scrape | undefined> {
    const { read, clock, log } = this.#options;
    const late = new AbortController();
    const timer = clock.after(answerMs, () => late.abort());
    try {
      return readScrape(await read(node, AbortSignal.any([signal, late.signal])));
    } catch (err) {
      if (!signal.aborted) log.debug({ err, node: node.metadata.name }, 'an agent does not say what its node uses');
      return undefined;
    } finally {
      timer.cancel();
    }
  }
}

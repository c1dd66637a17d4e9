// Owns the node's registration and its reports: the Node object on a change and every few minutes, the Lease every ten
// seconds, by which the control plane knows that the agent lives.
import type { Reader, Writer } from '@berth/client';
import { type Clock, type Logger, microTimestamp, sleep, timestamp } from '@berth/host';
import { isReason, type Lease, leases, type Node, nodes, type OwnerReference } from '@berth/objects';
import type { ImageInfo, PodRuntime } from '../runtime/port.ts';
import { readPressure } from './machine.ts';
import { type NodeFacts, type NodeObservation, nodeLabels, nodeStatus } from './node-object.ts';

export interface NodeReporterOptions {
  readonly client: Reader & Writer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly facts: NodeFacts;
  readonly runtime: Pick<PodRuntime, 'images' | 'simulated'>;
  readonly dataDirectory: string;
}

const leaseNamespace = 'kube-node-lease';
const leaseSeconds = 40;
const renewMs = 10_000;
const retryMs = 1_000;
const reportTries = 5;
/** How often the machine and the object are looked at, and how often the status is written though nothing changed. */
const lookMs = 10_000;
const writeMs = 300_000;

export class NodeReporter {
  readonly #options: NodeReporterOptions;
  #notReady = 'container runtime network not ready: the pod network is being set up';
  #written: { readonly text: string; readonly at: number } | undefined;
  #wake = new AbortController();
  #seenImages: readonly ImageInfo[] = [];

  constructor(options: NodeReporterOptions) {
    this.#options = options;
  }

  /** Empty: pods can run. */
  setNotReady(reason: string): void {
    if (reason === this.#notReady) return;
    this.#notReady = reason;
    this.#wake.abort();
  }

  /** The node as it stands in the API: what the control plane wrote in the agent's absence is taken back at once. */
  onNode(node: Node): void {
    if (isGivenUp(node)) this.#wake.abort();
  }

  /** Creates the node or takes over its object, however long the API server takes to answer. */
  async register(signal: AbortSignal): Promise<Node | undefined> {
    while (!signal.aborted) {
      try {
        return await this.#registerOnce();
      } catch (err) {
        this.#options.log.warn({ err }, 'could not register the node');
        await sleep(this.#options.clock, retryMs, signal);
      }
    }
    return undefined;
  }

  async #registerOnce(): Promise<Node> {
    const { client, facts } = this.#options;
    const labels = nodeLabels(facts);
    try {
      await client.create<Node>(nodes, { metadata: { name: facts.name, labels }, spec: {} });
    } catch (error) {
      if (!isReason(error, 'AlreadyExists')) throw error;
      const body = { metadata: { labels } };
      const known = await client.patch(nodes, { name: facts.name }, { type: 'application/merge-patch+json', body });
      // A restart is no reason to call a node NotReady that was Ready: the network of its pods is still there.
      if (isReady(known)) this.#notReady = '';
    }
    return this.#report();
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#renew(signal), this.#keepReporting(signal)]);
  }

  async #keepReporting(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      await sleep(clock, lookMs, AbortSignal.any([signal, this.#wake.signal]));
      if (signal.aborted) return;
      this.#wake = new AbortController();
      await this.#report().catch(async (err: unknown) => {
        log.warn({ err }, 'could not report the status of the node');
        await sleep(clock, retryMs, signal);
        this.#wake.abort();
      });
    }
  }

  /** Others write to the object as well: after a conflict it is decided again. */
  async #report(): Promise<Node> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#reportOnce();
      } catch (error) {
        if (!isReason(error, 'Conflict') || tries === reportTries) throw error;
      }
    }
  }

  async #reportOnce(): Promise<Node> {
    const { client, clock, facts, runtime, dataDirectory } = this.#options;
    const before = await client.get(nodes, { name: facts.name });
    const seen: NodeObservation = {
      pressure: runtime.simulated ? { memory: false, disk: false } : await readPressure(dataDirectory),
      images: await this.#images(),
      notReady: this.#notReady,
      now: timestamp(clock),
    };
    const status = nodeStatus(facts, seen, before.status);
    const text = JSON.stringify({
      ...status,
      conditions: status.conditions?.map(({ type, status }) => [type, status]),
    });
    const isDue = !this.#written || clock.monotonic() - this.#written.at >= writeMs || text !== this.#written.text;
    if (!isDue && !isGivenUp(before)) return before;
    const node = await client.updateStatus(nodes, { ...before, status: { ...before.status, ...status } });
    this.#written = { text, at: clock.monotonic() };
    return node;
  }

  /** Those seen last while the runtime does not answer: that the node is not ready must be told all the same. */
  async #images(): Promise<readonly ImageInfo[]> {
    this.#seenImages = await this.#options.runtime.images().catch(() => this.#seenImages);
    return this.#seenImages;
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      const renewed = await this.#renewOnce().catch((err: unknown) => {
        log.warn({ err }, 'could not renew the lease of the node');
        return false;
      });
      await sleep(clock, renewed ? renewMs : retryMs, signal);
    }
  }

  async #renewOnce(): Promise<boolean> {
    const { client, clock, facts } = this.#options;
    const target = { namespace: leaseNamespace, name: facts.name };
    const spec = { holderIdentity: facts.name, leaseDurationSeconds: leaseSeconds, renewTime: microTimestamp(clock) };
    try {
      await client.patch(leases, target, { type: 'application/merge-patch+json', body: { spec } });
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
      const metadata = { name: facts.name, ownerReferences: await this.#ownerReferences() };
      await client.create<Lease>(leases, { metadata, spec }, { namespace: leaseNamespace });
    }
    return true;
  }

  /** The lease goes with its node. */
  async #ownerReferences(): Promise<OwnerReference[]> {
    const { client, facts } = this.#options;
    try {
      const { metadata } = await client.get(nodes, { name: facts.name });
      return [{ apiVersion: 'v1', kind: 'Node', name: facts.name, uid: metadata.uid }];
    } catch (error) {
      if (isReason(error, 'NotFound')) return [];
      throw error;
    }
  }
}

/** The control plane writes `Unknown` on a node of which it has not heard for long. */
function isGivenUp(node: Node): boolean {
  return readyStatusOf(node) === 'Unknown';
}

function isReady(node: Node): boolean {
  return readyStatusOf(node) === 'True';
}

function readyStatusOf({ status }: Node): string | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status;
}

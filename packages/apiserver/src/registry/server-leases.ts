// Owns which API servers of the cluster are alive: each that the nodes can reach keeps a lease in kube-system, as
// Kubernetes' own servers do, which also says where they reach it.
import { createHash } from 'node:crypto';
import { type Clock, microTimestamp } from '@berth/host';
import { type Api, isReason, type Lease, leases } from '@berth/objects';
import { serverUser } from './ensure.ts';

/** Where the nodes reach an API server. */
export interface Advertised {
  readonly address: string;
  readonly port: number;
}

interface Seen {
  readonly resourceVersion: string;
  /** When it was first seen to be so, on the monotonic clock: clocks of machines differ. */
  readonly at: number;
}

const namespace = 'kube-system';
const labels = { 'apiserver.kubernetes.io/identity': 'kube-apiserver' };
const labelSelector = Object.entries(labels).map(([key, value]) => `${key}=${value}`)[0]!;
const addressAnnotation = 'berth.dev/advertise-address';
const renewMs = 10_000;
/** A server that did not renew its lease for so long is gone. */
const lifetimeMs = 20_000;

export class ServerLeases {
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #own: Advertised;
  readonly #name: string;
  readonly #seen = new Map<string, Seen>();
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(own: Advertised, { api, clock }: { readonly api: Api; readonly clock: Clock }) {
    this.#api = api;
    this.#clock = clock;
    this.#own = own;
    // The same after a restart: no server is counted twice.
    this.#name = `apiserver-${createHash('sha256').update(textOf(own)).digest('hex').slice(0, 26)}`;
  }

  /** Renews this server's lease if it is time, removes those of servers that are gone, and tells of all that are alive. */
  async alive(): Promise<readonly Advertised[]> {
    const now = this.#clock.monotonic();
    if (now - this.#renewedAt >= renewMs) {
      await this.#renew();
      this.#renewedAt = now;
    }
    return [this.#own, ...(await this.#others(now))];
  }

  /** Gives this server's lease up, and tells of the others that are alive. */
  async leave(): Promise<readonly Advertised[]> {
    await this.#delete({ namespace, name: this.#name });
    return this.#others(this.#clock.monotonic());
  }

  async #renew(): Promise<void> {
    const renewTime = microTimestamp(this.#clock);
    const metadata = { namespace, name: this.#name, labels, annotations: { [addressAnnotation]: textOf(this.#own) } };
    const spec = { holderIdentity: this.#name, leaseDurationSeconds: lifetimeMs / 1000, renewTime };
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: leases.kind, metadata, spec };
    const patch = { type: 'application/merge-patch+json', body } as const;
    try {
      await this.#api.patch(serverUser, leases, { namespace, name: this.#name }, patch);
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
      await this.#api.create(serverUser, leases, { namespace }, body);
    }
  }

  async #others(now: number): Promise<readonly Advertised[]> {
    const { items } = await this.#api.list(serverUser, leases, { namespace, labelSelector });
    const found: Advertised[] = [];
    const names = new Set<string>();
    for (const lease of items) {
      const { name } = lease.metadata;
      const advertised = advertisedBy(lease);
      if (name === this.#name || !advertised) continue;
      names.add(name);
      if (this.#isAlive(lease, now)) found.push(advertised);
      else await this.#delete({ namespace, name, resourceVersion: lease.metadata.resourceVersion });
    }
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name);
    return found;
  }

  #isAlive({ metadata: { name, resourceVersion = '' } }: Lease, now: number): boolean {
    const seen = this.#seen.get(name);
    if (seen?.resourceVersion === resourceVersion) return now - seen.at < lifetimeMs;
    this.#seen.set(name, { resourceVersion, at: now });
    return true;
  }

  /** Nothing, where it is gone or was renewed meanwhile. */
  async #delete({ resourceVersion, ...target }: { namespace: string; name: string; resourceVersion?: string }) {
    const options = resourceVersion === undefined ? {} : { preconditions: { resourceVersion } };
    await this.#api.delete(serverUser, leases, target, options).catch((error: unknown) => {
      if (!isReason(error, 'NotFound') && !isReason(error, 'Conflict')) throw error;
    });
  }
}

function textOf({ address, port }: Advertised): string {
  return `${address}:${port}`;
}

function advertisedBy({ metadata }: Lease): Advertised | undefined {
  const [, address, port] = /^(\d+\.\d+\.\d+\.\d+):(\d+)$/.exec(metadata.annotations?.[addressAnnotation] ?? '') ?? [];
  return address && port ? { address, port: Number(port) } : undefined;
}

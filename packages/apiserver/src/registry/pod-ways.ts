// Owns the way to a port of a pod, which leads through its node's agent, so that this server needs no route to the pods'
// network; and which pods are behind a port of a service.
import type { Duplex } from 'node:stream';
import type { Random } from '@berth/host';
import { type Endpoints, nodes, notFoundError, type Pod, pods, StatusError } from '@berth/objects';
import type { Lookup } from '../auth/service-account-users.ts';
import { duplexOf } from '../streams/channel-duplex.ts';
import type { PodStreams } from '../streams/port.ts';
import { nodeNameOf } from './pod-target.ts';

type Address = NonNullable<NonNullable<Endpoints['subsets']>[number]['addresses']>[number];

/** Where a service leads. */
export interface Place {
  readonly address: Address;
  readonly port: number;
}

export interface PodWays {
  /** The pod of the namespace that has the address; undefined: it is no pod's, whatever an endpoint says. */
  podAt(namespace: string | undefined, address: Address): Promise<Pod | undefined>;
  /** Throws BadRequest or NotFound for a pod without a node; the connection may then fail with a StatusError. */
  to(pod: Pod): Promise<(port: number, signal: AbortSignal) => Promise<Duplex>>;
}

export function createPodWays({ lookup, streams }: { lookup: Lookup; streams: PodStreams | undefined }): PodWays {
  return {
    async podAt(namespace, { ip, targetRef }) {
      if (targetRef?.kind !== pods.kind || targetRef.namespace !== namespace || !targetRef.name) return undefined;
      const pod = await lookup(pods, { namespace, name: targetRef.name });
      return pod?.status.podIPs?.some((each) => each.ip === ip) ? pod : undefined;
    },
    async to(pod) {
      const name = nodeNameOf(pod);
      const node = await lookup(nodes, { name });
      if (!node) throw notFoundError(nodes, name);
      return async (port, signal) => duplexOf(await wayThrough(streams).connect({ pod, node }, port, signal));
    },
  };
}

/** Throws ServiceUnavailable. */
export function wayThrough(streams: PodStreams | undefined): PodStreams {
  if (!streams) throw new StatusError('ServiceUnavailable', 'this server has no way to reach the nodes');
  return streams;
}

/** Those that are ready, in order from one that chance picks. `portName` is that of the service's port; empty: none. */
export function placesOf({ subsets }: Endpoints, portName: string, random: Random): Place[] {
  const places = (subsets ?? []).flatMap(({ addresses, ports }) => {
    const port = ports?.find(({ name }) => (name ?? '') === portName)?.port;
    return port === undefined ? [] : (addresses ?? []).map((address) => ({ address, port }));
  });
  const first = Math.floor(random.fraction() * places.length);
  return [...places.slice(first), ...places.slice(0, first)];
}

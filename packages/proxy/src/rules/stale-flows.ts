// Owns which UDP flows the kernel must forget. It remembers where it sent a flow's first packet and sends the others
// after it, though the pod is gone; TCP notices by itself.
import type { Door, ServiceRules } from './decide.ts';

/** A flow to a door; `backend` is where it was sent, undefined where nobody was there to answer. */
export interface StaleFlow {
  readonly address: string | undefined;
  readonly port: number;
  readonly backend: string | undefined;
}

export function staleFlows(previous: ServiceRules, next: ServiceRules): readonly StaleFlow[] {
  const stale: StaleFlow[] = [];
  for (const door of previous.doors) {
    if (door.protocol !== 'udp') continue;
    const { address, port } = door;
    const before = backendsBehind(previous, door);
    const after = backendsBehind(next, sameDoor(next, door));
    for (const backend of before) if (!after.has(backend)) stale.push({ address, port, backend });
    if (before.size === 0 && after.size > 0) stale.push({ address, port, backend: undefined });
  }
  return stale;
}

function sameDoor({ doors }: ServiceRules, { address, protocol, port }: Door): Door | undefined {
  return doors.find((door) => door.address === address && door.protocol === protocol && door.port === port);
}

function backendsBehind({ balancers }: ServiceRules, door: Door | undefined): ReadonlySet<string> {
  const balancer = door && balancers.find(({ name }) => name === door.balancer);
  return new Set(balancer?.backends.map(({ address }) => address));
}

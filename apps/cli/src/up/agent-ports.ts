// Owns on which ports of this machine the agents answer: Kubernetes' own for a node's agent, and those behind it.
import { once } from 'node:events';
import { createServer } from 'node:net';

const first = 10_250;
const last = 65_535;

/**
 * Real nodes have these and no others: they share the machine's networks and rules with any other cluster of real nodes,
 * which does not get far with its ports taken.
 */
export function agentPorts(count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** The first that nobody has, in order. Throws if there are not enough. */
export async function freeAgentPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let port = first; ports.length < count; port++) {
    if (port > last) throw new Error(`there are no ${count} free ports between ${first} and ${last} for the agents`);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await once(probe.listen(port, '127.0.0.1'), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}

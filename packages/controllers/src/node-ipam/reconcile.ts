// Owns spec.podCIDR of nodes: given once, kept as long as the node is there.
import type { Component } from '@berth/host';
import { type Node, nodes } from '@berth/objects';
import { createLoop, type Requeue } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { unlessGone } from '../writes.ts';
import { firstFreeCidr, type PodNetwork } from './decide.ts';

/** A node that got nothing is looked at again after so long, or when another one goes. */
const againMs = 60_000;

export function createNodeIpamLoop(context: ControllerContext, network: PodNetwork): Component {
  const { client, clock, events, informers, log, random } = context;
  /** Range → uid of the node that has it, or that was given it although the cache does not show it yet. */
  const taken = new Map<string, string>();
  /** The same the other way round, of what the cache does not show yet. */
  const given = new Map<string, string>();

  function note({ metadata, spec }: Node): void {
    for (const range of spec.podCIDRs ?? (spec.podCIDR ? [spec.podCIDR] : [])) taken.set(range, metadata.uid);
    if (spec.podCIDR) given.delete(metadata.uid);
  }

  function release({ metadata, spec }: Node): void {
    const ranges = [...(spec.podCIDRs ?? []), spec.podCIDR, given.get(metadata.uid)];
    for (const range of ranges) if (range && taken.get(range) === metadata.uid) taken.delete(range);
    given.delete(metadata.uid);
  }

  async function give(node: Node): Promise<Requeue | undefined> {
    const { name, uid } = node.metadata;
    // What an attempt may have written, although it failed, belongs to the node all the same.
    const podCIDR = given.get(uid) ?? firstFreeCidr(network, taken);
    if (!podCIDR) {
      const message = `Node ${name} status is now: CIDRNotAvailable`;
      events.record({ object: node, type: 'Warning', reason: 'CIDRNotAvailable', message });
      return { requeueAfterMs: againMs };
    }
    taken.set(podCIDR, uid);
    given.set(uid, podCIDR);
    const body = { metadata: { uid }, spec: { podCIDR, podCIDRs: [podCIDR] } };
    await unlessGone(client.patch(nodes, { name }, { type: 'application/merge-patch+json', body }));
    return undefined;
  }

  return createLoop({
    name: 'node-ipam',
    metrics: context.metrics,
    clock,
    log,
    random,
    // One at a time: each takes what those before left.
    workers: 1,
    observe(keys) {
      taken.clear();
      given.clear();
      const enqueueWaiting = () => {
        for (const { metadata, spec } of informers.nodes.list()) if (!spec.podCIDR) keys.add(metadata.name);
      };
      for (const node of informers.nodes.list()) note(node);
      enqueueWaiting();
      return [
        informers.nodes.onChange((changes) => {
          for (const { key, previous, next } of changes) {
            if (next) note(next);
            else if (previous) release(previous);
            if (next && !next.spec.podCIDR && !previous) keys.add(key);
          }
          if (changes.some(({ next }) => !next)) enqueueWaiting();
        }),
      ];
    },
    async reconcile(key) {
      const node = informers.nodes.get(key);
      return node && !node.spec.podCIDR ? give(node) : undefined;
    },
  });
}

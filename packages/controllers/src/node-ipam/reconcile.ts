// Owns spec.podCIDR of nodes: given once, kept as long as the node is there.
import type { Component } from '@berth/host';
import { type Node, nodes } from '@berth/objects';
import { createLoop } from '@berth/reconcile';
import type { ControllerContext } from '../context.ts';
import { unlessGone } from '../writes.ts';
import { firstFreeCidr, type PodNetwork } from './decide.ts';

export function createNodeIpamLoop(context: ControllerContext, network: PodNetwork): Component {
  const { client, clock, events, informers, log, random } = context;
  /** uid of a node → what it was given, until the cache shows it. */
  const given = new Map<string, string>();

  async function give(node: Node): Promise<void> {
    const { name, uid } = node.metadata;
    const inUse = informers.nodes.list().flatMap(({ spec }) => spec.podCIDRs ?? (spec.podCIDR ? [spec.podCIDR] : []));
    // What an attempt may have written, although it failed, belongs to the node all the same.
    const podCIDR = given.get(uid) ?? firstFreeCidr(network, new Set([...inUse, ...given.values()]));
    if (!podCIDR) {
      const message = `Node ${name} status is now: CIDRNotAvailable`;
      events.record({ object: node, type: 'Normal', reason: 'CIDRNotAvailable', message });
      throw new Error(`no part of ${network.cidr} is left for node ${name}`);
    }
    given.set(uid, podCIDR);
    const body = { metadata: { uid }, spec: { podCIDR, podCIDRs: [podCIDR] } };
    await unlessGone(client.patch(nodes, { name }, { type: 'application/merge-patch+json', body }));
  }

  return createLoop({
    name: 'node-ipam',
    clock,
    log,
    random,
    // One at a time: each takes what those before left.
    workers: 1,
    observe(keys) {
      given.clear();
      for (const { metadata } of informers.nodes.list()) keys.add(metadata.name);
      return [
        informers.nodes.onChange((changes) => {
          for (const { key, previous, next } of changes) {
            if (previous && (!next || next.spec.podCIDR)) given.delete(previous.metadata.uid);
            if (next && !next.spec.podCIDR) keys.add(key);
          }
        }),
      ];
    },
    async reconcile(key) {
      const node = informers.nodes.get(key);
      if (node && !node.spec.podCIDR) await give(node);
      return undefined;
    },
  });
}

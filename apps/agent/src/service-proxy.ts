// Owns the composition of the node's proxy and its DNS server.
import type { Client } from '@berth/client';
import type { Component } from '@berth/host';
import type { NodeNetwork } from '@berth/network';
import type { Surroundings } from './agent.ts';

export function proxyOver(_surroundings: Surroundings, _client: Client, _network: NodeNetwork): Component[] {
  return [];
}

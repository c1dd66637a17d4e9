// Owns the composition of the node's proxy and its DNS server, with the informers that feed them.
import type { Client, Servers } from '@berth/client';
import type { Component } from '@berth/host';
import { createInformer, type Informer } from '@berth/informers';
import type { NodeNetwork } from '@berth/network';
import { endpoints, type Node, services } from '@berth/objects';
import { createProxy } from '@berth/proxy';
import type { Surroundings } from './agent.ts';

export interface ProxyParts {
  readonly client: Client;
  readonly nodes: Informer<Node>;
  readonly network: NodeNetwork;
  /** Where this agent reaches the API. */
  readonly apiServers: Servers;
}

export function proxyOver({ options, clock, random, log }: Surroundings, parts: ProxyParts): Component[] {
  const { client, nodes, network, apiServers } = parts;
  const allServices = createInformer({ client, resource: services, clock, log, random });
  const allEndpoints = createInformer({ client, resource: endpoints, clock, log, random });
  const proxy = createProxy({
    services: allServices,
    endpoints: allEndpoints,
    nodes,
    nodeName: options.nodeName,
    network,
    clusterNetwork: options.clusterCidr,
    serviceNetwork: options.serviceCidr,
    dnsAddress: options.dnsAddress,
    clusterDomain: options.clusterDomain,
    apiServers,
    table: options.proxyTable,
    clock,
    log,
    random,
  });
  return [allServices, allEndpoints, proxy];
}

// Owns which loops a server runs, as whom, and whether one of several servers must be elected to run them.
import { hostname } from 'node:os';
import type { CertificateAuthority } from '@berth/apiserver';
import type { Client } from '@berth/client';
import { createControllers } from '@berth/controllers';
import { type Component, group } from '@berth/host';
import { createLeaderElection } from '@berth/reconcile';
import { createScheduler } from '@berth/scheduler';
import type { Surroundings } from './api.ts';

export interface LoopsInput {
  /** Gives a client that acts under a name of its own, which the audit trail shows. */
  readonly clientOf: (name: string) => Client;
  /** PEM of the authority by which pods know the API server. */
  readonly rootCa: string;
  /** Undefined where the authority's key is another server's. */
  readonly authority: CertificateAuthority | undefined;
}

export function createLoops(surroundings: Surroundings, { clientOf, rootCa, authority }: LoopsInput): Component[] {
  const { options, clock, log, random } = surroundings;
  const loops: Component[] = [];
  if (options.components.includes('controllers')) {
    const client = clientOf('system:kube-controller-manager');
    const controllers = createControllers({
      client,
      clock,
      log,
      random,
      clusterCidr: options.clusterCidr,
      rootCa,
      authority,
      signingDurationMs: options.clusterSigningDuration,
      nodeMonitorGraceMs: options.nodeMonitorGraceSeconds * 1000,
    });
    loops.push(whenElected(surroundings, client, group('kube-controller-manager', controllers, log)));
  }
  if (options.components.includes('scheduler')) {
    const client = clientOf('system:kube-scheduler');
    loops.push(whenElected(surroundings, client, createScheduler({ client, clock, log, random })));
  }
  return loops;
}

/** The embedded store has one server by construction; on a shared store several may run, and one is elected. */
function whenElected({ options, clock, log, random }: Surroundings, client: Client, component: Component): Component {
  if (options.store === 'embedded') return component;
  const lease = { namespace: 'kube-system', name: component.name };
  return createLeaderElection({ client, clock, log, component, lease, identity: `${hostname()}_${random.uuid()}` });
}

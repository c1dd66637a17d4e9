// Owns which loops a server runs, and whether one of several servers must be elected to run them.
import { hostname } from 'node:os';
import type { CertificateAuthority } from '@berth/apiserver';
import type { Client } from '@berth/client';
import { createControllers } from '@berth/controllers';
import { type Component, group } from '@berth/host';
import { createLeaderElection } from '@berth/reconcile';
import { createScheduler } from '@berth/scheduler';
import type { Access } from './access.ts';
import type { Surroundings } from './api.ts';

const managerName = 'kube-controller-manager';
const schedulerName = 'kube-scheduler';

export interface LoopsInput {
  readonly access: Access;
  /** Undefined where the authority's key is another server's. */
  readonly authority: CertificateAuthority | undefined;
}

export function createLoops(surroundings: Surroundings, { access, authority }: LoopsInput): Component[] {
  const { options, clock, log, metrics, random } = surroundings;
  const loops: Component[] = [];
  if (options.components.includes('controllers')) {
    const client = access.part(managerName);
    const controllers = createControllers({
      client,
      clientOf: (account) => access.account(account),
      clock,
      log,
      metrics,
      random,
      clusterCidr: options.clusterCidr,
      rootCa: access.endpoint(managerName).ca,
      authority,
      signingDurationMs: options.clusterSigningDuration,
      nodeMonitorGraceMs: options.nodeMonitorGraceSeconds * 1000,
    });
    loops.push(whenElected(surroundings, client, group(managerName, controllers, log), managerName));
  }
  if (options.components.includes('scheduler')) {
    const client = access.part(schedulerName);
    loops.push(
      whenElected(surroundings, client, createScheduler({ client, clock, log, random, metrics }), schedulerName),
    );
  }
  return loops;
}

/**
 * A server on the embedded store is the only one by construction; on a shared store, and beside an API of another process,
 * several may run, and one is elected.
 */
function whenElected(
  { options, clock, log, random }: Surroundings,
  client: Client,
  component: Component,
  leaseName: string,
): Component {
  if (options.store === 'embedded' && options.components.includes('apiserver')) return component;
  const lease = { namespace: 'kube-system', name: leaseName };
  return createLeaderElection({ client, clock, log, component, lease, identity: `${hostname()}_${random.uuid()}` });
}

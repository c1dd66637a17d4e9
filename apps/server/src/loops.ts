// Owns which loops a server runs, as whom, and whether one of several servers must be elected to run them.
import { hostname } from 'node:os';
import type { CertificateAuthority } from '@berth/apiserver';
import type { Client } from '@berth/client';
import { createControllers } from '@berth/controllers';
import { type Component, group } from '@berth/host';
import type { UserInfo } from '@berth/objects';
import { createLeaderElection } from '@berth/reconcile';
import { createScheduler } from '@berth/scheduler';
import type { Surroundings } from './api.ts';

const managerName = 'kube-controller-manager';
const schedulerName = 'kube-scheduler';

export interface LoopsInput {
  /** A client that acts as this user; `manager`: as what it manages the fields that it writes. */
  readonly clientOf: (user: UserInfo, manager: string) => Client;
  /** PEM of the authority by which pods know the API server. */
  readonly rootCa: string;
  /** Undefined where the authority's key is another server's. */
  readonly authority: CertificateAuthority | undefined;
}

export function createLoops(surroundings: Surroundings, { clientOf, rootCa, authority }: LoopsInput): Component[] {
  const { options, clock, log, metrics, random } = surroundings;
  const loops: Component[] = [];
  if (options.components.includes('controllers')) {
    const client = clientOf(systemUser(managerName), managerName);
    const controllers = createControllers({
      client,
      clientOf: (account) => clientOf(systemAccount(account), managerName),
      clock,
      log,
      metrics,
      random,
      clusterCidr: options.clusterCidr,
      rootCa,
      authority,
      signingDurationMs: options.clusterSigningDuration,
      nodeMonitorGraceMs: options.nodeMonitorGraceSeconds * 1000,
    });
    loops.push(whenElected(surroundings, client, group(managerName, controllers, log), managerName));
  }
  if (options.components.includes('scheduler')) {
    const client = clientOf(systemUser(schedulerName), schedulerName);
    loops.push(
      whenElected(surroundings, client, createScheduler({ client, clock, log, random, metrics }), schedulerName),
    );
  }
  return loops;
}

function systemUser(name: string): UserInfo {
  return { name: `system:${name}`, groups: ['system:authenticated'] };
}

/** As each controller acts under an account of its own, its roles say what it may do, and the audit log who did it. */
function systemAccount(name: string): UserInfo {
  const groups = ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'];
  return { name: `system:serviceaccount:kube-system:${name}`, groups };
}

/** The embedded store has one server by construction; on a shared store several may run, and one is elected. */
function whenElected(
  { options, clock, log, random }: Surroundings,
  client: Client,
  component: Component,
  leaseName: string,
): Component {
  if (options.store === 'embedded') return component;
  const lease = { namespace: 'kube-system', name: leaseName };
  return createLeaderElection({ client, clock, log, component, lease, identity: `${hostname()}_${random.uuid()}` });
}

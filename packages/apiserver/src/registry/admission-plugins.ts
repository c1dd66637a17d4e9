// Owns which admission plugins there are, and in which order they act.
import type { Clock, Random } from '@berth/host';
import {
  type Kind,
  limitRanges,
  namespaces,
  nodes,
  pods,
  priorityClasses,
  type Resource,
  serviceAccounts,
} from '@berth/objects';
import { apiTokenRestriction } from '../admission/api-token-restriction.ts';
import { certificateRequests } from '../admission/certificate-requests.ts';
import { certificateApproval, certificateSigning } from '../admission/certificate-signers.ts';
import { certificateSubjectRestriction } from '../admission/certificate-subject-restriction.ts';
import { defaultTolerations } from '../admission/default-tolerations.ts';
import { limitRanger } from '../admission/limit-ranger.ts';
import { namespaceLifecycle } from '../admission/namespace-lifecycle.ts';
import { nodeRestriction } from '../admission/node-restriction.ts';
import { nodeTaints } from '../admission/node-taints.ts';
import type { AdmissionPlugin } from '../admission/plugin.ts';
import { podSecurity } from '../admission/pod-security/pod-security.ts';
import { podServiceAccount } from '../admission/pod-service-account.ts';
import { priority } from '../admission/priority.ts';
import { type EscalationOptions, rbacEscalation } from '../rbac/escalation.ts';
import type { ClusterView } from './cluster-view.ts';
import { nodeNameOf } from './node-authorizer.ts';

export interface AdmissionParts extends EscalationOptions {
  readonly cluster: ClusterView;
  readonly kindOf: (resource: Resource) => Kind;
  /** Whether pods get tokens of their service accounts. */
  readonly withTokens: boolean;
  readonly defaultTolerationSeconds: number;
  /** Hand out what there is a limited number of. */
  readonly allocators: readonly AdmissionPlugin[];
  /** What the cluster's users say of requests. */
  readonly custom: readonly AdmissionPlugin[];
  readonly clock: Clock;
  readonly random: Random;
}

export function admissionPlugins(parts: AdmissionParts): readonly AdmissionPlugin[] {
  const { cluster, authorizer, granted, rulesOf, clock, random } = parts;
  return [
    namespaceLifecycle({
      cached: (name) => cluster.cached(namespaces, { name }),
      newest: (name) => cluster.newest(namespaces, { name }),
    }),
    nodeRestriction({
      nodeNameOf,
      pod: (name) => cluster.lookup(pods, name),
      node: (name) => cluster.lookup(nodes, { name }),
    }),
    nodeTaints,
    podServiceAccount({
      account: parts.withTokens ? (namespace, name) => cluster.lookup(serviceAccounts, { namespace, name }) : undefined,
      clock,
      random,
    }),
    priority({
      classNamed: (name) => cluster.lookup(priorityClasses, { name }),
      classes: () => cluster.all(priorityClasses),
      fresh: cluster.fresh,
    }),
    defaultTolerations(parts.defaultTolerationSeconds),
    limitRanger((namespace) => cluster.all(limitRanges, namespace)),
    certificateApproval(authorizer),
    certificateSigning(authorizer),
    certificateRequests(clock),
    certificateSubjectRestriction,
    apiTokenRestriction(authorizer),
    rbacEscalation({ granted, rulesOf, authorizer }),
    podSecurity({
      namespace: (name) => cluster.cached(namespaces, { name }),
      pods: (namespace) => cluster.all(pods, namespace),
      kindOf: parts.kindOf,
    }),
    ...parts.allocators,
    // Last: they see, and decide about, what everything else made of a request.
    ...parts.custom,
  ];
}

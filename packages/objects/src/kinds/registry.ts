// Owns the list of the kinds that are served. To add a kind: bring its types into the API facts, write its file beside
// this one, and list it here.

import type { KubeObject } from '../object.ts';
import type { Resource } from '../resource.ts';
import { withMetadataRules } from '../validation/metadata.ts';
import { validatingAdmissionPolicyBindingKind, validatingAdmissionPolicyKind } from './admission-policy.ts';
import { bindingKind } from './binding.ts';
import { certificateSigningRequestKind } from './certificate-signing-request.ts';
import { configMapKind } from './config-map.ts';
import { controllerRevisionKind } from './controller-revision.ts';
import { cronJobKind } from './cron-job.ts';
import { customResourceDefinitionKind } from './custom-resource-definition.ts';
import { daemonSetKind } from './daemon-set.ts';
import { deploymentKind } from './deployment.ts';
import { endpointSliceKind } from './endpoint-slice.ts';
import { endpointsKind } from './endpoints.ts';
import { eventKind } from './event.ts';
import { eventsV1EventKind } from './events-v1-event.ts';
import { jobKind } from './job.ts';
import type { Kind } from './kind.ts';
import { leaseKind } from './lease.ts';
import { limitRangeKind } from './limit-range.ts';
import { namespaceKind } from './namespace.ts';
import { nodeKind } from './node.ts';
import { podKind } from './pod.ts';
import { podDisruptionBudgetKind } from './pod-disruption-budget.ts';
import { podTemplateKind } from './pod-template.ts';
import { priorityClassKind } from './priority-class.ts';
import { replicaSetKind } from './replica-set.ts';
import { replicationControllerKind } from './replication-controller.ts';
import { nodeMetricsKind, podMetricsKind } from './resource-metrics.ts';
import { resourceQuotaKind } from './resource-quota.ts';
import {
  localSubjectAccessReviewKind,
  selfSubjectAccessReviewKind,
  selfSubjectReviewKind,
  selfSubjectRulesReviewKind,
  subjectAccessReviewKind,
  tokenReviewKind,
} from './reviews.ts';
import { clusterRoleKind, roleKind } from './role.ts';
import { clusterRoleBindingKind, roleBindingKind } from './role-binding.ts';
import { secretKind } from './secret.ts';
import { serviceKind } from './service.ts';
import { serviceAccountKind } from './service-account.ts';
import { mutatingWebhookConfigurationKind, validatingWebhookConfigurationKind } from './webhook-configuration.ts';

/** Those that have objects, in the order in which discovery lists them. A kind only ever sees objects of its own. */
export const kinds: readonly Kind[] = (
  [
    configMapKind,
    endpointsKind,
    eventKind,
    limitRangeKind,
    namespaceKind,
    nodeKind,
    podKind,
    podTemplateKind,
    replicationControllerKind,
    resourceQuotaKind,
    secretKind,
    serviceAccountKind,
    serviceKind,
    customResourceDefinitionKind,
    controllerRevisionKind,
    daemonSetKind,
    deploymentKind,
    replicaSetKind,
    cronJobKind,
    jobKind,
    certificateSigningRequestKind,
    leaseKind,
    endpointSliceKind,
    eventsV1EventKind,
    podDisruptionBudgetKind,
    clusterRoleKind,
    clusterRoleBindingKind,
    roleKind,
    roleBindingKind,
    priorityClassKind,
    mutatingWebhookConfigurationKind,
    validatingWebhookConfigurationKind,
    validatingAdmissionPolicyKind,
    validatingAdmissionPolicyBindingKind,
  ] as unknown as readonly Kind[]
).map(withMetadataRules);

/** What is served beside them, and never stored: questions. */
export const transientKinds: readonly Kind[] = [
  bindingKind,
  selfSubjectReviewKind,
  tokenReviewKind,
  localSubjectAccessReviewKind,
  selfSubjectAccessReviewKind,
  selfSubjectRulesReviewKind,
  subjectAccessReviewKind,
] as unknown as readonly Kind[];

/** What is served beside them, and never stored: measurements. */
export const measuredKinds: readonly Kind[] = [nodeMetricsKind, podMetricsKind] as unknown as readonly Kind[];

const served = [...kinds, ...transientKinds, ...measuredKinds];
const byPlural = new Map(served.map((kind) => [key(kind.resource, kind.resource.plural), kind]));
const byKind = new Map(served.map((kind) => [key(kind.resource, kind.resource.kind), kind]));

function key({ group, version }: { readonly group: string; readonly version: string }, name: string): string {
  return `${group}/${version}/${name}`;
}

/** The kind of a document that says `apiVersion` and `kind`. */
export function kindNamed(apiVersion: string, kind: string): Kind | undefined {
  return byKind.get(`${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}/${kind}`);
}

/** What is known about the kind of a resource. */
export function kindOf<T extends KubeObject>(resource: Resource<T>): Kind<T> {
  const kind = byPlural.get(key(resource, resource.plural));
  if (!kind) throw new Error(`kind ${resource.kind} is not in the registry`);
  return kind as unknown as Kind<T>;
}

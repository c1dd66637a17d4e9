// Owns what a node's agent may do to which object: its own node and lease, the pods that run on it, and tokens for them.
// What it may do by verb and resource is the node authorizer's. Source: Kubernetes admission plugin NodeRestriction.
import {
  forbiddenError,
  leases,
  nodes,
  type ObjectName,
  type Pod,
  pods,
  serviceAccounts,
  type TokenRequest,
  type UserInfo,
} from '@berth/objects';
import { type AdmissionPlugin, type AdmissionRequest, concerns } from './plugin.ts';

export interface NodeRestrictionOptions {
  /** The node whose agent the user is. */
  nodeNameOf(user: UserInfo): string | undefined;
  pod(name: ObjectName): Promise<Pod | undefined>;
}

export function nodeRestriction({ nodeNameOf, pod }: NodeRestrictionOptions): AdmissionPlugin {
  return {
    name: 'NodeRestriction',
    async validate(request) {
      const node = nodeNameOf(request.user);
      if (node === undefined || request.user.groups.includes('system:masters')) return;
      const problem = concerns(request, serviceAccounts)
        ? await tokenProblem(request, node, pod)
        : problemOf(request, node);
      if (problem) throw forbiddenError(request.resource, request.name, problem);
    },
  };
}

function problemOf(request: AdmissionRequest, node: string): string | undefined {
  if (concerns(request, nodes)) {
    return request.name === node ? undefined : `node "${node}" is not allowed to modify node "${request.name}"`;
  }
  if (concerns(request, leases)) {
    if (request.namespace !== 'kube-node-lease')
      return 'can only access leases in the "kube-node-lease" system namespace';
    return request.name === node ? undefined : 'can only access node lease with the same name as the requesting node';
  }
  return concerns(request, pods) ? podProblem(request, node) : undefined;
}

function podProblem({ operation, draft, old }: AdmissionRequest, node: string): string | undefined {
  if (operation === 'CREATE') {
    const { metadata, spec } = draft as Pod;
    if (!metadata.annotations?.['kubernetes.io/config.mirror'])
      return `pod does not have "kubernetes.io/config.mirror" annotation, node "${node}" can only create mirror pods`;
    return spec.nodeName === node ? undefined : `node "${node}" can only create pods with spec.nodeName set to itself`;
  }
  if ((old as Pod).spec.nodeName === node) return undefined;
  return operation === 'DELETE'
    ? `node "${node}" can only delete pods with spec.nodeName set to itself`
    : `node "${node}" can only update pod status for pods with spec.nodeName set to itself`;
}

/** A token ends with the pod that it is for, so that it must be bound to one, and an agent only gets those of its own. */
async function tokenProblem(
  { namespace, draft, subresource }: AdmissionRequest,
  node: string,
  pod: NodeRestrictionOptions['pod'],
): Promise<string | undefined> {
  if (subresource !== 'token') return undefined;
  const { kind, apiVersion, name = '', uid } = (draft as unknown as TokenRequest).spec.boundObjectRef ?? {};
  if (kind !== 'Pod' || apiVersion !== 'v1' || !name) return 'node requested token not bound to a pod';
  if (!uid) return 'node requested token with a pod binding without a uid';
  const found = await pod({ namespace, name });
  if (found?.metadata.uid !== uid) return 'node requested token bound to a pod that is not there';
  return found.spec.nodeName === node ? undefined : 'node requested token bound to a pod scheduled on a different node';
}

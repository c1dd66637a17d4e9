// Owns what a node's agent may do to which object: its own node and lease, and the pods that run on it. What it may do
// by verb and resource is the node authorizer's. Source: Kubernetes admission plugin NodeRestriction.
import { forbiddenError, leases, nodes, type Pod, pods, type UserInfo } from '@berth/objects';
import { type AdmissionPlugin, type AdmissionRequest, concerns } from './plugin.ts';

/** `nodeNameOf`: the node whose agent the user is. */
export function nodeRestriction(nodeNameOf: (user: UserInfo) => string | undefined): AdmissionPlugin {
  return {
    name: 'NodeRestriction',
    validate(request) {
      const node = nodeNameOf(request.user);
      if (node === undefined || request.user.groups.includes('system:masters')) return;
      const problem = problemOf(request, node);
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

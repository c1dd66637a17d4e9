// Owns the short forms in which the default roles and bindings are written.
import type { ClusterRole, ClusterRoleBinding, New, PolicyRule, Subject } from '@berth/objects';

export const read = ['get', 'list', 'watch'];
export const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];
export const group = 'rbac.authorization.k8s.io';
export const certificates = 'certificates.k8s.io';
export const aggregateTo = (role: string) => `${group}/aggregate-to-${role}`;

export const defaults = {
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
};

export function role(
  name: string,
  rules: readonly PolicyRule[],
  labels: Readonly<Record<string, string>> = {},
): New<ClusterRole> {
  return { metadata: { name, ...defaults, labels: { ...defaults.labels, ...labels } }, rules };
}

/** Has the rules of all roles with the label, which a controller puts together. */
export function aggregated(name: string, labels: Readonly<Record<string, string>> = {}): New<ClusterRole> {
  const clusterRoleSelectors = [{ matchLabels: { [aggregateTo(name)]: 'true' } }];
  return { ...role(name, [], labels), aggregationRule: { clusterRoleSelectors } };
}

/** `resources`: separated by spaces. */
export function on(apiGroup: string, resources: string, verbs: readonly string[]): PolicyRule {
  return { apiGroups: [apiGroup], resources: resources.split(' '), verbs };
}

/** `urls`: separated by spaces. */
export function paths(urls: string, verbs: readonly string[] = ['get']): PolicyRule {
  return { nonResourceURLs: urls.split(' '), verbs };
}

/** A binding of the cluster role that has its name, or another. */
export function boundTo(name: string, subjects: readonly Subject[], roleName: string = name): New<ClusterRoleBinding> {
  return {
    metadata: { name, ...defaults },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: roleName },
    subjects: [...subjects],
  };
}

export function groupNamed(name: string): Subject {
  return { apiGroup: group, kind: 'Group', name };
}

export function userNamed(name: string): Subject {
  return { apiGroup: group, kind: 'User', name };
}

export function systemAccount(name: string): Subject {
  return { kind: 'ServiceAccount', namespace: 'kube-system', name };
}

// Owns what the parts of the control plane and the programs on nodes may do, as Kubernetes has it. Data alone. What a
// node may do is decided by the node authorizer, so that `system:node` is bound to nobody, here as there.
// Source: Kubernetes, "Using RBAC Authorization", core component roles.
import type { ClusterRole, ClusterRoleBinding, New, Role, RoleBinding } from '@berth/objects';
import { boundTo, certificates, defaults, group, on, read, role, systemAccount, userNamed } from './role-data.ts';

const events = [
  on('', 'events', ['create', 'patch', 'update']),
  on('events.k8s.io', 'events', ['create', 'patch', 'update']),
];
const reviews = [
  on('authentication.k8s.io', 'tokenreviews', ['create']),
  on('authorization.k8s.io', 'subjectaccessreviews', ['create']),
];
const election = (lease: string) => [
  on('coordination.k8s.io', 'leases', ['create']),
  { ...on('coordination.k8s.io', 'leases', ['get', 'update']), resourceNames: [lease] },
];
const manager = 'kube-controller-manager';
const scheduler = 'kube-scheduler';
const apiServers = 'berth:api-servers';

export const systemRoles: readonly New<ClusterRole>[] = [
  role(`system:${manager}`, [
    ...events,
    ...election(manager),
    on('', 'secrets serviceaccounts', ['create', 'get', 'update']),
    on('', 'secrets', ['delete']),
    on('', 'configmaps namespaces', ['get']),
    on('', 'serviceaccounts/token', ['create']),
    ...reviews,
    // For the informers that all controllers share.
    on('*', '*', ['list', 'watch']),
  ]),
  role(`system:${scheduler}`, [
    ...events,
    ...election(scheduler),
    on('', 'nodes namespaces', read),
    on('', 'pods', ['delete', ...read]),
    on('', 'bindings pods/binding', ['create']),
    on('', 'pods/status', ['patch', 'update']),
    on('', 'replicationcontrollers services', read),
    on('apps', 'replicasets statefulsets', read),
    on('policy', 'poddisruptionbudgets', read),
    on('', 'persistentvolumeclaims persistentvolumes', read),
    ...reviews,
  ]),
  // Berth's own: by these endpoints a part in a process of its own learns of the cluster's other servers.
  role(apiServers, [{ ...on('', 'endpoints', ['get']), resourceNames: ['kubernetes'] }]),
  role('system:kube-dns', [
    on('', 'endpoints services', ['list', 'watch']),
    on('discovery.k8s.io', 'endpointslices', ['list', 'watch']),
  ]),
  role('system:kubelet-api-admin', [
    on('', 'nodes', read),
    on('', 'nodes', ['proxy']),
    on('', 'nodes/log nodes/metrics nodes/proxy nodes/stats', ['*']),
  ]),
  role('system:node', [
    ...reviews,
    on('authorization.k8s.io', 'localsubjectaccessreviews', ['create']),
    on('', 'services', read),
    on('', 'nodes', ['create', 'patch', 'update', ...read]),
    on('', 'nodes/status', ['patch', 'update']),
    ...events,
    on('', 'pods', ['create', 'delete', ...read]),
    on('', 'pods/status', ['patch', 'update']),
    on('', 'pods/eviction', ['create']),
    on('', 'configmaps secrets', read),
    on('', 'persistentvolumeclaims persistentvolumes', ['get']),
    on('', 'endpoints', ['get']),
    on(certificates, 'certificatesigningrequests', ['create', ...read]),
    on('coordination.k8s.io', 'leases', ['create', 'delete', 'get', 'patch', 'update']),
    on('', 'serviceaccounts/token', ['create']),
  ]),
  role('system:node-problem-detector', [on('', 'nodes', ['get']), on('', 'nodes/status', ['patch']), ...events]),
  role('system:node-proxier', [
    on('', 'services endpoints', ['list', 'watch']),
    on('', 'nodes', read),
    on('discovery.k8s.io', 'endpointslices', ['list', 'watch']),
    ...events,
  ]),
];

export const systemBindings: readonly New<ClusterRoleBinding>[] = [
  boundTo(`system:${manager}`, [userNamed(`system:${manager}`)]),
  boundTo(`system:${scheduler}`, [userNamed(`system:${scheduler}`)]),
  boundTo(apiServers, [userNamed(`system:${manager}`), userNamed(`system:${scheduler}`)]),
  boundTo('system:kube-dns', [systemAccount('kube-dns')]),
  boundTo('system:node', []),
  boundTo('system:node-proxier', [userNamed('system:kube-proxy')]),
];

const namespace = 'kube-system';
const cleaner = 'system:controller:token-cleaner';

/** Of the namespace kube-system. */
export const systemNamespacedRoles: readonly New<Role>[] = [
  {
    metadata: { name: cleaner, namespace, ...defaults },
    rules: [on('', 'secrets', ['delete', ...read]), ...events],
  },
];

export const systemNamespacedBindings: readonly New<RoleBinding>[] = [
  {
    metadata: { name: cleaner, namespace, ...defaults },
    roleRef: { apiGroup: group, kind: 'Role', name: cleaner },
    subjects: [systemAccount('token-cleaner')],
  },
];

// Owns what each controller may do, as Kubernetes has it: a role `system:controller:NAME` for the service account NAME
// of kube-system, as which the controller acts. Data alone, of the controllers that there are.
// Source: Kubernetes 1.32, controller roles; what is Berth's own says so.
import type { ClusterRole, ClusterRoleBinding, New, PolicyRule } from '@berth/objects';
import { boundTo, certificates, group, on, read, role, systemAccount } from './role-data.ts';

const events: readonly PolicyRule[] = [
  on('', 'events', ['create', 'patch', 'update']),
  on('events.k8s.io', 'events', ['create', 'patch', 'update']),
];
const ownPods = on('', 'pods', ['create', 'delete', 'list', 'patch', 'watch']);
const signers = (verb: 'approve' | 'sign', ...names: readonly string[]): PolicyRule => ({
  ...on(certificates, 'signers', [verb]),
  resourceNames: names.map((name) => `kubernetes.io/${name}`),
});

const rules: Readonly<Record<string, readonly PolicyRule[]>> = {
  'certificate-controller': [
    on(certificates, 'certificatesigningrequests', ['delete', ...read]),
    on(certificates, 'certificatesigningrequests/approval certificatesigningrequests/status', ['update']),
    // Of Berth's own: that agents' certificates as servers are approved by a controller.
    signers('approve', 'kube-apiserver-client-kubelet', 'kubelet-serving'),
    signers('sign', 'legacy-unknown', 'kubelet-serving', 'kube-apiserver-client', 'kube-apiserver-client-kubelet'),
    on('authorization.k8s.io', 'subjectaccessreviews', ['create']),
    ...events,
  ],
  'clusterrole-aggregation-controller': [on(group, 'clusterroles', ['escalate', 'patch', 'update', ...read])],
  'cronjob-controller': [
    on('batch', 'cronjobs', ['update', ...read]),
    on('batch', 'jobs', ['create', 'delete', 'patch', 'update', ...read]),
    on('batch', 'cronjobs/status cronjobs/finalizers', ['update']),
    on('', 'pods', ['delete', 'list']),
    ...events,
  ],
  // Of Berth's own: in Kubernetes this is done by the API server itself.
  'customresourcedefinition-controller': [
    on('apiextensions.k8s.io', 'customresourcedefinitions', ['update', ...read]),
    on('apiextensions.k8s.io', 'customresourcedefinitions/status', ['update']),
    on('*', '*', ['delete', 'list']),
  ],
  'daemon-set-controller': [
    on('apps', 'daemonsets', read),
    on('apps', 'daemonsets/status daemonsets/finalizers', ['update']),
    on('', 'nodes', ['list', 'watch']),
    ownPods,
    on('', 'pods/binding', ['create']),
    on('apps', 'controllerrevisions', ['create', 'delete', 'patch', 'update', ...read]),
    ...events,
  ],
  'deployment-controller': [
    on('apps', 'deployments', ['update', ...read]),
    on('apps', 'deployments/status deployments/finalizers', ['update']),
    on('apps', 'replicasets', ['create', 'delete', 'patch', 'update', ...read]),
    on('', 'pods', ['update', ...read]),
    ...events,
  ],
  'disruption-controller': [
    on('apps', 'deployments replicasets statefulsets', read),
    on('', 'pods replicationcontrollers', read),
    on('policy', 'poddisruptionbudgets', read),
    on('policy', 'poddisruptionbudgets/status', ['update']),
    on('', 'pods/status', ['patch', 'update']),
    on('*', '*/scale', ['get']),
    ...events,
  ],
  'endpoint-controller': [
    on('', 'services pods', read),
    on('', 'endpoints', ['create', 'delete', 'get', 'list', 'update']),
    on('', 'endpoints/restricted', ['create']),
    ...events,
  ],
  'endpointslice-controller': [
    on('', 'services pods nodes', read),
    on('', 'services/finalizers', ['update']),
    on('discovery.k8s.io', 'endpointslices', ['create', 'delete', 'get', 'list', 'update']),
    ...events,
  ],
  'generic-garbage-collector': [on('*', '*', ['delete', 'patch', 'update', ...read]), ...events],
  'job-controller': [
    on('batch', 'jobs', ['patch', 'update', ...read]),
    on('batch', 'jobs/status', ['patch', 'update']),
    on('batch', 'jobs/finalizers', ['update']),
    ownPods,
    ...events,
  ],
  'namespace-controller': [
    on('', 'namespaces', ['delete', ...read]),
    on('', 'namespaces/finalize namespaces/status', ['update']),
    on('*', '*', ['delete', 'deletecollection', 'get', 'list']),
  ],
  'node-controller': [
    on('', 'nodes', ['delete', 'get', 'list', 'patch', 'update']),
    on('', 'nodes/status pods/status', ['patch', 'update']),
    on('', 'pods', ['delete', 'get', 'list']),
    ...events,
  ],
  'pod-garbage-collector': [
    on('', 'pods', ['delete', 'list', 'watch']),
    on('', 'nodes', ['get', 'list']),
    on('', 'pods/status', ['patch']),
  ],
  'replicaset-controller': [
    on('apps', 'replicasets', ['update', ...read]),
    on('apps', 'replicasets/status replicasets/finalizers', ['update']),
    ownPods,
    ...events,
  ],
  'replication-controller': [
    on('', 'replicationcontrollers', ['update', ...read]),
    on('', 'replicationcontrollers/status replicationcontrollers/finalizers', ['update']),
    ownPods,
    ...events,
  ],
  'resourcequota-controller': [
    on('*', '*', ['list', 'watch']),
    on('', 'resourcequotas/status', ['update']),
    // Of Berth's own: it reads a quota again before it counts.
    on('', 'resourcequotas', ['get']),
    ...events,
  ],
  'root-ca-cert-publisher': [on('', 'configmaps', ['create', 'update']), ...events],
  'service-account-controller': [on('', 'serviceaccounts', ['create']), ...events],
  'ttl-after-finished-controller': [on('batch', 'jobs', ['delete', ...read]), ...events],
};

const name = (controller: string) => `system:controller:${controller}`;

/** The service accounts of kube-system as which controllers act. */
export const controllerAccounts: readonly string[] = Object.keys(rules);

export const controllerRoles: readonly New<ClusterRole>[] = Object.keys(rules).map((controller) =>
  role(name(controller), rules[controller] ?? []),
);

/** One loop does the work of both controllers of endpoints. */
const alsoBound: Readonly<Record<string, readonly string[]>> = { 'endpointslice-controller': ['endpoint-controller'] };

export const controllerBindings: readonly New<ClusterRoleBinding>[] = Object.keys(rules).map((controller) =>
  boundTo(name(controller), [controller, ...(alsoBound[controller] ?? [])].map(systemAccount)),
);

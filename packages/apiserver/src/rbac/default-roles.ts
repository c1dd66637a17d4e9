// Owns the roles and bindings that every cluster begins with, as Kubernetes has them: who may look at the API itself,
// and `cluster-admin`, `admin`, `edit` and `view` for people to be bound to. Data alone.
// What begins with `berth:` is what makes nodes join by a token, as Kubernetes' own installer binds it.
// Source: Kubernetes, "Using RBAC Authorization", default roles and role bindings.
import {
  type ClusterRole,
  type ClusterRoleBinding,
  type New,
  nodeBootstrapGroup,
  type PolicyRule,
} from '@berth/objects';

const read = ['get', 'list', 'watch'];
const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const group = 'rbac.authorization.k8s.io';
const certificates = 'certificates.k8s.io';
const aggregateTo = (role: string) => `${group}/aggregate-to-${role}`;

const defaults = {
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
};

function role(name: string, rules: readonly PolicyRule[], labels: Readonly<Record<string, string>> = {}) {
  return { metadata: { name, ...defaults, labels: { ...defaults.labels, ...labels } }, rules };
}

/** Has the rules of all roles with the label, which a controller puts together. */
function aggregated(name: string, labels: Readonly<Record<string, string>> = {}): New<ClusterRole> {
  const clusterRoleSelectors = [{ matchLabels: { [aggregateTo(name)]: 'true' } }];
  return { ...role(name, [], labels), aggregationRule: { clusterRoleSelectors } };
}

function on(apiGroup: string, resources: string, verbs: readonly string[]): PolicyRule {
  return { apiGroups: [apiGroup], resources: resources.split(' '), verbs };
}

function paths(urls: string, verbs: readonly string[] = ['get']): PolicyRule {
  return { nonResourceURLs: urls.split(' '), verbs };
}

const controllers =
  'deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale daemonsets';

const autoApproved = (kind: string) => `system:${certificates}:certificatesigningrequests:${kind}`;

const adminRules: readonly PolicyRule[] = [
  on('authorization.k8s.io', 'localsubjectaccessreviews', ['create']),
  on(group, 'roles rolebindings', [...write, ...read]),
];

const editRules: readonly PolicyRule[] = [
  on('', 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy', read),
  on('', 'serviceaccounts', ['impersonate']),
  on('', 'pods pods/attach pods/exec pods/portforward pods/proxy', write),
  on('', 'pods/eviction', ['create']),
  on(
    '',
    'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
    write,
  ),
  on('', 'serviceaccounts/token', ['create']),
  on('apps', `${controllers} deployments/rollback`, write),
  on('autoscaling', 'horizontalpodautoscalers', write),
  on('batch', 'cronjobs jobs', write),
  on('networking.k8s.io', 'ingresses networkpolicies', write),
  on('policy', 'poddisruptionbudgets', write),
  on('coordination.k8s.io', 'leases', [...write, ...read]),
];

const viewRules: readonly PolicyRule[] = [
  on(
    '',
    'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
    read,
  ),
  on(
    '',
    'bindings events limitranges namespaces namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
    read,
  ),
  on('discovery.k8s.io', 'endpointslices', read),
  on('apps', `controllerrevisions ${controllers} deployments/status replicasets/status`, read),
  on('apps', 'statefulsets/status daemonsets/status', read),
  on('autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status', read),
  on('batch', 'cronjobs cronjobs/status jobs jobs/status', read),
  on('networking.k8s.io', 'ingresses ingresses/status networkpolicies', read),
  on('policy', 'poddisruptionbudgets poddisruptionbudgets/status', read),
];

/** An agent's certificate as a server, of which Kubernetes leaves the approval to people. */
const selfNodeServer = 'berth:certificatesigningrequests:selfnodeserver';

const health = '/healthz /livez /readyz';

export const defaultClusterRoles: readonly New<ClusterRole>[] = [
  role('cluster-admin', [on('*', '*', ['*']), paths('*', ['*'])]),
  role('system:discovery', [paths(`/api /api/* /apis /apis/* ${health} /openapi /openapi/* /version /version/`)]),
  role('system:basic-user', [
    on('authorization.k8s.io', 'selfsubjectaccessreviews selfsubjectrulesreviews', ['create']),
    on('authentication.k8s.io', 'selfsubjectreviews', ['create']),
  ]),
  role('system:public-info-viewer', [paths(`${health} /version /version/`)]),
  role('system:monitoring', [paths(`${health} /healthz/* /livez/* /readyz/* /metrics`)]),
  role('system:auth-delegator', [
    on('authentication.k8s.io', 'tokenreviews', ['create']),
    on('authorization.k8s.io', 'subjectaccessreviews', ['create']),
  ]),
  role('system:node-bootstrapper', [on(certificates, 'certificatesigningrequests', ['create', ...read])]),
  ...['nodeclient', 'selfnodeclient'].map((kind) =>
    role(autoApproved(kind), [on(certificates, `certificatesigningrequests/${kind}`, ['create'])]),
  ),
  ...['legacy-unknown', 'kubelet-serving', 'kube-apiserver-client', 'kube-apiserver-client-kubelet'].map((signer) =>
    role(`system:${certificates}:${signer}-approver`, [
      { ...on(certificates, 'signers', ['approve']), resourceNames: [`kubernetes.io/${signer}`] },
    ]),
  ),
  role(selfNodeServer, [on(certificates, 'certificatesigningrequests/selfnodeserver', ['create'])]),
  aggregated('admin'),
  aggregated('edit', { [aggregateTo('admin')]: 'true' }),
  aggregated('view', { [aggregateTo('edit')]: 'true' }),
  role('system:aggregate-to-admin', adminRules, { [aggregateTo('admin')]: 'true' }),
  role('system:aggregate-to-edit', editRules, { [aggregateTo('edit')]: 'true' }),
  role('system:aggregate-to-view', viewRules, { [aggregateTo('view')]: 'true' }),
  role('system:aggregated-metrics-reader', [on('metrics.k8s.io', 'nodes pods', read)], {
    [aggregateTo('admin')]: 'true',
    [aggregateTo('edit')]: 'true',
    [aggregateTo('view')]: 'true',
  }),
];

function toGroups(name: string, groups: readonly string[], roleName: string = name): New<ClusterRoleBinding> {
  return {
    metadata: { name, ...defaults },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: roleName },
    subjects: groups.map((subject) => ({ apiGroup: group, kind: 'Group', name: subject })),
  };
}

export const defaultClusterRoleBindings: readonly New<ClusterRoleBinding>[] = [
  toGroups('cluster-admin', ['system:masters']),
  toGroups('system:discovery', ['system:authenticated']),
  toGroups('system:basic-user', ['system:authenticated']),
  toGroups('system:public-info-viewer', ['system:authenticated', 'system:unauthenticated']),
  toGroups('system:monitoring', ['system:monitoring']),
  toGroups('berth:node-bootstrapper', [nodeBootstrapGroup], 'system:node-bootstrapper'),
  toGroups('berth:node-autoapprove-bootstrap', [nodeBootstrapGroup], autoApproved('nodeclient')),
  toGroups('berth:node-autoapprove-certificate-rotation', ['system:nodes'], autoApproved('selfnodeclient')),
  toGroups('berth:node-autoapprove-serving', ['system:nodes'], selfNodeServer),
];

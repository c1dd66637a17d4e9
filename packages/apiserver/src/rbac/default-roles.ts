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
import { controllerBindings, controllerRoles } from './controller-roles.ts';
import {
  aggregated,
  aggregateTo,
  boundTo,
  certificates,
  group,
  groupNamed,
  on,
  paths,
  read,
  role,
  write,
} from './role-data.ts';
import { systemBindings, systemRoles } from './system-roles.ts';

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
  role('system:service-account-issuer-discovery', [
    paths('/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/'),
  ]),
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
  ...systemRoles,
  ...controllerRoles,
];

export const defaultClusterRoleBindings: readonly New<ClusterRoleBinding>[] = [
  boundTo('cluster-admin', [groupNamed('system:masters')]),
  boundTo('system:discovery', [groupNamed('system:authenticated')]),
  boundTo('system:basic-user', [groupNamed('system:authenticated')]),
  boundTo('system:public-info-viewer', [groupNamed('system:authenticated'), groupNamed('system:unauthenticated')]),
  boundTo('system:service-account-issuer-discovery', [groupNamed('system:serviceaccounts')]),
  boundTo('system:monitoring', [groupNamed('system:monitoring')]),
  boundTo('berth:node-bootstrapper', [groupNamed(nodeBootstrapGroup)], 'system:node-bootstrapper'),
  boundTo('berth:node-autoapprove-bootstrap', [groupNamed(nodeBootstrapGroup)], autoApproved('nodeclient')),
  boundTo('berth:node-autoapprove-certificate-rotation', [groupNamed('system:nodes')], autoApproved('selfnodeclient')),
  boundTo('berth:node-autoapprove-serving', [groupNamed('system:nodes')], selfNodeServer),
  ...systemBindings,
  ...controllerBindings,
];

// Owns the names by which a kind is addressed: group, version, plural, kind. One descriptor per served resource, typed
// with the object it stands for, so that `client.get(pods, …)` returns a Pod.
import type {
  Binding,
  CertificateSigningRequest,
  ClusterRole,
  ClusterRoleBinding,
  ConfigMap,
  ControllerRevision,
  CronJob,
  CustomResourceDefinition,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  EventsV1Event,
  Job,
  Lease,
  LimitRange,
  LocalSubjectAccessReview,
  MutatingWebhookConfiguration,
  Namespace,
  Node,
  NodeMetrics,
  Pod,
  PodDisruptionBudget,
  PodMetrics,
  PodTemplate,
  PriorityClass,
  ReplicaSet,
  ReplicationController,
  ResourceQuota,
  Role,
  RoleBinding,
  Secret,
  SelfSubjectAccessReview,
  SelfSubjectReview,
  SelfSubjectRulesReview,
  Service,
  ServiceAccount,
  SubjectAccessReview,
  TokenReview,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
} from './api/types.ts';
import type { KubeObject } from './object.ts';

export interface Resource<T extends KubeObject = KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** As it stands in a URL: `pods`. */
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  /** Of the list of its objects; left out: the kind with `List` behind it. */
  readonly listKind?: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  /** Such as `all`, which `kubectl get all` asks for. */
  readonly categories: readonly string[];
  /** The name of its schema: its key in the API facts, if they describe it. */
  readonly type: string;
  /** Never set: carries T. */
  readonly object?: T;
}

function core<T extends KubeObject>(
  kind: string,
  plural: string,
  options: { clusterWide?: boolean; shortNames?: string[]; all?: boolean } = {},
): Resource<T> {
  return {
    group: '',
    version: 'v1',
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: !options.clusterWide,
    shortNames: options.shortNames ?? [],
    categories: options.all ? ['all'] : [],
    type: `io.k8s.api.core.v1.${kind}`,
  };
}

export const bindings = core<Binding>('Binding', 'bindings');
export const configMaps = core<ConfigMap>('ConfigMap', 'configmaps', { shortNames: ['cm'] });
export const endpoints = core<Endpoints>('Endpoints', 'endpoints', { shortNames: ['ep'] });
export const events = core<Event>('Event', 'events', { shortNames: ['ev'] });
export const limitRanges = core<LimitRange>('LimitRange', 'limitranges', { shortNames: ['limits'] });
export const namespaces = core<Namespace>('Namespace', 'namespaces', { clusterWide: true, shortNames: ['ns'] });
export const nodes = core<Node>('Node', 'nodes', { clusterWide: true, shortNames: ['no'] });
export const pods = core<Pod>('Pod', 'pods', { shortNames: ['po'], all: true });
export const podTemplates = core<PodTemplate>('PodTemplate', 'podtemplates');
export const replicationControllers = core<ReplicationController>('ReplicationController', 'replicationcontrollers', {
  shortNames: ['rc'],
  all: true,
});
export const resourceQuotas = core<ResourceQuota>('ResourceQuota', 'resourcequotas', { shortNames: ['quota'] });
export const secrets = core<Secret>('Secret', 'secrets');
export const serviceAccounts = core<ServiceAccount>('ServiceAccount', 'serviceaccounts', { shortNames: ['sa'] });
export const services = core<Service>('Service', 'services', { shortNames: ['svc'], all: true });
export const leases: Resource<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  singular: 'lease',
  kind: 'Lease',
  namespaced: true,
  shortNames: [],
  categories: [],
  type: 'io.k8s.api.coordination.v1.Lease',
};

export const customResourceDefinitions: Resource<CustomResourceDefinition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  kind: 'CustomResourceDefinition',
  namespaced: false,
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  type: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
};
export const controllerRevisions: Resource<ControllerRevision> = {
  group: 'apps',
  version: 'v1',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  kind: 'ControllerRevision',
  namespaced: true,
  shortNames: [],
  categories: [],
  type: 'io.k8s.api.apps.v1.ControllerRevision',
};
export const daemonSets: Resource<DaemonSet> = {
  group: 'apps',
  version: 'v1',
  plural: 'daemonsets',
  singular: 'daemonset',
  kind: 'DaemonSet',
  namespaced: true,
  shortNames: ['ds'],
  categories: ['all'],
  type: 'io.k8s.api.apps.v1.DaemonSet',
};
export const deployments: Resource<Deployment> = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  singular: 'deployment',
  kind: 'Deployment',
  namespaced: true,
  shortNames: ['deploy'],
  categories: ['all'],
  type: 'io.k8s.api.apps.v1.Deployment',
};
export const replicaSets: Resource<ReplicaSet> = {
  group: 'apps',
  version: 'v1',
  plural: 'replicasets',
  singular: 'replicaset',
  kind: 'ReplicaSet',
  namespaced: true,
  shortNames: ['rs'],
  categories: ['all'],
  type: 'io.k8s.api.apps.v1.ReplicaSet',
};

export const cronJobs: Resource<CronJob> = {
  group: 'batch',
  version: 'v1',
  plural: 'cronjobs',
  singular: 'cronjob',
  kind: 'CronJob',
  namespaced: true,
  shortNames: ['cj'],
  categories: ['all'],
  type: 'io.k8s.api.batch.v1.CronJob',
};
export const jobs: Resource<Job> = {
  group: 'batch',
  version: 'v1',
  plural: 'jobs',
  singular: 'job',
  kind: 'Job',
  namespaced: true,
  shortNames: [],
  categories: ['all'],
  type: 'io.k8s.api.batch.v1.Job',
};

export const endpointSlices: Resource<EndpointSlice> = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  singular: 'endpointslice',
  kind: 'EndpointSlice',
  namespaced: true,
  shortNames: [],
  categories: [],
  type: 'io.k8s.api.discovery.v1.EndpointSlice',
};

export const podDisruptionBudgets: Resource<PodDisruptionBudget> = {
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  kind: 'PodDisruptionBudget',
  namespaced: true,
  shortNames: ['pdb'],
  categories: [],
  type: 'io.k8s.api.policy.v1.PodDisruptionBudget',
};

export const priorityClasses: Resource<PriorityClass> = {
  group: 'scheduling.k8s.io',
  version: 'v1',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  kind: 'PriorityClass',
  namespaced: false,
  shortNames: ['pc'],
  categories: [],
  type: 'io.k8s.api.scheduling.v1.PriorityClass',
};

/** The same objects as `events`, in their newer form. */
export const eventsV1Events: Resource<EventsV1Event> = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  singular: 'event',
  kind: 'Event',
  namespaced: true,
  shortNames: ['ev'],
  categories: [],
  type: 'io.k8s.api.events.v1.Event',
};

export const certificateSigningRequests: Resource<CertificateSigningRequest> = {
  group: 'certificates.k8s.io',
  version: 'v1',
  plural: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  kind: 'CertificateSigningRequest',
  namespaced: false,
  shortNames: ['csr'],
  categories: [],
  type: 'io.k8s.api.certificates.v1.CertificateSigningRequest',
};

function rbac<T extends KubeObject>(kind: string, clusterWide: boolean): Resource<T> {
  return {
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    kind,
    namespaced: !clusterWide,
    shortNames: [],
    categories: [],
    type: `io.k8s.api.rbac.v1.${kind}`,
  };
}

export const clusterRoleBindings = rbac<ClusterRoleBinding>('ClusterRoleBinding', true);
export const clusterRoles = rbac<ClusterRole>('ClusterRole', true);
export const roleBindings = rbac<RoleBinding>('RoleBinding', false);
export const roles = rbac<Role>('Role', false);

function registration<T extends KubeObject>(kind: string, plural = `${kind.toLowerCase()}s`): Resource<T> {
  return {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: false,
    shortNames: [],
    categories: ['api-extensions'],
    type: `io.k8s.api.admissionregistration.v1.${kind}`,
  };
}

export const mutatingWebhookConfigurations = registration<MutatingWebhookConfiguration>('MutatingWebhookConfiguration');
export const validatingWebhookConfigurations = registration<ValidatingWebhookConfiguration>(
  'ValidatingWebhookConfiguration',
);
export const validatingAdmissionPolicies = registration<ValidatingAdmissionPolicy>(
  'ValidatingAdmissionPolicy',
  'validatingadmissionpolicies',
);
export const validatingAdmissionPolicyBindings = registration<ValidatingAdmissionPolicyBinding>(
  'ValidatingAdmissionPolicyBinding',
);

function review<T extends KubeObject>(group: 'authentication' | 'authorization', kind: string): Resource<T> {
  return {
    group: `${group}.k8s.io`,
    version: 'v1',
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    kind,
    namespaced: kind.startsWith('Local'),
    shortNames: [],
    categories: [],
    type: `io.k8s.api.${group}.v1.${kind}`,
  };
}

export const selfSubjectReviews = review<SelfSubjectReview>('authentication', 'SelfSubjectReview');
export const tokenReviews = review<TokenReview>('authentication', 'TokenReview');
export const localSubjectAccessReviews = review<LocalSubjectAccessReview>('authorization', 'LocalSubjectAccessReview');
export const selfSubjectAccessReviews = review<SelfSubjectAccessReview>('authorization', 'SelfSubjectAccessReview');
export const selfSubjectRulesReviews = review<SelfSubjectRulesReview>('authorization', 'SelfSubjectRulesReview');
export const subjectAccessReviews = review<SubjectAccessReview>('authorization', 'SubjectAccessReview');

export function listKindOf({ kind, listKind }: Pick<Resource, 'kind' | 'listKind'>): string {
  return listKind ?? `${kind}List`;
}

/** Nodes and pods by the names that they have, with what they use. */
function metrics<T extends KubeObject>(kind: string, plural: string, namespaced: boolean): Resource<T> {
  return {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    plural,
    singular: '',
    kind,
    namespaced,
    shortNames: [],
    categories: [],
    type: `io.k8s.metrics.pkg.apis.metrics.v1beta1.${kind}`,
  };
}

export const nodeMetrics = metrics<NodeMetrics>('NodeMetrics', 'nodes', false);
export const podMetrics = metrics<PodMetrics>('PodMetrics', 'pods', true);

/** `v1`, or `group/version`. */
export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return resource.group ? `${resource.group}/${resource.version}` : resource.version;
}

/** `pods`, or `leases.coordination.k8s.io`: how messages name a resource. */
export function qualifiedName(resource: { readonly group: string; readonly plural: string }): string {
  return resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
}

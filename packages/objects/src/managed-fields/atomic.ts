// Owns what the API facts do not tell of merging: the structs and maps that Kubernetes declares atomic, which one manager
// owns as a whole. Source: `x-kubernetes-map-type: atomic` in Kubernetes' OpenAPI documents.

const core = 'io.k8s.api.core.v1';
const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const admission = 'io.k8s.api.admissionregistration.v1';

export const atomicStructs: ReadonlySet<string> = new Set([
  `${core}.ConfigMapKeySelector`,
  `${core}.EndpointAddress`,
  `${core}.EndpointPort`,
  `${core}.LocalObjectReference`,
  `${core}.NodeSelector`,
  `${core}.NodeSelectorTerm`,
  `${core}.ObjectFieldSelector`,
  `${core}.ObjectReference`,
  `${core}.ResourceFieldSelector`,
  `${core}.ScopeSelector`,
  `${core}.ScopedResourceSelectorRequirement`,
  `${core}.SecretKeySelector`,
  `${core}.SecretReference`,
  `${core}.TopologySelectorTerm`,
  `${core}.TypedLocalObjectReference`,
  `${meta}.LabelSelector`,
  `${meta}.OwnerReference`,
  'io.k8s.api.discovery.v1.EndpointPort',
  'io.k8s.api.networking.v1.ServiceBackendPort',
  'io.k8s.api.rbac.v1.RoleRef',
  'io.k8s.api.rbac.v1.Subject',
  `${admission}.NamedRuleWithOperations`,
  `${admission}.MatchResources`,
  `${admission}.ParamKind`,
  `${admission}.ParamRef`,
]);

/** Fields that are atomic maps, by the struct that they stand in. */
export const atomicMaps: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [`${core}.PodSpec`, new Set(['nodeSelector'])],
  [`${core}.ReplicationControllerSpec`, new Set(['selector'])],
  [`${core}.ServiceSpec`, new Set(['selector'])],
  ['io.k8s.api.node.v1.Scheduling', new Set(['nodeSelector'])],
]);

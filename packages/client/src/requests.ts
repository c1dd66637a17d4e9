// Owns what both transports say alike: the names of objects and the bodies of subresource requests.
import type {
  Binding,
  KubeObject,
  New,
  ObjectName,
  Resource,
  Scale,
  TokenRequest,
  TokenRequestSpec,
} from '@berth/objects';

export function nameOf(object: KubeObject): ObjectName {
  return { namespace: object.metadata.namespace, name: object.metadata.name };
}

/** The scale subresource answers with a Scale, whatever resource it belongs to. */
export function answeringScale(resource: Resource): Resource<Scale> {
  return resource as unknown as Resource<Scale>;
}

/** The body that puts a pod on a node. */
export function bindingOf(pod: ObjectName & { readonly uid?: string }, node: string): New<Binding> {
  return {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: pod.name, namespace: pod.namespace, ...(pod.uid ? { uid: pod.uid } : {}) },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  };
}

/** The token subresource answers with a TokenRequest, whatever resource it belongs to. */
export function answeringToken(resource: Resource): Resource<TokenRequest> {
  return resource as unknown as Resource<TokenRequest>;
}

export function tokenRequestOf(account: ObjectName, spec: TokenRequestSpec): New<TokenRequest> {
  return { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: { ...account }, spec };
}

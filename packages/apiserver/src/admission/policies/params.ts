// Owns the objects that parameterise a policy: which there are, for a binding and a request.
// Source: Kubernetes API reference, admissionregistration.k8s.io/v1 ParamRef.
import {
  apiVersionOf,
  type Kind,
  type KubeObject,
  type ObjectName,
  type ParamKind,
  type ParamRef,
  selectorFrom,
} from '@berth/objects';

interface ParamSource {
  /** All that are served. */
  kinds(): readonly Kind[];
  get(kind: Kind, name: ObjectName): Promise<KubeObject | undefined>;
  list(kind: Kind, namespace: string | undefined): Iterable<KubeObject>;
}

/** In whose name the policy is evaluated, one after the other; null: none, which is allowed. Throws an Error. */
export type ParamReader = (
  paramKind: ParamKind,
  paramRef: ParamRef,
  requestNamespace: string | undefined,
) => Promise<readonly (KubeObject | null)[]>;

export function createParamReader(source: ParamSource): ParamReader {
  return async ({ apiVersion = '', kind: name = '' }, paramRef, requestNamespace) => {
    const kind = source.kinds().find(({ resource }) => resource.kind === name && apiVersionOf(resource) === apiVersion);
    if (!kind) throw new Error(`paramKind kind \`${apiVersion}, Kind=${name}\` not known`);
    const namespace = namespaceOf(kind, paramRef, requestNamespace);
    const found = paramRef.name
      ? await source.get(kind, { namespace, name: paramRef.name })
      : selected(source.list(kind, namespace), paramRef);
    const params = Array.isArray(found) ? (found as KubeObject[]) : found ? [found as KubeObject] : [];
    if (params.length > 0) return params;
    if (paramRef.parameterNotFoundAction === 'Deny')
      throw new Error('no params found for policy binding with `Deny` parameterNotFoundAction');
    return [];
  };
}

function namespaceOf({ resource }: Kind, { namespace }: ParamRef, requestNamespace: string | undefined) {
  if (!resource.namespaced && namespace)
    throw new Error('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  if (!resource.namespaced || namespace) return namespace;
  if (requestNamespace) return requestNamespace;
  throw new Error('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
}

function selected(objects: Iterable<KubeObject>, { selector }: ParamRef): KubeObject[] {
  const labels = selectorFrom(selector);
  return [...objects].filter(({ metadata }) => labels?.matches(metadata.labels));
}

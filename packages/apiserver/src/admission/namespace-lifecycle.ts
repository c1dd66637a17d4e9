// Owns what a namespace means for what is in it: nothing is created in one that does not exist or is being deleted, and
// some namespaces are never deleted. Source: Kubernetes admission plugin NamespaceLifecycle.
import {
  forbiddenError,
  localSubjectAccessReviews,
  type Namespace,
  namespaces,
  notFoundError,
  StatusError,
} from '@berth/objects';
import { type AdmissionPlugin, type AdmissionRequest, concerns } from './plugin.ts';

/** What the plugin has to know: the namespace as the server knows it now, or after waiting for the newest writes. */
export interface NamespaceReader {
  cached(name: string): Namespace | undefined;
  newest(name: string): Promise<Namespace | undefined>;
}

const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

export function namespaceLifecycle(reader: NamespaceReader): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    async admit(request) {
      const { namespace } = request;
      if (request.operation !== 'CREATE' || !request.resource.namespaced || !namespace) return;
      // Who asks what somebody may do there is not told whether it is there.
      if (concerns(request, localSubjectAccessReviews)) return;
      const found = reader.cached(namespace) ?? (await reader.newest(namespace));
      if (!found) throw notFoundError(namespaces, namespace);
      if (found.metadata.deletionTimestamp) throw terminating(request, namespace);
    },
    validate(request) {
      if (request.operation === 'DELETE' && concerns(request, namespaces) && immortal.has(request.name))
        throw forbiddenError(namespaces, request.name, 'this namespace may not be deleted');
    },
  };
}

function terminating({ resource, name }: AdmissionRequest, namespace: string): StatusError {
  const error = forbiddenError(
    resource,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  );
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  return new StatusError('Forbidden', error.message, { ...error.details, causes: [cause] });
}

// Owns what a node's agent may do to which object: its own node and lease, the pods that run on it, tokens for them, and
// requests for certificates of its own.
// What it may do by verb and resource is the node authorizer's. Source: Kubernetes admission plugin NodeRestriction.
import {
  certificateSigningRequests,
  forbiddenError,
  kubeletClientSigner,
  kubeletServingSigner,
  leases,
  type Node,
  nodes,
  nodeUserPrefix,
  type ObjectName,
  type Pod,
  pods,
  serviceAccounts,
  type TokenRequest,
  type UserInfo,
} from '@berth/objects';
import { readCertificateRequest } from '../auth/certificate-authority.ts';
import { sameJson } from '../registry/equality.ts';
import { forbiddenLabels } from './node-labels.ts';
import { type AdmissionPlugin, type AdmissionRequest, concerns, writeOf } from './plugin.ts';

export interface NodeRestrictionOptions {
  /** The node whose agent the user is. */
  nodeNameOf(user: UserInfo): string | undefined;
  pod(name: ObjectName): Promise<Pod | undefined>;
  node(name: string): Promise<Node | undefined>;
}

export function nodeRestriction(options: NodeRestrictionOptions): AdmissionPlugin {
  return {
    name: 'NodeRestriction',
    async validate(request) {
      const node = options.nodeNameOf(request.user);
      if (node === undefined || request.user.groups.includes('system:masters')) return;
      const problem = await problemOf(request, node, options);
      if (problem) throw forbiddenError(request.resource, request.name, problem);
    },
  };
}

async function problemOf(
  request: AdmissionRequest,
  node: string,
  { pod, node: nodeNamed }: NodeRestrictionOptions,
): Promise<string | undefined> {
  // Of an eviction, the delete that follows is looked at.
  if (request.operation === 'CONNECT' || request.subresource === 'eviction') return undefined;
  if (concerns(request, serviceAccounts)) return tokenProblem(request, node, pod);
  if (concerns(request, nodes)) return nodeProblem(request, node);
  if (concerns(request, certificateSigningRequests)) return certificateProblem(request, node);
  if (concerns(request, leases)) {
    if (request.namespace !== 'kube-node-lease')
      return 'can only access leases in the "kube-node-lease" system namespace';
    return request.name === node ? undefined : 'can only access node lease with the same name as the requesting node';
  }
  if (!concerns(request, pods)) return undefined;
  if (request.operation !== 'CREATE' || request.subresource) return podProblem(request, node);
  return mirrorProblem(request.draft as Pod, node, (await nodeNamed(node))?.metadata.uid);
}

function nodeProblem({ name, subresource, draft, old }: AdmissionRequest, node: string): string | undefined {
  if (name !== node) return `node "${node}" is not allowed to modify node "${name}"`;
  if (!draft) return undefined;
  const { metadata, spec } = draft as Node;
  const before = old as Node | undefined;
  const labels = forbiddenLabels(metadata.labels, before?.metadata.labels);
  if (!before) {
    return labels.length > 0 ? `is not allowed to set the following labels: ${labels.join(', ')}` : undefined;
  }
  if (!subresource && !sameJson(spec.taints ?? [], before.spec.taints ?? []))
    return `node "${node}" is not allowed to modify taints`;
  if (labels.length > 0) return `is not allowed to modify labels: ${labels.join(', ')}`;
  return sameJson(metadata.ownerReferences ?? [], before.metadata.ownerReferences ?? [])
    ? undefined
    : `node "${node}" is not allowed to modify ownerReferences`;
}

function podProblem({ operation, subresource, draft, old }: AdmissionRequest, node: string): string | undefined {
  const pod = old as Pod | undefined;
  if (!pod) return undefined;
  const isOwn = pod.spec.nodeName === node;
  if (operation === 'DELETE')
    return isOwn ? undefined : `node "${node}" can only delete pods with spec.nodeName set to itself`;
  if (!isOwn) return `node "${node}" can only update pod status for pods with spec.nodeName set to itself`;
  if (subresource === 'status' && !sameJson((draft as Pod).metadata.labels ?? {}, pod.metadata.labels ?? {}))
    return `node "${node}" cannot update labels through pod status`;
  return undefined;
}

/** A mirror shows a pod that the node runs by itself, and gives it no way to what is in the API. */
function mirrorProblem({ metadata, spec }: Pod, node: string, uid: string | undefined): string | undefined {
  const only = `node "${node}" can only create pods with`;
  if (!metadata.annotations?.['kubernetes.io/config.mirror'])
    return `pod does not have "kubernetes.io/config.mirror" annotation, node "${node}" can only create mirror pods`;
  if (spec.nodeName !== node) return `${only} spec.nodeName set to itself`;
  const [owner, another] = metadata.ownerReferences ?? [];
  if (another) return `${only} a single owner reference set to itself`;
  if (owner?.apiVersion !== 'v1' || owner.kind !== nodes.kind || owner.name !== node)
    return `${only} an owner reference set to itself`;
  if (!owner.controller) return `${only} a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion) return `node "${node}" must not set blockOwnerDeletion on an owner reference`;
  if (owner.uid !== uid) return `node ${node} UID mismatch: expected ${uid ?? ''} got ${owner.uid}`;
  const reference = referenceOf(spec);
  return reference && `node "${node}" can not create pods that reference ${reference}`;
}

/** The first thing in the API that the pod names. */
function referenceOf(spec: Pod['spec']): string | undefined {
  if (spec.serviceAccountName) return 'a service account';
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const environment = containers.flatMap(({ env = [] }) => env.map(({ valueFrom }) => valueFrom));
  const imported = containers.flatMap(({ envFrom = [] }) => envFrom);
  const volumes = spec.volumes ?? [];
  const projected = volumes.flatMap(({ projected }) => projected?.sources ?? []);
  if (
    spec.imagePullSecrets?.length ||
    volumes.some(({ secret }) => secret) ||
    [...environment, ...imported].some((source) => source && ('secretKeyRef' in source || 'secretRef' in source)) ||
    projected.some(({ secret }) => secret)
  )
    return 'secrets';
  if (
    volumes.some(({ configMap }) => configMap) ||
    [...environment, ...imported].some(
      (source) => source && ('configMapKeyRef' in source || 'configMapRef' in source),
    ) ||
    projected.some(({ configMap }) => configMap)
  )
    return 'configmaps';
  if (projected.some(({ serviceAccountToken }) => serviceAccountToken)) return 'service account tokens';
  return volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim) ? 'persistentvolumeclaims' : undefined;
}

/** A token ends with the pod that it is for, so that it must be bound to one, and an agent only gets those of its own. */
async function tokenProblem(
  { namespace, draft, subresource }: AdmissionRequest,
  node: string,
  pod: NodeRestrictionOptions['pod'],
): Promise<string | undefined> {
  if (subresource !== 'token') return undefined;
  const { kind, apiVersion, name = '', uid } = (draft as unknown as TokenRequest).spec.boundObjectRef ?? {};
  if (kind !== 'Pod' || apiVersion !== 'v1' || !name) return 'node requested token not bound to a pod';
  if (!uid) return 'node requested token with a pod binding without a uid';
  const found = await pod({ namespace, name });
  if (found?.metadata.uid !== uid) return 'node requested token bound to a pod that is not there';
  return found.spec.nodeName === node ? undefined : 'node requested token bound to a pod scheduled on a different node';
}

/** What else a certificate for an agent may say, its signer looks at. */
async function certificateProblem(request: AdmissionRequest, node: string): Promise<string | undefined> {
  const write = request.operation === 'CREATE' ? writeOf(request, certificateSigningRequests) : undefined;
  if (!write) return undefined;
  const { signerName, request: encoded } = write.draft.spec;
  if (signerName !== kubeletClientSigner && signerName !== kubeletServingSigner) return undefined;
  try {
    const { commonName } = await readCertificateRequest(Buffer.from(encoded, 'base64'));
    const own = `${nodeUserPrefix}${node}`;
    return commonName === own ? undefined : `can only create a node CSR with CN=${own}`;
  } catch (error) {
    return `unable to parse csr: ${(error as Error).message}`;
  }
}

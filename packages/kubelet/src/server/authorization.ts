// Owns who may use the agent's server: the API server and the cluster's masters, by their certificates and without anybody
// being asked, and whoever else the API lets do with the node what the request's path stands for.
// Source: Kubernetes, "Kubelet authentication/authorization".
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { DelegatedAccess } from '@berth/client';
import { StatusError } from '@berth/objects';

const apiServerName = 'kube-apiserver-kubelet-client';
const mastersGroup = 'system:masters';

export interface AuthorizationOptions {
  readonly access: DelegatedAccess;
  readonly nodeName: string;
}

/** Throws `Unauthorized` or `Forbidden`. */
export async function assertAllowed(
  { access, nodeName }: AuthorizationOptions,
  request: Pick<IncomingMessage, 'socket' | 'headers' | 'method'>,
  path: string,
): Promise<void> {
  const { socket } = request;
  if (socket instanceof TLSSocket && isTrusted(socket)) return;
  const user = await access.userOf(request);
  if (!user) throw new StatusError('Unauthorized', 'Unauthorized');
  const attributes = { verb: verbOf(request.method), version: 'v1', resource: 'nodes', name: nodeName };
  const subresource = subresourceOf(path);
  if (await access.allows(user, { resourceAttributes: { ...attributes, subresource } })) return;
  const { verb, resource } = attributes;
  throw new StatusError(
    'Forbidden',
    `Forbidden (user=${user.name}, verb=${verb}, resource=${resource}, subresource=${subresource})`,
  );
}

export function isTrusted(socket: Pick<TLSSocket, 'authorized' | 'getPeerCertificate'>): boolean {
  if (!socket.authorized) return false;
  const { subject } = socket.getPeerCertificate();
  // A subject may name several organizations.
  return subject !== undefined && (subject.CN === apiServerName || [subject.O].flat().includes(mastersGroup));
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

function verbOf(method = 'GET'): string {
  return verbs[method] ?? 'get';
}

/** Whatever has no name of its own is as much as passing requests on to the node. */
export function subresourceOf(path: string): string {
  const [, first] = path.split('/');
  return first === 'metrics' || first === 'stats' ? first : 'proxy';
}

// Owns what a node's agent may do, by verb and resource. Whose pods it may touch depends on the objects and is decided
// by the admission plugin `node-restriction`. Source: Kubernetes, "Using Node Authorization".
import {
  certificateSigningRequests,
  configMaps,
  endpoints,
  events,
  eventsV1Events,
  leases,
  namespaces,
  nodes,
  nodeUserPrefix,
  pods,
  qualifiedName,
  secrets,
  serviceAccounts,
  services,
  type UserInfo,
} from '@berth/objects';
import type { Attributes, Authorizer } from './authorization.ts';

const read: readonly string[] = ['get', 'list', 'watch'];
const readWrite: readonly string[] = [...read, 'create', 'update', 'patch', 'delete'];

/** Verbs by resource, or by `resource/subresource`. */
const rules = new Map<string, readonly string[]>([
  ...[services, endpoints, namespaces, configMaps, secrets, serviceAccounts].map(
    (resource): [string, readonly string[]] => [qualifiedName(resource), read],
  ),
  [qualifiedName(nodes), readWrite],
  [`${qualifiedName(nodes)}/status`, ['get', 'update', 'patch']],
  [qualifiedName(pods), [...read, 'create', 'delete']],
  [`${qualifiedName(pods)}/status`, ['get', 'update', 'patch']],
  [`${qualifiedName(serviceAccounts)}/token`, ['create']],
  [qualifiedName(certificateSigningRequests), [...read, 'create']],
  [qualifiedName(leases), readWrite],
  [qualifiedName(events), ['create', 'update', 'patch']],
  [qualifiedName(eventsV1Events), ['create', 'update', 'patch']],
]);

/** The node whose agent the user is; undefined if it is none. */
export function nodeNameOf(user: UserInfo): string | undefined {
  if (!user.groups.includes('system:nodes') || !user.name.startsWith(nodeUserPrefix)) return undefined;
  return user.name.slice(nodeUserPrefix.length) || undefined;
}

export const nodeAuthorizer: Authorizer = {
  allows(user, attributes) {
    const node = nodeNameOf(user);
    if (node === undefined) return false;
    const { verb, resource, subresource } = attributes;
    const rule = rules.get(subresource ? `${qualifiedName(resource)}/${subresource}` : qualifiedName(resource));
    return rule?.includes(verb) === true && (read.includes(verb) || isOwn(node, resource, attributes));
  },
};

/** Of what is named after a node, an agent writes only its own. A create names nothing yet; admission looks at it. */
function isOwn(node: string, resource: Attributes['resource'], { namespace, name }: Attributes): boolean {
  const kind = qualifiedName(resource);
  if (kind === qualifiedName(nodes)) return name === undefined || name === node;
  if (kind === qualifiedName(leases)) return namespace === 'kube-node-lease' && (name === undefined || name === node);
  return true;
}

// Owns what a node's agent may do: by verb and resource, of what is named after nodes its own, of secrets and config maps
// those that its pods refer to. What it may write into which object is decided by the admission plugin
// `node-restriction`. Source: Kubernetes 1.32, "Using Node Authorization".
import {
  certificateSigningRequests,
  configMaps,
  endpoints,
  events,
  eventsV1Events,
  leases,
  localSubjectAccessReviews,
  namespaces,
  nodes,
  nodeUserPrefix,
  type ObjectName,
  type Pod,
  pods,
  qualifiedName,
  requiredField,
  secrets,
  serviceAccounts,
  services,
  subjectAccessReviews,
  tokenReviews,
  type UserInfo,
} from '@berth/objects';
import type { Attributes, Authorizer } from './authorization.ts';
import { type Referred, refersTo } from './pod-references.ts';

const read: readonly string[] = ['get', 'list', 'watch'];

/** Verbs by resource, or by `resource/subresource`, whatever the object. */
const rules = new Map<string, readonly string[]>([
  // All nodes, for the network between them; namespaces, for the cluster's identity.
  ...[services, endpoints, namespaces, nodes].map((resource): [string, readonly string[]] => [
    qualifiedName(resource),
    read,
  ]),
  [`${qualifiedName(nodes)}/status`, ['get']],
  [qualifiedName(pods), ['create', 'delete']],
  [`${qualifiedName(pods)}/status`, ['get', 'update', 'patch']],
  [`${qualifiedName(pods)}/eviction`, ['create']],
  [`${qualifiedName(serviceAccounts)}/token`, ['create']],
  [qualifiedName(certificateSigningRequests), [...read, 'create']],
  // For those who ask the agent's own server.
  ...[tokenReviews, subjectAccessReviews, localSubjectAccessReviews].map((review): [string, readonly string[]] => [
    qualifiedName(review),
    ['create'],
  ]),
  [qualifiedName(events), ['create', 'update', 'patch']],
  [qualifiedName(eventsV1Events), ['create', 'update', 'patch']],
]);

/** The node whose agent the user is; undefined if it is none. */
export function nodeNameOf(user: UserInfo): string | undefined {
  if (!user.groups.includes('system:nodes') || !user.name.startsWith(nodeUserPrefix)) return undefined;
  return user.name.slice(nodeUserPrefix.length) || undefined;
}

/** The pods as they are now. */
export interface PodLookup {
  pod(name: ObjectName): Pod | undefined;
  podsIn(namespace: string): Iterable<Pod>;
}

export function nodeAuthorizer(known: PodLookup): Authorizer {
  return {
    allows(user, attributes) {
      const node = nodeNameOf(user);
      if (node === undefined) return false;
      const { verb, resource, subresource } = attributes;
      const path = subresource ? `${qualifiedName(resource)}/${subresource}` : qualifiedName(resource);
      return rules.get(path)?.includes(verb) === true || (special.get(path)?.(node, attributes, known) ?? false);
    },
  };
}

type Rule = (node: string, attributes: Attributes, known: PodLookup) => boolean;

/** What depends on the object. A create names nothing yet: admission looks at it. */
const special = new Map<string, Rule>([
  [
    qualifiedName(nodes),
    (node, { verb, name }) => verb === 'create' || (['update', 'patch'].includes(verb) && name === node),
  ],
  [`${qualifiedName(nodes)}/status`, (node, { verb, name }) => ['update', 'patch'].includes(verb) && name === node],
  [
    qualifiedName(leases),
    (node, { verb, namespace, name }) =>
      namespace === 'kube-node-lease' &&
      (verb === 'create' || (['get', 'update', 'patch', 'delete'].includes(verb) && name === node)),
  ],
  [qualifiedName(pods), readsOwnPods],
  [qualifiedName(secrets), ofItsPods('secrets')],
  [qualifiedName(configMaps), ofItsPods('configmaps')],
]);

/** Those that are on it, and what is gone, of which nothing is to be learned. */
function readsOwnPods(node: string, attributes: Attributes, { pod }: PodLookup): boolean {
  const { verb, namespace, name, fieldSelector } = attributes;
  if (!read.includes(verb)) return false;
  if (fieldSelector !== undefined && requiredField(fieldSelector, 'spec.nodeName') === node) return true;
  if (name === undefined) return false;
  const found = pod({ namespace, name });
  return !found || found.spec.nodeName === node;
}

/** One at a time, by its name. */
function ofItsPods(what: Referred): Rule {
  return (node, { verb, namespace, name }, { podsIn }) => {
    if (!read.includes(verb) || namespace === undefined || name === undefined) return false;
    for (const pod of podsIn(namespace)) if (pod.spec.nodeName === node && refersTo(pod, what, name)) return true;
    return false;
  };
}

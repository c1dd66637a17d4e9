// Owns what a request is about to do: the verb that its method stands for under its path, and the name that the figures
// have for it.
import type { IncomingMessage } from 'node:http';
import { applyPatchType, StatusError } from '@berth/objects';
import { proxyVerb } from './proxy.ts';
import { flag } from './query.ts';
import type { ResourceRoute } from './route.ts';
import { kindVerbs, subresourceFacts, type Verb } from './subresources.ts';

/** Throws `MethodNotAllowed` if what the path names does not have the verb that the method stands for. */
export function verbOf(route: ResourceRoute, method: string, query: URLSearchParams): Verb {
  const verb = askedVerb(route, method, query);
  const { kind, subresource } = route;
  const allowed = subresource === undefined ? kindVerbs(kind) : subresourceFacts(subresource).verbs;
  if (!verb || !allowed.includes(verb) || (isOfAllNamespaces(route) && !reads.has(verb))) throw methodNotAllowed();
  return verb;
}

/** A collection of a namespaced kind, of which no namespace is named: it can only be read. */
function isOfAllNamespaces({ kind, namespace, name }: ResourceRoute): boolean {
  return kind.resource.namespaced && namespace === undefined && name === undefined;
}

const reads: ReadonlySet<Verb> = new Set(['list', 'watch']);

/** In terms of a role, where anything is known of it. */
export function verbAsked(route: ResourceRoute, method: string, query: URLSearchParams): string | undefined {
  return route.proxied === undefined ? askedVerb(route, method, query) : proxyVerb(method);
}

function askedVerb(
  { name, subresource, watchPath }: ResourceRoute,
  method: string,
  query: URLSearchParams,
): Verb | undefined {
  const ofCollection = name === undefined;
  switch (method) {
    case 'GET':
      if (watchPath || (ofCollection && flag(query, 'watch'))) return 'watch';
      return ofCollection ? 'list' : 'get';
    case 'POST':
      return ofCollection || subresource !== undefined ? 'create' : undefined;
    case 'PUT':
      return ofCollection ? undefined : 'update';
    case 'PATCH':
      return ofCollection ? undefined : 'patch';
    case 'DELETE':
      return ofCollection ? 'deletecollection' : 'delete';
    default:
      return undefined;
  }
}

const metricVerbs: Readonly<Record<Verb, string>> = {
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETECOLLECTION',
};

export function metricVerb(verb: Verb, route: ResourceRoute, { headers }: IncomingMessage): string {
  if (verb === 'patch' && headers['content-type']?.startsWith(applyPatchType)) return 'APPLY';
  return route.subresource === 'log' || upgrades(route) ? 'CONNECT' : metricVerbs[verb];
}

/** Asked for over a WebSocket, which speaks nothing but GET. */
export function isWatch(route: ResourceRoute, query: URLSearchParams): boolean {
  return askedVerb(route, 'GET', query) === 'watch' && kindVerbs(route.kind).includes('watch');
}

export function upgrades({ subresource }: ResourceRoute): boolean {
  return subresource !== undefined && subresourceFacts(subresource).connects === 'streams';
}

export function methodNotAllowed(): StatusError {
  return new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

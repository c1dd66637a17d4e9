// Owns the grammar of the API's URLs: which object, collection or subresource a path names.
// Source: Kubernetes API concepts, "Resource URIs".
import { badRequestError, type Kind, pathSegmentProblems } from '@berth/objects';
import type { ServedKinds } from '../registry/served-kinds.ts';

export interface ResourceRoute {
  readonly kind: Kind;
  readonly namespace?: string;
  /** Left out: the collection. */
  readonly name?: string;
  readonly subresource?: string;
  /** What follows the subresource `proxy`, as it was sent: empty, or from a slash on. */
  readonly proxied?: string;
  /** The path is of the old form `/api/v1/watch/…`. */
  readonly watchPath: boolean;
}

/** Of a route with a name, such as one of a pod's streams. */
export function podOf({ namespace, name = '' }: ResourceRoute): { namespace?: string; name: string } {
  return { namespace, name };
}

/** Throws BadRequest on a name that could not stand in a path. */
export function checkName({ name }: ResourceRoute): void {
  const problems = name === undefined ? [] : pathSegmentProblems(name);
  if (problems.length > 0)
    throw badRequestError(`Name parameter invalid: ${JSON.stringify(name)}: ${problems.join(';')}`);
}

export type Router = (path: string) => ResourceRoute | undefined;

/** What follows a namespace's name and belongs to the namespace itself, not to a resource within it. */
const namespaceSubresources = new Set(['status', 'finalize']);

export function createRouter(served: Pick<ServedKinds, 'find'>): Router {
  return (asked) => {
    const { path, proxied } = proxySplit(asked);
    const segments = segmentsOf(path);
    if (!segments) return undefined;
    const root = segments.shift();
    let version: string | undefined;
    if (root === 'api') version = segments.shift();
    else if (root === 'apis') version = segments.splice(0, 2).join('/');
    if (!version) return undefined;
    const watchPath = segments[0] === 'watch';
    if (watchPath) segments.shift();
    const namespace = namespaceIn(segments);
    const [plural, name, subresource, ...rest] = segments;
    const kind = plural === undefined ? undefined : served.find(version, plural);
    if (!kind || rest.length > 0) return undefined;
    if (namespace !== undefined && !kind.resource.namespaced) return undefined;
    // What can only be asked has no objects, and no lists of all namespaces.
    if (kind.transient && (name !== undefined || (kind.resource.namespaced && namespace === undefined)))
      return undefined;
    // Only collections of a namespaced resource span all namespaces: an object always has one.
    if (name !== undefined && namespace === undefined && kind.resource.namespaced) return undefined;
    if (subresource !== undefined && !kind.subresources.includes(subresource)) return undefined;
    if ((subresource === 'proxy') !== (proxied !== undefined)) return undefined;
    return { kind, namespace, name, subresource, watchPath, ...(proxied === undefined ? {} : { proxied }) };
  };
}

/** `/api/v1[/namespaces/NAMESPACE]/RESOURCE/NAME/proxy`, before anything in it is decoded, and the rest. */
const proxyPath = /^(\/api\/v1(?:\/namespaces\/[^/]+)?\/[^/]+\/[^/]+\/proxy)(|\/.*)$/s;

/** What is proxied has paths of its own grammar. */
function proxySplit(path: string): { path: string; proxied?: string } {
  if (!path.includes('/proxy')) return { path };
  const [, own, proxied] = proxyPath.exec(path) ?? [];
  return own === undefined ? { path } : { path: own, proxied };
}

/** Undefined if a segment is empty, not decodable or, decoded, several; a slash at the end is allowed. */
function segmentsOf(path: string): string[] | undefined {
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  const segments = path.slice(1, end).split('/');
  if (segments.includes('')) return undefined;
  if (!path.includes('%')) return segments;
  try {
    const decoded = segments.map(decodeURIComponent);
    return decoded.some((segment) => segment.includes('/')) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/** Takes `namespaces/NAME` off the front where what follows lies in that namespace. */
function namespaceIn(segments: string[]): string | undefined {
  const [first, name, next] = segments;
  if (first !== 'namespaces' || name === undefined || next === undefined) return undefined;
  if (namespaceSubresources.has(next) && segments.length === 3) return undefined;
  segments.splice(0, 2);
  return name;
}

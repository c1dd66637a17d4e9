// Owns what is told of the served kinds to who asks in process, as the discovery documents tell it over HTTPS.
import { type DiscoveredResource, type Kind, qualifiedName } from '@berth/objects';
import { kindVerbs } from '../http/subresources.ts';
import { groupVersions } from '../openapi/discovery.ts';

const known = new WeakMap<readonly Kind[], readonly DiscoveredResource[]>();

/** Of each resource, the version that clients should prefer. The same answer for the same list. */
export function discovered(kinds: readonly Kind[]): readonly DiscoveredResource[] {
  let resources = known.get(kinds);
  if (!resources) {
    const found = new Map<string, DiscoveredResource>();
    for (const version of groupVersions(kinds))
      for (const kind of version.kinds) {
        const { resource, subresources } = kind;
        const name = qualifiedName(resource);
        if (!found.has(name)) found.set(name, { ...resource, verbs: kindVerbs(kind), subresources });
      }
    resources = [...found.values()];
    known.set(kinds, resources);
  }
  return resources;
}

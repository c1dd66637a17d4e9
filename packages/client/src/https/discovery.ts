// Owns discovery over HTTPS: both documents of all groups, as the resources that clients should use.
// Source: Kubernetes API concepts, "Aggregated discovery".
import type { DiscoveredResource } from '@berth/objects';
import type { Connection } from './connection.ts';

interface GroupDiscovery {
  /** The core group has no name. */
  readonly metadata?: { readonly name?: string };
  readonly versions: readonly { readonly version: string; readonly resources?: readonly ResourceDiscovery[] }[];
}

interface ResourceDiscovery {
  readonly resource: string;
  readonly responseKind?: { readonly kind: string };
  readonly scope: string;
  readonly singularResource: string;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

export async function discover(connection: Connection): Promise<readonly DiscoveredResource[]> {
  const answers = await Promise.all(['/api', '/apis'].map((path) => connection.json(path, { accept })));
  const groups = answers.flatMap((answer) => (answer as { items: readonly GroupDiscovery[] }).items);
  return groups.flatMap(preferred);
}

/** Of each resource the first version: the server lists them in the order in which they should be preferred. */
function preferred({ metadata, versions }: GroupDiscovery): DiscoveredResource[] {
  const found = new Map<string, DiscoveredResource>();
  for (const { version, resources = [] } of versions)
    for (const each of resources) {
      if (found.has(each.resource)) continue;
      found.set(each.resource, {
        group: metadata?.name ?? '',
        version,
        plural: each.resource,
        singular: each.singularResource,
        kind: each.responseKind?.kind ?? '',
        namespaced: each.scope === 'Namespaced',
        shortNames: each.shortNames ?? [],
        categories: each.categories ?? [],
        type: '',
        verbs: each.verbs ?? [],
        subresources: (each.subresources ?? []).map(({ subresource }) => subresource),
      });
    }
  return [...found.values()];
}

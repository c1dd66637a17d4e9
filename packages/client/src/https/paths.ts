// Owns the URLs of the API. Source: Kubernetes API concepts, "Resource URIs".
import { apiVersionOf, type ObjectName, type Resource } from '@berth/objects';

/** The values of a query; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export function collectionPath(resource: Resource, namespace: string | undefined): string {
  const root = `${resource.group ? '/apis' : '/api'}/${apiVersionOf(resource)}`;
  const scope = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${resource.plural}`;
}

export function objectPath(resource: Resource, target: ObjectName & { readonly subresource?: string }): string {
  const path = `${collectionPath(resource, target.namespace)}/${encodeURIComponent(target.name)}`;
  return target.subresource ? `${path}/${target.subresource}` : path;
}

/** `?a=1&b=2`, or nothing. A list repeats its name. */
export function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) search.append(name, String(item));
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

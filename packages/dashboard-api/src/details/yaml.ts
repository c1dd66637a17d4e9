// Owns how an object is shown as YAML.
import { type KubeObject, toYaml } from '@berth/objects';

/** As kubectl shows it: without the book-keeping of field managers. */
export function yamlOf({ apiVersion, kind, metadata: { managedFields: _, ...metadata }, ...rest }: KubeObject): string {
  return toYaml({ apiVersion, kind, metadata, ...rest });
}

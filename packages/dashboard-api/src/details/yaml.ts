// Owns how an object is shown as YAML.
import type { KubeObject } from '@berth/objects';
import { stringify } from 'yaml';

/** As kubectl shows it: without the book-keeping of field managers. */
export function yamlOf(object: KubeObject): string {
  const { managedFields: _, ...metadata } = object.metadata;
  return stringify({ ...object, metadata }, { lineWidth: 0, aliasDuplicateObjects: false });
}

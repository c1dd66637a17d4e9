// Owns how an object is shown as YAML.
import type { KubeObject } from '@berth/objects';
import { stringify } from 'yaml';

/**
 * As kubectl shows it: without the book-keeping of field managers, and so that a YAML 1.1 reader, which kubectl is, reads
 * the same (`on` and times stand in quotes).
 */
export function yamlOf({ apiVersion, kind, metadata: { managedFields: _, ...metadata }, ...rest }: KubeObject): string {
  const options = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;
  return stringify({ apiVersion, kind, metadata, ...rest }, options);
}

// Owns what kubecfg writes: objects as a table, as JSON, as YAML or as names.
import type { KubeObject } from '@berth/objects';
import { Option } from 'commander';
import { stringify } from 'yaml';

export type Format = 'table' | 'wide' | 'json' | 'yaml' | 'name';

export function formatOption(): Option {
  return new Option('-o, --output <format>', 'how to write it').choices(['table', 'wide', 'json', 'yaml', 'name']);
}

/** One object as itself, several as a v1 List: what scripts read. */
export function serialised(objects: readonly KubeObject[], format: 'json' | 'yaml', single: boolean): string {
  const value = single ? objects[0] : { apiVersion: 'v1', kind: 'List', metadata: {}, items: objects };
  return format === 'json'
    ? JSON.stringify(value, null, 2)
    : stringify(value, { aliasDuplicateObjects: false }).trimEnd();
}

/** `pod/hello-x4x2z` */
export function nameLine(object: KubeObject): string {
  return `${object.kind.toLowerCase()}/${object.metadata.name}`;
}

/** What was done to an object, as kubectl says it: `service/hello created`. */
export function done(object: KubeObject, what: string): void {
  console.log(`${nameLine(object)} ${what}`);
}

// Owns what kubecfg writes: objects as a table, as JSON, as YAML or as names.
import { type KubeObject, type Resource, toYaml } from '@berth/objects';
import { Option } from 'commander';

export type Format = 'table' | 'wide' | 'json' | 'yaml' | 'name';

export function formatOption(): Option {
  return new Option('-o, --output <format>', 'how to write it').choices(['table', 'wide', 'json', 'yaml', 'name']);
}

/** Who an object is stands first, what it shall be next, what it is last. Who manages which field, nobody reads. */
function ordered({ apiVersion, kind, metadata, ...rest }: KubeObject): object {
  const { name, namespace, managedFields: _, ...others } = metadata;
  return { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}), ...others }, ...rest };
}

/** One object as itself, several as a v1 List: what scripts read. */
export function serialised(objects: readonly KubeObject[], format: 'json' | 'yaml', single: boolean): string {
  const all = objects.map(ordered);
  const value = single ? all[0] : { apiVersion: 'v1', kind: 'List', metadata: {}, items: all };
  if (format === 'json') return JSON.stringify(value, null, 2);
  return toYaml(value).trimEnd();
}

/** `pod`, `deployment.apps`, as kubectl says it. */
export function typeName({ singular, group }: Pick<Resource, 'singular' | 'group'>): string {
  return group ? `${singular}.${group}` : singular;
}

/** `pod/hello-x4x2z` */
export function nameLine({ apiVersion = '', kind, metadata }: KubeObject): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
  return `${typeName({ singular: kind.toLowerCase(), group })}/${metadata.name}`;
}

/** What was done to an object, as kubectl says it: `service/hello created`. */
export function done(object: KubeObject, what: string): void {
  console.log(`${nameLine(object)} ${what}`);
}

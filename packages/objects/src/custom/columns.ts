// Owns the table columns of custom resources: those that a definition lists, or name and age.
import type { CustomResourceColumnDefinition } from '../api/types.ts';
import { isObject } from '../json-value.ts';
import { ageColumn, ageOf, nameColumn } from '../kinds/columns.ts';
import type { Column } from '../kinds/kind.ts';
import type { KubeObject } from '../object.ts';
import { type JsonPath, parseJsonPath } from './json-path.ts';

const types = ['string', 'integer', 'number', 'boolean', 'date'] as const;

export function customColumns(
  definitions: readonly CustomResourceColumnDefinition[] | undefined,
): readonly Column<KubeObject>[] {
  if (!definitions || definitions.length === 0) return [nameColumn, ageColumn];
  return [nameColumn, ...definitions.map(columnOf)];
}

function columnOf(definition: CustomResourceColumnDefinition): Column<KubeObject> {
  const { name, format, description, priority = 0, jsonPath } = definition;
  const path = parseJsonPath(jsonPath);
  const type = types.find((known) => known === definition.type) ?? 'string';
  return {
    name,
    type,
    ...(format ? { format } : {}),
    description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority,
    cell: (object, now) => cellOf(path, { type, object, now }),
  };
}

/** What has no value, or one of another type, is nothing. */
function cellOf(
  path: JsonPath,
  {
    type,
    object,
    now,
  }: { readonly type: Column<KubeObject>['type']; readonly object: KubeObject; readonly now: number },
): string | number | boolean | null {
  const [value] = path.read(object);
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? dateCell(value, now) : null;
    case 'string':
      return typeof value === 'string'
        ? value
        : Array.isArray(value) || isObject(value)
          ? JSON.stringify(value)
          : `${value}`;
  }
}

function dateCell(text: string, now: number): string {
  return Number.isNaN(Date.parse(text)) ? '<invalid>' : ageOf(text, now);
}

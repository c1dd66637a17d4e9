// Owns the managers of an object's fields: reading and writing metadata.managedFields, and what a write changes in them.
import type { ManagedFieldsEntry } from '../api/types.ts';
import type { JsonObject } from '../json-value.ts';
import {
  contains,
  difference,
  emptySet,
  type FieldSet,
  intersection,
  intersects,
  isEmptySet,
  isFieldSet,
  sharedSet,
  union,
} from './field-set.ts';
import type { StructType } from './merge-type.ts';
import { additions } from './walk.ts';

/** Who writes: the identity of an entry of managedFields. */
export interface ManagerName {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
}

export interface Manager extends ManagerName {
  readonly time?: string;
  readonly fields: FieldSet;
}

/** By `managerKey`. */
export type Managers = ReadonlyMap<string, Manager>;

/** Who applies is the same one in whatever version of the kind the configuration is written. */
export function managerKey({ manager, operation, apiVersion, subresource = '' }: ManagerName): string {
  return `${operation}\n${operation === 'Apply' ? '' : apiVersion}\n${subresource}\n${manager}`;
}

/** Of entries that `writeManagers` made, which needs no checks. */
export function storedManagers(entries: readonly ManagedFieldsEntry[]): Managers {
  return new Map(
    entries.map(({ manager = '', operation = 'Update', apiVersion = '', subresource, time, fieldsV1 }) => {
      const name = { manager, operation, apiVersion, ...(subresource ? { subresource } : {}) };
      return [managerKey(name), { ...name, ...(time ? { time } : {}), fields: fieldsV1 as FieldSet }];
    }),
  );
}

/** Of entries that a client sent. Undefined if one cannot be read. */
export function readManagers(entries: readonly ManagedFieldsEntry[]): Managers | undefined {
  const readable = entries.every(
    ({ operation, fieldsType, fieldsV1 }) =>
      (operation === 'Apply' || operation === 'Update') && fieldsType === 'FieldsV1' && isFieldSet(fieldsV1),
  );
  return readable ? storedManagers(entries) : undefined;
}

/** In Kubernetes' order: those who apply first, then by age and by name. */
export function writeManagers(managers: Managers): ManagedFieldsEntry[] {
  const orderOf = ({ operation, time = '', manager, apiVersion, subresource = '' }: Manager) =>
    [operation, time, manager, apiVersion, subresource].join('\n');
  const keyed = [...capped(managers).values()].map((manager) => [orderOf(manager), manager] as const);
  if (keyed.length > 1) keyed.sort(([a], [b]) => (a < b ? -1 : 1));
  return keyed.map(([, { manager, operation, apiVersion, subresource, time, fields }]) => ({
    manager,
    operation,
    apiVersion,
    ...(time ? { time } : {}),
    fieldsType: 'FieldsV1',
    fieldsV1: sharedSet(fields),
    ...(subresource ? { subresource } : {}),
  }));
}

/** More who update than this share one entry. Source: Kubernetes 1.32. */
const maxUpdaters = 10;
const ancient = 'ancient-changes';

function capped(managers: Managers): Managers {
  const updaters = [...managers].filter(([, { operation }]) => operation === 'Update');
  if (updaters.length <= maxUpdaters) return managers;
  const result = new Map(managers);
  updaters.sort(([, a], [, b]) => ((a.time ?? '') < (b.time ?? '') ? -1 : 1));
  for (const [key, old] of updaters) {
    if ([...result.values()].filter(({ operation }) => operation === 'Update').length <= maxUpdaters) break;
    const bucket: ManagerName = { manager: ancient, operation: 'Update', apiVersion: old.apiVersion };
    const found = result.get(managerKey(bucket));
    result.delete(key);
    const fields = found ? union(found.fields, old.fields) : old.fields;
    result.set(managerKey(bucket), { ...bucket, ...(old.time ? { time: old.time } : {}), fields });
  }
  return result;
}

/** The managers without these fields, and without those who then have none. `self` is left alone. */
export function withoutOwners(managers: Managers, fields: FieldSet, self: string): Managers {
  let result: Map<string, Manager> | undefined;
  for (const [key, manager] of managers) {
    if (key === self || !intersects(manager.fields, fields)) continue;
    result ??= new Map(managers);
    const kept = difference(manager.fields, fields);
    if (isEmptySet(kept)) result.delete(key);
    else result.set(key, { ...manager, fields: kept });
  }
  return result ?? managers;
}

/** What an update changes in the managers: who writes has what is new and what is other, and nobody has what is gone. */
export function updatedManagers(
  managers: Managers,
  {
    type,
    from,
    to,
    name,
    time,
  }: {
    readonly type: StructType;
    /** Undefined: the object is new. */
    readonly from: JsonObject | undefined;
    readonly to: JsonObject;
    readonly name: ManagerName;
    readonly time: string;
  },
): Managers {
  const changed = additions(type, { from, to, changes: true });
  const removed = from ? additions(type, { from: to, to: from, changes: false }) : emptySet;
  const key = managerKey(name);
  const left = withoutOwners(withoutOwners(managers, changed, key), removed, '');
  if (isEmptySet(changed)) return left;
  const mine = left.get(key);
  if (mine && contains(mine.fields, changed)) {
    // The usual update: the same manager writes the same fields again.
    if (left === managers && mine.time === time) return managers;
    return new Map(left).set(key, { ...mine, time });
  }
  return new Map(left).set(key, { ...name, time, fields: mine ? union(mine.fields, changed) : changed });
}

/** Fields that others have and a change would take from them. */
export function conflictsWith(managers: Managers, changed: FieldSet, self: string): ReadonlyMap<string, FieldSet> {
  const conflicts = new Map<string, FieldSet>();
  for (const [key, { fields }] of managers) {
    if (key === self) continue;
    const taken = intersection(fields, changed);
    if (!isEmptySet(taken)) conflicts.set(key, taken);
  }
  return conflicts;
}

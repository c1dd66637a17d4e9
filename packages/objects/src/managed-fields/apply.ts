// Owns server-side apply: a configuration laid over an object, the fields that its manager no longer applies taken out,
// conflicts with other managers, and the new ownership. Source: Kubernetes' API concepts, "Server-Side Apply".
import type { JsonObject } from '../json-value.ts';
import { difference, emptySet, type FieldSet, intersection, isEmptySet, sameSet, union } from './field-set.ts';
import {
  conflictsWith,
  type Manager,
  type ManagerName,
  type Managers,
  managerKey,
  updatedManagers,
  withoutOwners,
} from './managers.ts';
import { mergeObjects, withNamedFields, withoutFields } from './merge.ts';
import type { StructType } from './merge-type.ts';
import { additions, fieldsOf } from './walk.ts';

export interface Application {
  /** The whole type of the object, and the same without what has no manager. */
  readonly type: StructType;
  readonly tracked: StructType;
  /** Undefined: the object is new. */
  readonly object: JsonObject | undefined;
  readonly managers: Managers;
  readonly configuration: JsonObject;
  readonly name: ManagerName;
  readonly time: string;
  /** Whether fields are taken from other managers. */
  readonly force: boolean;
  /** Conflicts about these fields are none. */
  readonly allowed?: FieldSet;
  /** Brings a merged object into the form of a stored one, so that nothing but what differs counts as a change. */
  normalise(merged: JsonObject): JsonObject;
}

export type Applied =
  | { readonly outcome: 'applied'; readonly object: JsonObject; readonly managers: Managers }
  | { readonly outcome: 'conflict'; readonly conflicts: readonly Conflict[] };

export interface Conflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

/** Who has the fields of an object that had no managers when it was first applied. Source: Kubernetes 1.32. */
const beforeFirstApply = 'before-first-apply';

export function applyConfiguration(application: Application): Applied {
  const { type, tracked, object, configuration, name, time, force, allowed = emptySet } = application;
  const key = managerKey(name);
  const before = foundManagers(application);
  const last = before.get(key);
  const fields = fieldsOf(tracked, configuration);
  const claimed = new Map([...before, [key, { ...name, time, fields }]]);
  const merged = mergeObjects(type, object ?? {}, configuration);
  const pruned = last ? withoutDropped(tracked, merged, { last: last.fields, claimed }) : merged;
  const to = application.normalise(pruned);
  const changed = additions(tracked, { from: object, to, changes: true });
  const removed = object ? additions(tracked, { from: to, to: object, changes: false }) : emptySet;
  if (!force) {
    const conflicts = [...conflictsWith(claimed, changed, key)].flatMap(([other, taken]) => {
      const left = difference(taken, allowed);
      return isEmptySet(left) ? [] : [{ manager: claimed.get(other)!, fields: left }];
    });
    if (conflicts.length > 0) return { outcome: 'conflict', conflicts };
  }
  const same = last !== undefined && isEmptySet(changed) && isEmptySet(removed) && sameSet(last.fields, fields);
  if (same && before === application.managers) return { outcome: 'applied', object: to, managers: before };
  const managers = new Map(withoutOwners(withoutOwners(claimed, changed, key), removed, key));
  if (isEmptySet(fields)) managers.delete(key);
  return { outcome: 'applied', object: to, managers };
}

function foundManagers({ managers, object, tracked, name, time }: Application): Managers {
  if (managers.size > 0 || object === undefined) return managers;
  const first: ManagerName = { manager: beforeFirstApply, operation: 'Update', apiVersion: name.apiVersion };
  return updatedManagers(managers, { type: tracked, from: undefined, to: object, name: first, time });
}

/** The merged object without what the manager applied the last time and nobody claims any more. */
function withoutDropped(
  type: StructType,
  merged: JsonObject,
  { last, claimed }: { readonly last: FieldSet; readonly claimed: Managers },
): JsonObject {
  const whole = (set: FieldSet) => withNamedFields(type, set);
  const all = whole(fieldsOf(type, merged));
  const dropped = whole(last);
  let owned: FieldSet = emptySet;
  for (const { fields } of claimed.values()) owned = union(owned, fields);
  const kept = whole(fieldsOf(type, withoutFields(type, merged, dropped)));
  // What went with a parent comes back if somebody has it, or if the manager never had it.
  const restored = withoutFields(type, merged, difference(all, union(kept, whole(owned))));
  const gone = difference(all, whole(fieldsOf(type, restored)));
  return withoutFields(type, merged, intersection(gone, dropped));
}

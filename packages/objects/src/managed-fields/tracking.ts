// Owns metadata.managedFields across writes that are no apply: who writes becomes the manager of what the write changes.
// An object that has no managers gets none from an update: they begin with a create or with the first apply.
import type { ManagedFieldsEntry } from '../api/types.ts';
import { type JsonObject, sameJson } from '../json-value.ts';
import type { Draft, KubeObject } from '../object.ts';
import {
  type ManagerName,
  type Managers,
  readManagers,
  storedManagers,
  updatedManagers,
  writeManagers,
} from './managers.ts';
import type { StructType } from './merge-type.ts';

export interface Write {
  readonly type: StructType;
  readonly name: ManagerName;
  /** RFC 3339. */
  readonly time: string;
}

type DraftMeta = Draft<KubeObject>['metadata'];

/** Of entries that an object has had: objects share them from version to version, and every write reads them. */
const known = new WeakMap<readonly ManagedFieldsEntry[], Managers>();
const nobody: Managers = new Map();

/** The managers of a stored object. */
export function managersOf({ metadata }: KubeObject): Managers {
  const { managedFields } = metadata;
  if (!managedFields) return nobody;
  let managers = known.get(managedFields);
  if (!managers) {
    managers = storedManagers(managedFields);
    known.set(managedFields, managers);
  }
  return managers;
}

export function setManagers(draft: Draft<KubeObject>, managers: Managers): void {
  if (managers.size === 0) {
    delete (draft.metadata as DraftMeta).managedFields;
    return;
  }
  setEntries(draft, writeManagers(managers));
}

export function trackCreate(draft: Draft<KubeObject>, { type, name, time }: Write): void {
  const before = sentManagers(draft.metadata.managedFields as readonly ManagedFieldsEntry[] | undefined) ?? nobody;
  const to = draft as unknown as JsonObject;
  setManagers(draft, updatedManagers(before, { type, from: undefined, to, name, time }));
}

export function trackUpdate(draft: Draft<KubeObject>, old: KubeObject, { type, name, time }: Write): void {
  const stored = managersOf(old);
  // What a client sends of managers counts, but not through a subresource, and not if it does not know them.
  const sent = name.subresource ? undefined : changedManagers(draft, old);
  const before = sent ?? stored;
  if (before.size === 0) {
    delete (draft.metadata as DraftMeta).managedFields;
    return;
  }
  const [from, to] = [old as unknown as JsonObject, draft as unknown as JsonObject];
  const after = updatedManagers(before, { type, from, to, name, time });
  if (after === stored) setEntries(draft, old.metadata.managedFields!);
  else setManagers(draft, after);
}

/** The managers that a client has set itself; undefined if it left them as they are, or wrote what cannot be read. */
function changedManagers(draft: Draft<KubeObject>, old: KubeObject): Managers | undefined {
  const entries = draft.metadata.managedFields as readonly ManagedFieldsEntry[] | undefined;
  return sameJson(entries, old.metadata.managedFields) ? undefined : sentManagers(entries);
}

function sentManagers(entries: readonly ManagedFieldsEntry[] | undefined): Managers | undefined {
  if (!entries || entries.length === 0) return undefined;
  // One empty entry takes all managers away.
  if (entries.length === 1 && Object.keys(entries[0]!).length === 0) return nobody;
  return readManagers(entries);
}

/** Entries are shared between versions of an object, frozen as they are. */
function setEntries(draft: Draft<KubeObject>, entries: readonly ManagedFieldsEntry[]): void {
  (draft.metadata as { managedFields?: readonly ManagedFieldsEntry[] }).managedFields = entries;
}

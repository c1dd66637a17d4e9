// Owns how much of a quota an object takes. The server charges by it when objects come, and the controller counts by it
// what is there: both must say the same.
import type { ResourceQuota, ScopedResourceSelectorRequirement } from '../api/types.ts';
import { type Kind, storageOf } from '../kinds/kind.ts';
import type { KubeObject } from '../object.ts';
import { qualifiedName } from '../resource.ts';
import { type Amounts, onlyNamed, sumOf } from './amounts.ts';
import { countNames } from './names.ts';

/** What must be known of a kind to count its objects. */
export type CountedKind<T extends KubeObject = KubeObject> = Pick<
  Kind<T>,
  'resource' | 'view' | 'quota' | 'ttlSeconds' | 'transient'
>;

/** Whether objects of the kind can be counted: not those that come and go by themselves. */
export function isCounted<T extends KubeObject>({ resource, ttlSeconds, transient }: CountedKind<T>): boolean {
  return resource.namespaced && ttlSeconds === undefined && !transient;
}

/** All that the object takes, by every name that a quota may give it. */
function usageOf<T extends KubeObject>(kind: CountedKind<T>, object: T, now: number): Amounts {
  const counts = Object.fromEntries(countNames(qualifiedName(storageOf(kind))).map((name) => [name, '1']));
  return kind.quota ? sumOf(counts, kind.quota.usage(object, now)) : counts;
}

/** What the object takes of what the quota bounds: of what its status says, which the controller has counted. */
export function chargeOf<T extends KubeObject>(
  kind: CountedKind<T>,
  object: T,
  { quota, now }: { readonly quota: ResourceQuota; readonly now: number },
): Amounts {
  const { hard = {} } = quota.status ?? {};
  if (Object.keys(hard).length === 0 || !concernsObject(quota, kind, object)) return {};
  return onlyNamed(usageOf(kind, object, now), Object.keys(hard));
}

/** Whether all scopes of the quota hold for the object. */
export function concernsObject<T extends KubeObject>(
  { spec }: ResourceQuota,
  kind: CountedKind<T>,
  object: T,
): boolean {
  const plain = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' as const }));
  const requirements: ScopedResourceSelectorRequirement[] = [
    ...plain,
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ];
  return requirements.every((requirement) => kind.quota?.isInScope?.(object, requirement) ?? false);
}

/** Which of the names the objects of the kind can take something by. */
export function namesBoundBy(kind: CountedKind, names: Iterable<string>): string[] {
  const counts = countNames(qualifiedName(storageOf(kind)));
  return [...names].filter((name) => counts.includes(name) || (kind.quota?.bounds(name) ?? false));
}

/** What all of the objects of a kind take, by the names that the quota's spec bounds. */
export function totalCharge<T extends KubeObject>(
  kind: CountedKind<T>,
  objects: readonly T[],
  { quota, now }: { readonly quota: ResourceQuota; readonly now: number },
): Amounts {
  const names = Object.keys(quota.spec?.hard ?? {});
  const concerned = objects.filter((object) => concernsObject(quota, kind, object));
  return concerned.reduce<Amounts>((total, object) => sumOf(total, onlyNamed(usageOf(kind, object, now), names)), {});
}

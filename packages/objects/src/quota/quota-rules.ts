// Owns what a kind may say of its objects beyond that each counts as one.
import type { ScopedResourceSelectorRequirement } from '../api/types.ts';
import type { Amounts } from './amounts.ts';

export interface QuotaRules<T> {
  /** Whether objects of the kind may take something by that name. */
  bounds(name: string): boolean;
  /** What the object takes, beside its place among the objects of its kind. `now` in milliseconds. */
  usage(object: T, now: number): Amounts;
  /** Whether a change of an object can be refused because it then takes more. */
  readonly chargesUpdates: boolean;
  /** Whether a quota of that scope concerns the object; left out: none with a scope does. */
  isInScope?(object: T, requirement: ScopedResourceSelectorRequirement): boolean;
  /** Why an object cannot be charged for the resources of these names, which it says nothing of. */
  missing?(object: T, names: ReadonlySet<string>): string | undefined;
}

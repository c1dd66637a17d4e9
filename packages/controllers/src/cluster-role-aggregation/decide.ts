// Owns the rules of an aggregated cluster role: those of all cluster roles that its selectors find. Pure.
import { type ClusterRole, type PolicyRule, selectorFrom } from '@berth/objects';

/** In the order of the roles' names, each rule once. Undefined: the role is not aggregated, and its rules are its own. */
export function aggregatedRules(role: ClusterRole, all: readonly ClusterRole[]): readonly PolicyRule[] | undefined {
  if (!role.aggregationRule) return undefined;
  const selectors = (role.aggregationRule.clusterRoleSelectors ?? []).map(selectorFrom);
  const found = all
    .filter(({ metadata }) => metadata.name !== role.metadata.name)
    .filter(({ metadata }) => selectors.some((selector) => selector?.matches(metadata.labels)))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rules = new Map<string, PolicyRule>();
  for (const rule of found.flatMap((other) => other.rules ?? [])) rules.set(textOf(rule), rule);
  return [...rules.values()];
}

export function sameRules(a: readonly PolicyRule[], b: readonly PolicyRule[]): boolean {
  return a.length === b.length && a.every((rule, index) => textOf(rule) === textOf(b[index]!));
}

function textOf({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  return JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs]);
}

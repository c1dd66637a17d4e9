// Owns what one rule of a role grants, and whether rules grant all that others do. Pure.
// Source: Kubernetes, "Using RBAC Authorization".
import type { PolicyRule } from '@berth/objects';
import type { Attributes, PathAttributes } from '../registry/authorization.ts';

const all = '*';

export function ruleAllows(rule: PolicyRule, { verb, resource, subresource, name }: Attributes): boolean {
  return (
    has(rule.verbs, verb) &&
    has(rule.apiGroups, resource.group) &&
    namesResource(rule.resources, resource.plural, subresource) &&
    (!rule.resourceNames?.length || (name !== undefined && rule.resourceNames.includes(name)))
  );
}

export function ruleAllowsPath(rule: PolicyRule, { verb, path }: PathAttributes): boolean {
  return has(rule.verbs, verb) && (rule.nonResourceURLs ?? []).some((pattern) => pathMatches(pattern, path));
}

function has(granted: readonly string[] | undefined, wanted: string): boolean {
  return granted?.some((item) => item === all || item === wanted) ?? false;
}

/** `*` is every resource and subresource, and a star before the slash every resource's subresource of that name. */
function namesResource(granted: readonly string[] | undefined, plural: string, subresource?: string): boolean {
  const wanted = subresource ? `${plural}/${subresource}` : plural;
  return (
    granted?.some((item) => item === all || item === wanted || (subresource && item === `*/${subresource}`)) ?? false
  );
}

function pathMatches(pattern: string, path: string): boolean {
  return pattern === path || (pattern.endsWith(all) && path.startsWith(pattern.slice(0, -1)));
}

/** What of the wanted rules the granted ones do not grant, each as a rule of one verb on one thing. */
export function uncovered(granted: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(singly).filter((single) => !granted.some((rule) => covers(rule, single)));
}

/** A rule as rules of one verb, one group, one resource and one name each. */
function singly({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule) {
  const names = resourceNames.length > 0 ? resourceNames.map((name) => ({ resourceNames: [name] })) : [{}];
  return verbs.flatMap((verb): PolicyRule[] => [
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        names.map((named) => ({ verbs: [verb], apiGroups: [group], resources: [resource], ...named })),
      ),
    ),
    ...nonResourceURLs.map((url) => ({ verbs: [verb], nonResourceURLs: [url] })),
  ]);
}

/** `single` is of the form that `singly` makes. A star is covered by nothing but a star. */
function covers(rule: PolicyRule, { verbs: [verb = ''], apiGroups, resources, ...single }: PolicyRule): boolean {
  if (!has(rule.verbs, verb)) return false;
  const url = single.nonResourceURLs?.[0];
  if (url !== undefined) return rule.nonResourceURLs?.some((pattern) => pathMatches(pattern, url)) ?? false;
  const [plural = '', subresource] = (resources?.[0] ?? '').split('/');
  const name = single.resourceNames?.[0];
  return (
    has(rule.apiGroups, apiGroups?.[0] ?? '') &&
    namesResource(rule.resources, plural, subresource) &&
    (!rule.resourceNames?.length || (name !== undefined && rule.resourceNames.includes(name)))
  );
}

/** As Kubernetes writes a rule in a refusal: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`. */
export function shownRule(rule: PolicyRule): string {
  const fields = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['ResourceNames', rule.resourceNames],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['Verbs', rule.verbs],
  ] as const;
  const shown = fields.flatMap(([field, values]) =>
    values?.length ? [`${field}:[${values.map((value) => JSON.stringify(value)).join(', ')}]`] : [],
  );
  return `{${shown.join(', ')}}`;
}

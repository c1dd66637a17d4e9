// Owns what an audit policy says about one request: how much of it is kept. Source: Kubernetes, audit.k8s.io/v1 Policy.
import type { UserInfo } from '@berth/objects';

/** In rising order of what is kept. */
export const auditLevels = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type AuditLevel = (typeof auditLevels)[number];

export const auditStages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type AuditStage = (typeof auditStages)[number];

export interface AuditPolicy {
  readonly rules: readonly AuditRule[];
  readonly omitStages: readonly AuditStage[];
  readonly omitManagedFields: boolean;
}

/** A list that is left out or empty matches everything. */
export interface AuditRule {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly GroupResources[];
  /** The empty string stands for what is in no namespace. */
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly AuditStage[];
  readonly omitManagedFields?: boolean;
}

export interface GroupResources {
  readonly group?: string;
  /** `pods`, `pods/log`, every subresource with `pods/*`, or everything with `*`; empty: all of the group. */
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** What of a request the rules look at. */
export interface AuditedAttributes {
  /** As authenticated, whoever is impersonated. */
  readonly user: UserInfo;
  readonly verb: string;
  /** Without the query. */
  readonly path: string;
  /** Undefined: the path is no resource's. */
  readonly resource?: AuditedResource;
}

export interface AuditedResource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

export interface AuditDecision {
  readonly level: AuditLevel;
  readonly omitStages: readonly AuditStage[];
  readonly omitManagedFields: boolean;
}

/** The first rule that matches decides; where none does, nothing is kept. */
export function decideAudit(policy: AuditPolicy, attributes: AuditedAttributes): AuditDecision {
  const { omitStages, omitManagedFields } = policy;
  const rule = policy.rules.find((candidate) => matches(candidate, attributes));
  if (!rule) return { level: 'None', omitStages, omitManagedFields };
  return {
    level: rule.level,
    omitStages: rule.omitStages?.length ? [...omitStages, ...rule.omitStages] : omitStages,
    omitManagedFields: rule.omitManagedFields ?? omitManagedFields,
  };
}

function matches(rule: AuditRule, { user, verb, path, resource }: AuditedAttributes): boolean {
  if (rule.users?.length && !rule.users.includes(user.name)) return false;
  if (rule.userGroups?.length && !rule.userGroups.some((group) => user.groups.includes(group))) return false;
  if (rule.verbs?.length && !rule.verbs.includes(verb)) return false;
  if (rule.namespaces?.length || rule.resources?.length)
    return resource !== undefined && matchesResource(rule, resource);
  if (rule.nonResourceURLs?.length)
    return resource === undefined && rule.nonResourceURLs.some((url) => matchesPath(url, path));
  return true;
}

function matchesResource({ namespaces, resources }: AuditRule, asked: AuditedResource): boolean {
  if (namespaces?.length && !namespaces.includes(asked.namespace ?? '')) return false;
  return !resources?.length || resources.some((group) => matchesGroup(group, asked));
}

function matchesGroup(
  { group = '', resources = [], resourceNames = [] }: GroupResources,
  asked: AuditedResource,
): boolean {
  if (group !== asked.group) return false;
  if (resources.length === 0) return true;
  if (resourceNames.length > 0 && !resourceNames.includes(asked.name ?? '')) return false;
  const { plural, subresource } = asked;
  const forms = subresource
    ? ['*', `${plural}/${subresource}`, `*/${subresource}`, `${plural}/*`]
    : ['*', plural, `${plural}/*`];
  return resources.some((resource) => forms.includes(resource));
}

function matchesPath(url: string, path: string): boolean {
  return url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)));
}

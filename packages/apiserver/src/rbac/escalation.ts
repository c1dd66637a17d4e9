// Owns the admission plugin by which nobody grants what they do not have: in a role, or by binding one.
// Source: Kubernetes, "Using RBAC Authorization", privilege escalation prevention.
import {
  type ClusterRole,
  type ClusterRoleBinding,
  clusterRoleBindings,
  clusterRoles,
  forbiddenError,
  notFoundError,
  type PolicyRule,
  type Role,
  type RoleBinding,
  roleBindings,
  roles,
  type UserInfo,
} from '@berth/objects';
import { type AdmissionPlugin, type AdmissionRequest, writeOf } from '../admission/plugin.ts';
import type { Authorizer } from '../registry/authorization.ts';
import { sameJson } from '../registry/equality.ts';
import type { GrantedRules, RoleReader } from './granted-rules.ts';
import { shownRule, uncovered } from './rules.ts';

export interface EscalationOptions {
  readonly granted: GrantedRules;
  readonly rulesOf: RoleReader;
  readonly authorizer: Authorizer;
}

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

export function rbacEscalation({ granted, rulesOf, authorizer }: EscalationOptions): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    validate(request) {
      const role = writeOf(request, roles) ?? writeOf(request, clusterRoles);
      if (role) checkRole(request, role.draft as Role | ClusterRole, role.old);
      const binding = writeOf(request, roleBindings) ?? writeOf(request, clusterRoleBindings);
      if (binding) checkBinding(request, binding.draft as RoleBinding | ClusterRoleBinding, binding.old);
    },
  };

  function checkRole(request: AdmissionRequest, role: Role | ClusterRole, old: Role | ClusterRole | undefined): void {
    const { user, resource, namespace, name } = request;
    const aggregation = 'aggregationRule' in role ? role.aggregationRule : undefined;
    const before = old && 'aggregationRule' in old ? old.aggregationRule : undefined;
    if (old && sameJson(role.rules ?? [], old.rules ?? []) && sameJson(aggregation, before)) return;
    if (authorizer.allows(user, { verb: 'escalate', resource, namespace, name })) return;
    const held = granted.all(user, namespace);
    if (aggregation && uncovered(held, everything).length > 0)
      throw forbiddenError(resource, name, 'must have cluster-admin privileges to use the aggregationRule');
    refuseUncovered(request, held, role.rules ?? []);
  }

  function checkBinding(
    request: AdmissionRequest,
    binding: RoleBinding | ClusterRoleBinding,
    old: RoleBinding | ClusterRoleBinding | undefined,
  ): void {
    const { user, namespace } = request;
    const { roleRef, subjects } = binding;
    if (old && sameJson(roleRef, old.roleRef) && sameJson(subjects ?? [], old.subjects ?? [])) return;
    const resource = roleRef.kind === 'Role' ? roles : clusterRoles;
    if (authorizer.allows(user, { verb: 'bind', resource, namespace, name: roleRef.name })) return;
    const rules = rulesOf(roleRef, namespace);
    if (!rules) throw notFoundError(resource, roleRef.name);
    refuseUncovered(request, granted.all(user, namespace), rules);
  }
}

function refuseUncovered(
  { user, resource, name }: AdmissionRequest,
  held: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
): void {
  const missing = uncovered(held, wanted);
  if (missing.length > 0)
    throw forbiddenError(
      resource,
      name,
      `${shownUser(user)} is attempting to grant RBAC permissions not currently held:\n${missing.map(shownRule).join('\n')}`,
    );
}

function shownUser({ name, groups }: UserInfo): string {
  return `user ${JSON.stringify(name)} (groups=[${groups.map((group) => JSON.stringify(group)).join(' ')}])`;
}

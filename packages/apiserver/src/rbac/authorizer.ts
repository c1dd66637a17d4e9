// Owns the authorizer of the rules that roles grant.
import type { Authorizer } from '../registry/authorization.ts';
import type { GrantedRules } from './granted-rules.ts';
import { ruleAllows, ruleAllowsPath } from './rules.ts';

/** In the words of Kubernetes' own. */
function because(source: string | undefined): string {
  return source === undefined ? '' : `RBAC: allowed by ${source}`;
}

export function rbacAuthorizer(granted: GrantedRules): Authorizer {
  return {
    allows: (user, attributes) => granted.some(user, attributes.namespace, (rule) => ruleAllows(rule, attributes)),
    allowsPath: (user, attributes) => granted.some(user, undefined, (rule) => ruleAllowsPath(rule, attributes)),
    reason: (user, attributes) =>
      because(granted.source(user, attributes.namespace, (rule) => ruleAllows(rule, attributes))),
    pathReason: (user, attributes) =>
      because(granted.source(user, undefined, (rule) => ruleAllowsPath(rule, attributes))),
  };
}

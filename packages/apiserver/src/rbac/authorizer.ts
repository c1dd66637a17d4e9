// Owns the authorizer of the rules that roles grant.
import type { Authorizer } from '../registry/authorization.ts';
import type { GrantedRules } from './granted-rules.ts';
import { ruleAllows, ruleAllowsPath } from './rules.ts';

export function rbacAuthorizer(granted: GrantedRules): Authorizer {
  return {
    allows: (user, attributes) => granted.some(user, attributes.namespace, (rule) => ruleAllows(rule, attributes)),
    allowsPath: (user, attributes) => granted.some(user, undefined, (rule) => ruleAllowsPath(rule, attributes)),
  };
}

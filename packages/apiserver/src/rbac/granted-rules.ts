// Owns which rules are granted to whom: the bindings indexed by their subjects, as the watch cache tells of them, and the
// rules of the roles that they name.
import {
  type ClusterRoleBinding,
  clusterRoleBindings,
  objectKey,
  type PolicyRule,
  qualifiedName,
  type Resource,
  type RoleBinding,
  type RoleRef,
  roleBindings,
  type Subject,
  type UserInfo,
} from '@berth/objects';
import { serviceAccountUser } from '../auth/service-account-tokens.ts';
import type { CacheEvent } from '../watch-cache/cache-event.ts';

type Binding = RoleBinding | ClusterRoleBinding;

/** The rules of a role; undefined if there is no such role. `namespace`: of a Role, which a ClusterRole has not. */
export type RoleReader = (roleRef: RoleRef, namespace: string | undefined) => readonly PolicyRule[] | undefined;

const clusterWide = '';

export class GrantedRules {
  readonly #rulesOf: RoleReader;
  /** By subject, by namespace (empty: the whole cluster), by key. */
  readonly #bindings = new Map<string, Map<string, Map<string, Binding>>>();

  constructor(rulesOf: RoleReader) {
    this.#rulesOf = rulesOf;
  }

  reset(bindings: readonly Binding[]): void {
    this.#bindings.clear();
    for (const binding of bindings) this.#add(binding);
  }

  follow(resource: Resource, { previous, object }: CacheEvent): void {
    const name = qualifiedName(resource);
    if (name !== qualifiedName(roleBindings) && name !== qualifiedName(clusterRoleBindings)) return;
    if (previous) this.#remove(previous as unknown as Binding);
    if (object) this.#add(object as unknown as Binding);
  }

  /** Until `visit` returns true; whether it did. `namespace` undefined: only what holds for the whole cluster. */
  some(user: UserInfo, namespace: string | undefined, visit: (rule: PolicyRule) => boolean): boolean {
    return this.#find(user, namespace, visit) !== undefined;
  }

  /** Which binding of which role to whom grants the first rule of which `visit` is true, as Kubernetes words it. */
  source(user: UserInfo, namespace: string | undefined, visit: (rule: PolicyRule) => boolean): string | undefined {
    const found = this.#find(user, namespace, visit);
    return found && described(found.binding, found.subject);
  }

  #find(
    user: UserInfo,
    namespace: string | undefined,
    visit: (rule: PolicyRule) => boolean,
  ): { readonly binding: Binding; readonly subject: string } | undefined {
    const scopes = namespace ? [clusterWide, namespace] : [clusterWide];
    for (const subject of [userKey(user.name), ...user.groups.map(groupKey)]) {
      const bySubject = this.#bindings.get(subject);
      if (!bySubject) continue;
      for (const scope of scopes)
        for (const binding of bySubject.get(scope)?.values() ?? [])
          if (this.#rulesOf(binding.roleRef, scope || undefined)?.some(visit)) return { binding, subject };
    }
    return undefined;
  }

  all(user: UserInfo, namespace: string | undefined): PolicyRule[] {
    const found: PolicyRule[] = [];
    this.some(user, namespace, (rule) => {
      found.push(rule);
      return false;
    });
    return found;
  }

  #add(binding: Binding): void {
    const scope = binding.metadata.namespace ?? clusterWide;
    for (const key of subjectKeys(binding)) {
      const bySubject = this.#bindings.get(key) ?? new Map<string, Map<string, Binding>>();
      const byScope = bySubject.get(scope) ?? new Map<string, Binding>();
      this.#bindings.set(key, bySubject.set(scope, byScope.set(objectKey(binding), binding)));
    }
  }

  #remove(binding: Binding): void {
    const scope = binding.metadata.namespace ?? clusterWide;
    for (const key of subjectKeys(binding)) {
      const bySubject = this.#bindings.get(key);
      const byScope = bySubject?.get(scope);
      byScope?.delete(objectKey(binding));
      if (byScope?.size === 0) bySubject?.delete(scope);
      if (bySubject?.size === 0) this.#bindings.delete(key);
    }
  }
}

function described({ kind, metadata, roleRef, subjects = [] }: Binding, key: string): string {
  const { namespace, name } = metadata;
  const binding = namespace ? `${name}/${namespace}` : name;
  const subject = subjects.find((candidate) => subjectKey(candidate, namespace) === key);
  const subjectName = subject?.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace}` : subject?.name;
  return `${kind} "${binding}" of ${roleRef.kind} "${roleRef.name}" to ${subject?.kind} "${subjectName}"`;
}

function subjectKeys({ subjects = [], metadata }: Binding): string[] {
  return subjects.map((subject) => subjectKey(subject, metadata.namespace));
}

/** `bound`: the namespace of the binding, which is that of a service account that names none. */
function subjectKey({ kind, namespace, name }: Subject, bound = ''): string {
  if (kind === 'Group') return groupKey(name);
  return userKey(kind === 'ServiceAccount' ? serviceAccountUser(namespace || bound, name) : name);
}

function userKey(name: string): string {
  return `user ${name}`;
}

function groupKey(name: string): string {
  return `group ${name}`;
}

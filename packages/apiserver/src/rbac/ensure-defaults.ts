// Owns the making of the default roles and bindings when a server starts: what is missing comes, what somebody took away
// comes back unless they said otherwise, and what they added stays.
import {
  type Api,
  type ClusterRole,
  type ClusterRoleBinding,
  clusterRoleBindings,
  clusterRoles,
  isReason,
  type KubeObject,
  type New,
  type Resource,
  type Role,
  type RoleBinding,
  roleBindings,
  roles,
  type Subject,
  type UserInfo,
} from '@berth/objects';
import { defaultClusterRoleBindings, defaultClusterRoles } from './default-roles.ts';
import { uncovered } from './rules.ts';
import { systemNamespacedBindings, systemNamespacedRoles } from './system-roles.ts';

const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate';

/** `user`: the server itself, which may do everything. */
export async function ensureDefaultRoles(api: Api, user: UserInfo): Promise<void> {
  await Promise.all([
    ensureAll(clusterRoles, defaultClusterRoles, withRules),
    ensureAll(clusterRoleBindings, defaultClusterRoleBindings, withSubjects),
    ensureAll(roles, systemNamespacedRoles, withRules),
    ensureAll(roleBindings, systemNamespacedBindings, withSubjects),
  ]);

  /** `completed`: one that is there, with what it lacks; undefined: it lacks nothing. */
  async function ensureAll<T extends KubeObject>(
    resource: Resource<T>,
    all: readonly New<T>[],
    completed: (found: T, wanted: New<T>) => T | undefined,
  ): Promise<void> {
    const { namespace } = all[0]?.metadata ?? {};
    const found = await named(api.list(user, resource, { namespace }));
    await Promise.all(
      all.map(async (wanted) => {
        const there = found.get(wanted.metadata.name!);
        if (!there) return unlessAnother(api.create(user, resource, { namespace }, wanted));
        const next = completed(there, wanted);
        if (next) await unlessAnother(api.update(user, resource, { namespace, name: next.metadata.name }, next));
      }),
    );
  }
}

async function named<T extends KubeObject>(list: Promise<{ readonly items: readonly T[] }>): Promise<Map<string, T>> {
  return new Map((await list).items.map((object) => [object.metadata.name, object]));
}

/** Another server of the same store does the same, and was faster. */
async function unlessAnother(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isReason(error, 'AlreadyExists') && !isReason(error, 'Conflict')) throw error;
  }
}

function mayUpdate({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[autoUpdate] !== 'false';
}

/** Undefined: it is as it should be. An aggregated role's rules are its controller's. */
function withRules<T extends ClusterRole | Role>(found: T, { rules = [] }: New<T>): T | undefined {
  const missing = uncovered(found.rules ?? [], rules);
  if (missing.length === 0 || !mayUpdate(found)) return undefined;
  return { ...found, rules: [...(found.rules ?? []), ...missing] };
}

function withSubjects<T extends ClusterRoleBinding | RoleBinding>(found: T, { subjects = [] }: New<T>): T | undefined {
  const has = ({ kind, name }: Subject) =>
    found.subjects?.some((subject) => subject.kind === kind && subject.name === name);
  const missing = subjects.filter((subject) => !has(subject));
  if (missing.length === 0 || !mayUpdate(found)) return undefined;
  return { ...found, subjects: [...(found.subjects ?? []), ...missing] };
}

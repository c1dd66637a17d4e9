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
  type Subject,
  type UserInfo,
} from '@berth/objects';
import { defaultClusterRoleBindings, defaultClusterRoles } from './default-roles.ts';
import { uncovered } from './rules.ts';

const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate';

/** `user`: the server itself, which may do everything. */
export async function ensureDefaultRoles(api: Api, user: UserInfo): Promise<void> {
  const [roles, bindings] = await Promise.all([
    named(api.list(user, clusterRoles, {})),
    named(api.list(user, clusterRoleBindings, {})),
  ]);
  await Promise.all([
    ...defaultClusterRoles.map((wanted) => {
      const found = roles.get(wanted.metadata.name!);
      return found ? put(clusterRoles, withRules(found, wanted)) : create(clusterRoles, wanted);
    }),
    ...defaultClusterRoleBindings.map((wanted) => {
      const found = bindings.get(wanted.metadata.name!);
      return found ? put(clusterRoleBindings, withSubjects(found, wanted)) : create(clusterRoleBindings, wanted);
    }),
  ]);

  async function create<T extends KubeObject>(resource: Resource<T>, object: New<T>): Promise<void> {
    await unlessAnother(api.create(user, resource, {}, object));
  }

  async function put<T extends KubeObject>(resource: Resource<T>, object: T | undefined): Promise<void> {
    if (object) await unlessAnother(api.update(user, resource, { name: object.metadata.name }, object));
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
function withRules(found: ClusterRole, { rules = [] }: New<ClusterRole>): ClusterRole | undefined {
  const missing = uncovered(found.rules ?? [], rules);
  if (missing.length === 0 || !mayUpdate(found)) return undefined;
  return { ...found, rules: [...(found.rules ?? []), ...missing] };
}

function withSubjects(
  found: ClusterRoleBinding,
  { subjects = [] }: New<ClusterRoleBinding>,
): ClusterRoleBinding | undefined {
  const has = ({ kind, name }: Subject) =>
    found.subjects?.some((subject) => subject.kind === kind && subject.name === name);
  const missing = subjects.filter((subject) => !has(subject));
  if (missing.length === 0 || !mayUpdate(found)) return undefined;
  return { ...found, subjects: [...(found.subjects ?? []), ...missing] };
}

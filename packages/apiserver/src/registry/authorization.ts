// Owns the question whether a user may do something, and the words of a refusal. Who answers it is an Authorizer.
import { forbiddenError, StatusError, type UserInfo } from '@berth/objects';

export interface Attributes {
  /** The API's own, or another that roles may grant, such as `impersonate`. */
  readonly verb: string;
  readonly resource: { readonly group: string; readonly plural: string };
  readonly subresource?: string;
  /** Undefined: all namespaces, or a cluster-wide resource. */
  readonly namespace?: string;
  /** Undefined where a request names no object: create, and a list or watch that does not select one by its name. */
  readonly name?: string;
  /** Of a list or watch. */
  readonly fieldSelector?: string;
}

/** A request for what is no resource: `get` of `/metrics`. */
export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}

/** Answers from memory: an operation does not wait for it. */
export interface Authorizer {
  /** False: this authorizer does not allow it, another one may. */
  allows(user: UserInfo, attributes: Attributes): boolean;
  /** Left out: it allows no path. */
  allowsPath?(user: UserInfo, attributes: PathAttributes): boolean;
  /** Why it allows what it allows, for the audit trail; left out or empty: there is nothing to say. */
  reason?(user: UserInfo, attributes: Attributes): string;
  pathReason?(user: UserInfo, attributes: PathAttributes): string;
}

/** Allows what any of them allows. */
export function anyOf(...authorizers: readonly Authorizer[]): Required<Authorizer> {
  return {
    allows: (user, attributes) => authorizers.some((authorizer) => authorizer.allows(user, attributes)),
    allowsPath: (user, attributes) => authorizers.some((authorizer) => authorizer.allowsPath?.(user, attributes)),
    reason: (user, attributes) =>
      authorizers.find((authorizer) => authorizer.allows(user, attributes))?.reason?.(user, attributes) ?? '',
    pathReason: (user, attributes) =>
      authorizers.find((authorizer) => authorizer.allowsPath?.(user, attributes))?.pathReason?.(user, attributes) ?? '',
  };
}

/** The group `system:masters` may do everything. */
export const mastersAuthorizer: Authorizer = {
  allows: isMaster,
  allowsPath: isMaster,
};

function isMaster({ groups }: UserInfo): boolean {
  return groups.includes('system:masters');
}

/** What an authorizer refused, apart from what admission forbids. */
class Refusal extends StatusError {}

export function isRefusal(error: unknown): boolean {
  return error instanceof Refusal;
}

export function refusal(user: UserInfo, { verb, resource, subresource, namespace, name }: Attributes): StatusError {
  const what = subresource ? `${resource.plural}/${subresource}` : resource.plural;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const { message, details } = forbiddenError(
    resource,
    name ?? '',
    `User "${user.name}" cannot ${verb} resource "${what}" in API group "${resource.group}" ${where}`,
  );
  return new Refusal('Forbidden', message, details);
}

export function pathRefusal(user: UserInfo, { verb, path }: PathAttributes): StatusError {
  return new Refusal('Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`, {});
}

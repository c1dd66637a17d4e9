// Owns the question whether a user may do something, and the words of a refusal. Who answers it is an Authorizer.
import { forbiddenError, StatusError, type UserInfo } from '@berth/objects';

export interface Attributes {
  /** The API's own, or another that roles may grant, such as `impersonate`. */
  readonly verb: string;
  readonly resource: { readonly group: string; readonly plural: string };
  readonly subresource?: string;
  /** Undefined: all namespaces, or a cluster-wide resource. */
  readonly namespace?: string;
  /** Undefined where a request names no object: list, watch, create. */
  readonly name?: string;
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
}

/** Allows what any of them allows. */
export function anyOf(...authorizers: readonly Authorizer[]): Required<Authorizer> {
  return {
    allows: (user, attributes) => authorizers.some((authorizer) => authorizer.allows(user, attributes)),
    allowsPath: (user, attributes) => authorizers.some((authorizer) => authorizer.allowsPath?.(user, attributes)),
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

export function refusal(user: UserInfo, { verb, resource, subresource, namespace, name }: Attributes): StatusError {
  const what = subresource ? `${resource.plural}/${subresource}` : resource.plural;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  return forbiddenError(
    resource,
    name ?? '',
    `User "${user.name}" cannot ${verb} resource "${what}" in API group "${resource.group}" ${where}`,
  );
}

export function pathRefusal(user: UserInfo, { verb, path }: PathAttributes): StatusError {
  return new StatusError('Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`, {});
}

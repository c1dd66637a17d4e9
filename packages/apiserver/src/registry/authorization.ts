// Owns the question whether a user may do something, and the words of a refusal. Who answers it is an Authorizer.
import { forbiddenError, type Resource, type StatusError, type UserInfo } from '@berth/objects';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface Attributes {
  readonly verb: Verb;
  readonly resource: Resource;
  readonly subresource?: string;
  /** Undefined: all namespaces, or a cluster-wide resource. */
  readonly namespace?: string;
  /** Undefined where a request names no object: list, watch, create. */
  readonly name?: string;
}

/** Answers from memory: an operation does not wait for it. */
export interface Authorizer {
  /** False: this authorizer does not allow it, another one may. */
  allows(user: UserInfo, attributes: Attributes): boolean;
}

/** Allows what any of them allows. */
export function anyOf(...authorizers: readonly Authorizer[]): Authorizer {
  return {
    allows: (user, attributes) => authorizers.some((authorizer) => authorizer.allows(user, attributes)),
  };
}

/** The group `system:masters` may do everything. */
export const mastersAuthorizer: Authorizer = {
  allows: (user) => user.groups.includes('system:masters'),
};

export function refusal(user: UserInfo, { verb, resource, subresource, namespace, name }: Attributes): StatusError {
  const what = subresource ? `${resource.plural}/${subresource}` : resource.plural;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  return forbiddenError(
    resource,
    name ?? '',
    `User "${user.name}" cannot ${verb} resource "${what}" in API group "${resource.group}" ${where}`,
  );
}

// Owns acting as somebody else: the `Impersonate-…` headers, and whether the caller may. Source: Kubernetes,
// "Authenticating", user impersonation.
import type { IncomingHttpHeaders } from 'node:http';
import { badRequestError, type UserInfo } from '@berth/objects';
import { type Attributes, type Authorizer, refusal } from '../registry/authorization.ts';

const extraPrefix = 'impersonate-extra-';
const accountPrefix = 'system:serviceaccount:';

/** Whom the request is from then on; the caller if nothing else is asked. Throws Forbidden and BadRequest. */
export function impersonated(user: UserInfo, headers: IncomingHttpHeaders, authorizer: Authorizer): UserInfo {
  const name = one(headers['impersonate-user']);
  const groups = many(headers['impersonate-group']);
  const uid = one(headers['impersonate-uid']);
  const extra = extraOf(headers);
  if (!name) {
    if (groups.length > 0 || uid || Object.keys(extra).length > 0)
      throw badRequestError('requested impersonation of a group, uid or extra without impersonating a user');
    return user;
  }
  const mustBeAllowed = (attributes: Omit<Attributes, 'verb'>) => {
    const asked = { verb: 'impersonate', ...attributes };
    if (!authorizer.allows(user, asked)) throw refusal(user, asked);
  };
  const account = accountOf(name);
  if (account) mustBeAllowed({ resource: { group: '', plural: 'serviceaccounts' }, ...account });
  else mustBeAllowed({ resource: { group: '', plural: 'users' }, name });
  for (const group of groups) mustBeAllowed({ resource: { group: '', plural: 'groups' }, name: group });
  if (uid) mustBeAllowed({ resource: { group: 'authentication.k8s.io', plural: 'uids' }, name: uid });
  for (const [key, values] of Object.entries(extra)) {
    const resource = { group: 'authentication.k8s.io', plural: 'userextras' };
    for (const value of values) mustBeAllowed({ resource, subresource: key, name: value });
  }
  return {
    name,
    ...(uid ? { uid } : {}),
    groups: allGroups(name, groups, account?.namespace),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

/** The groups that the impersonated would have by themselves come along. */
function allGroups(name: string, groups: readonly string[], namespace: string | undefined): string[] {
  const own =
    namespace !== undefined && groups.length === 0
      ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
      : [...groups];
  const last = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  return own.includes('system:authenticated') || own.includes('system:unauthenticated') ? own : [...own, last];
}

function accountOf(name: string): { namespace: string; name: string } | undefined {
  const [namespace, account, ...rest] = name.startsWith(accountPrefix)
    ? name.slice(accountPrefix.length).split(':')
    : [];
  return namespace && account && rest.length === 0 ? { namespace, name: account } : undefined;
}

/** Keys are lower case, with what a header's name cannot hold percent-encoded. */
function extraOf(headers: IncomingHttpHeaders): Record<string, readonly string[]> {
  const extra: Record<string, readonly string[]> = {};
  for (const [header, value] of Object.entries(headers))
    if (header.startsWith(extraPrefix)) extra[decoded(header.slice(extraPrefix.length))] = many(value);
  return extra;
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Node.js joins the values of a header that comes several times. */
function many(value: string | string[] | undefined): string[] {
  const values = Array.isArray(value) ? value : value === undefined ? [] : value.split(',');
  return values.map((item) => item.trim()).filter(Boolean);
}

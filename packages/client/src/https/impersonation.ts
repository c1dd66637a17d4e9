// Owns acting as somebody else by the `Impersonate-…` headers, which the server must allow to whoever connects.
// Source: Kubernetes, "Authenticating", user impersonation.
import type { UserInfo } from '@berth/objects';
import type { IdentityHeaders, RequestIdentity } from './connection.ts';

export function impersonating(user: UserInfo): RequestIdentity {
  const headers = headersOf(user);
  return { headers: async () => headers };
}

function headersOf({ name, uid, groups, extra = {} }: UserInfo): IdentityHeaders {
  const headers: Record<string, string | string[]> = { 'impersonate-user': name };
  if (uid) headers['impersonate-uid'] = uid;
  if (groups.length > 0) headers['impersonate-group'] = [...groups];
  for (const [key, values] of Object.entries(extra))
    headers[`impersonate-extra-${encodeURIComponent(key)}`] = [...values];
  return headers;
}

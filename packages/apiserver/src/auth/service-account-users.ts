// Owns who a service account's token stands for, and whether it still does: the account and the object that it is bound
// to must be there, as the same ones. Source: Kubernetes, "Managing Service Accounts", bound tokens.
import type { Clock } from '@berth/host';
import {
  type KubeObject,
  nodes,
  type ObjectName,
  pods,
  type Resource,
  secrets,
  serviceAccounts,
  type UserInfo,
} from '@berth/objects';
import {
  type BoundKind,
  type ServiceAccountTokens,
  serviceAccountUser,
  type TokenClaims,
} from './service-account-tokens.ts';
import type { TokenAuthenticator } from './token-authenticator.ts';

/** The object as it is now; undefined if there is none. */
export type Lookup = <T extends KubeObject>(resource: Resource<T>, name: ObjectName) => Promise<T | undefined>;

/** What is being deleted may finish with its token. Source: Kubernetes 1.32. */
const leewayMs = 60_000;

const boundResources: Readonly<Record<BoundKind, Resource>> = { pod: pods, secret: secrets, node: nodes };

export function createTokenAuthenticator(options: {
  readonly tokens: ServiceAccountTokens;
  readonly lookup: Lookup;
  readonly clock: Clock;
}): TokenAuthenticator {
  const { tokens, lookup, clock } = options;

  async function isThere(resource: Resource, name: ObjectName, uid: string): Promise<boolean> {
    const found = await lookup(resource, name);
    if (found?.metadata.uid !== uid) return false;
    const { deletionTimestamp } = found.metadata;
    return deletionTimestamp === undefined || Date.parse(deletionTimestamp) + leewayMs > clock.now();
  }

  return async (token, asked = [tokens.issuer]) => {
    const claims = await tokens.read(token);
    if (!claims) return undefined;
    const audiences = asked.filter((audience) => claims.audiences.includes(audience));
    if (audiences.length === 0) return undefined;
    const { namespace, serviceAccount, bound } = claims;
    if (!(await isThere(serviceAccounts, { namespace, name: serviceAccount.name }, serviceAccount.uid)))
      return undefined;
    if (bound) {
      const resource = boundResources[bound.kind];
      const name = { name: bound.object.name, ...(resource.namespaced ? { namespace } : {}) };
      if (!(await isThere(resource, name, bound.object.uid))) return undefined;
    }
    return { user: userOf(claims), audiences };
  };
}

function userOf({ id, namespace, serviceAccount, bound, node }: TokenClaims): UserInfo {
  const extra: Record<string, readonly string[]> = { 'authentication.kubernetes.io/credential-id': [`JTI=${id}`] };
  const tell = (what: string, value: string) => {
    extra[`authentication.kubernetes.io/${what}`] = [value];
  };
  if (bound?.kind === 'pod') {
    tell('pod-name', bound.object.name);
    tell('pod-uid', bound.object.uid);
  }
  const on = bound?.kind === 'node' ? bound.object : node;
  if (on) {
    tell('node-name', on.name);
    tell('node-uid', on.uid);
  }
  return {
    name: serviceAccountUser(namespace, serviceAccount.name),
    uid: serviceAccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra,
  };
}

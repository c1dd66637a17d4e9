// Owns the `token` subresource of service accounts: what may be asked for, and the claims that the token then makes.
// Source: Kubernetes API reference, TokenRequest.
import { type Clock, type Random, timestamp } from '@berth/host';
import {
  badRequestError,
  conflictError,
  type DocumentType,
  type Draft,
  decode,
  type FieldError,
  invalid,
  invalidError,
  type KubeObject,
  kindOf,
  nodes,
  notFoundError,
  pods,
  type Resource,
  type ServiceAccount,
  secrets,
  serviceAccounts,
  type TokenRequest,
  type UserInfo,
  type WriteOptions,
} from '@berth/objects';
import type { AdmissionChain } from '../admission/chain.ts';
import type { BoundKind, NamedUid, ServiceAccountTokens, TokenClaims } from '../auth/service-account-tokens.ts';
import type { Lookup } from '../auth/service-account-users.ts';
import { admitUnkept } from './unkept-admission.ts';

const document: DocumentType<TokenRequest> = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  type: 'io.k8s.api.authentication.v1.TokenRequest',
};

const defaultSeconds = 3_600;
const minSeconds = 600;
const maxSeconds = 2 ** 32;

export interface TokenRequestsOptions {
  readonly tokens: ServiceAccountTokens;
  readonly admission: AdmissionChain;
  readonly lookup: Lookup;
  readonly clock: Clock;
  readonly random: Random;
}

export interface TokenRequestFacts {
  readonly namespace: string;
  readonly name: string;
  readonly body: unknown;
  readonly options: WriteOptions;
}

interface Binding {
  readonly bound?: { readonly kind: BoundKind; readonly object: NamedUid };
  readonly node?: NamedUid;
}

export class TokenRequests {
  readonly #options: TokenRequestsOptions;

  constructor(options: TokenRequestsOptions) {
    this.#options = options;
  }

  /** The request as it came, with the token in its status. */
  async create(user: UserInfo, { namespace, name, body, options }: TokenRequestFacts): Promise<TokenRequest> {
    const { tokens, admission, lookup, clock, random } = this.#options;
    const { object: draft, warnings } = decode(document, body, options);
    for (const warning of warnings) options.onWarning?.(warning);
    const account = await lookup(serviceAccounts, { namespace, name });
    if (!account) throw notFoundError(serviceAccounts, name);
    draft.spec.expirationSeconds ??= defaultSeconds;
    const about = { user, resource: serviceAccounts, subresource: 'token', namespace, name };
    await admitUnkept(admission, { ...about, document, draft, options }, () => {
      complete(draft, account, tokens.issuer);
      const errors = problemsOf(draft as TokenRequest, name);
      if (errors.length > 0) throw invalidError(document, name, errors);
    });
    const issuedAt = Math.floor(clock.now() / 1000);
    const expiresAt = issuedAt + draft.spec.expirationSeconds!;
    const claims: TokenClaims = {
      id: random.uuid(),
      audiences: draft.spec.audiences,
      issuedAt,
      expiresAt,
      namespace,
      serviceAccount: { name, uid: account.metadata.uid },
      ...(await this.#binding(account, draft as TokenRequest)),
    };
    const token = options.dryRun ? '' : await tokens.sign(claims);
    draft.metadata.creationTimestamp = timestamp(clock);
    draft.status = { token, expirationTimestamp: new Date(expiresAt * 1000).toISOString().replace('.000Z', 'Z') };
    return draft as TokenRequest;
  }

  async #binding(account: ServiceAccount, { spec }: TokenRequest): Promise<Binding> {
    const { kind = '', apiVersion = 'v1', name = '', uid } = spec.boundObjectRef ?? {};
    if (!spec.boundObjectRef) return {};
    const find = async <T extends KubeObject>(resource: Resource<T>): Promise<T> => {
      const namespace = resource.namespaced ? account.metadata.namespace : undefined;
      const found = await this.#options.lookup(resource, { namespace, name });
      if (!found) throw notFoundError(resource, name);
      if (uid && uid !== found.metadata.uid)
        throw anotherOne(resource, name, { asked: uid, found: found.metadata.uid });
      return found;
    };
    switch (apiVersion === 'v1' ? kind : '') {
      case 'Pod': {
        const pod = await find(pods);
        const { nodeName, serviceAccountName } = pod.spec;
        if (serviceAccountName !== account.metadata.name)
          throw badRequestError(
            `cannot bind token for serviceaccount "${account.metadata.name}" to pod running with different serviceaccount name.`,
          );
        const node = nodeName ? await this.#options.lookup(nodes, { name: nodeName }) : undefined;
        return { bound: { kind: 'pod', object: named(pod) }, ...(node ? { node: named(node) } : {}) };
      }
      case 'Secret':
        return { bound: { kind: 'secret', object: named(await find(secrets)) } };
      case 'Node':
        return { bound: { kind: 'node', object: named(await find(nodes)) } };
      default:
        throw badRequestError(`cannot bind token to object of type ${apiVersion}, Kind=${kind}`);
    }
  }
}

function named({ metadata: { name, uid } }: KubeObject): NamedUid {
  return { name, uid };
}

/** What the request leaves out follows from the account. */
function complete({ metadata, spec }: Draft<TokenRequest>, account: ServiceAccount, issuer: string): void {
  metadata.name ||= account.metadata.name;
  if (spec.audiences.length === 0) spec.audiences = [issuer];
}

function problemsOf({ metadata, spec }: TokenRequest, account: string): FieldError[] {
  if (metadata.name !== account)
    return [invalid('metadata.name', metadata.name, 'must match the service account name if specified')];
  const { expirationSeconds = defaultSeconds } = spec;
  const problem = (detail: string) => [invalid('spec.expirationSeconds', expirationSeconds, detail)];
  if (expirationSeconds < minSeconds) return problem('may not specify a duration less than 10 minutes');
  return expirationSeconds > maxSeconds ? problem('may not specify a duration larger than 2^32 seconds') : [];
}

function anotherOne(resource: Resource<KubeObject>, name: string, uid: { asked: string; found: string }) {
  return conflictError(
    kindOf(resource).resource,
    name,
    `the UID in the bound object reference (${uid.asked}) does not match the UID in record (${uid.found}). The object might have been deleted and then recreated`,
  );
}

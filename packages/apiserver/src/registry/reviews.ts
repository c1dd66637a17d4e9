// Owns the answers to reviews: who a token or the caller is, and what somebody may do.
// Source: Kubernetes API reference, authentication.k8s.io/v1 and authorization.k8s.io/v1.
import {
  badRequestError,
  type Draft,
  decode,
  deepFreeze,
  documentOf,
  invalidError,
  type Kind,
  type KubeObject,
  type LocalSubjectAccessReview,
  localSubjectAccessReviews,
  qualifiedName,
  type Resource,
  type SelfSubjectAccessReview,
  type SelfSubjectReview,
  type SelfSubjectRulesReview,
  type SubjectAccessReview,
  selfSubjectAccessReviews,
  selfSubjectReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
  type TokenReview,
  tokenReviews,
  type UserInfo,
  type WriteOptions,
} from '@berth/objects';
import type { AdmissionChain } from '../admission/chain.ts';
import type { TokenAuthenticator } from '../auth/token-authenticator.ts';
import type { GrantedRules } from '../rbac/granted-rules.ts';
import type { Authorizer } from './authorization.ts';
import { nodeNameOf } from './node-authorizer.ts';
import { admitUnkept } from './unkept-admission.ts';
import { reportWarnings } from './writes.ts';

export interface ReviewsOptions {
  readonly authorizer: Required<Authorizer>;
  readonly granted: GrantedRules;
  readonly authenticateToken: TokenAuthenticator;
  readonly admission: AdmissionChain;
}

type Answer<T extends KubeObject> = (
  user: UserInfo,
  review: Draft<T>,
) => T['status' & keyof T] | Promise<T['status' & keyof T]>;

export class Reviews {
  readonly #admission: AdmissionChain;
  readonly #answers: ReadonlyMap<string, Answer<KubeObject>>;

  constructor(options: ReviewsOptions) {
    this.#admission = options.admission;
    this.#answers = answersOf(options);
  }

  /** The question with its answer. Throws Invalid. */
  async create<T extends KubeObject>(
    user: UserInfo,
    kind: Kind<T>,
    { namespace, body, options }: { namespace: string | undefined; body: unknown; options: WriteOptions },
  ): Promise<T> {
    const draft = reportWarnings(decode(documentOf(kind), body, options), options);
    const { name = '' } = (draft as Draft<KubeObject>).metadata;
    const { resource } = kind;
    const document = documentOf(kind);
    await admitUnkept(this.#admission, { user, resource, namespace, name, document, draft, options }, () => {
      const errors = kind.validate(draft as T);
      // Kubernetes names neither the kind nor the object.
      if (errors.length > 0) throw invalidError({ group: resource.group, kind: '' }, '', errors);
    });
    const answer = this.#answers.get(qualifiedName(kind.resource));
    if (!answer) throw new Error(`nobody answers ${qualifiedName(kind.resource)}`);
    const status = await answer(user, draft as Draft<KubeObject>);
    return deepFreeze({ ...draft, status } as T);
  }
}

function answersOf(options: ReviewsOptions): Map<string, Answer<KubeObject>> {
  const { authorizer, granted, authenticateToken } = options;
  const answers = new Map<string, Answer<KubeObject>>();
  const answer = <T extends KubeObject>(resource: Resource<T>, how: Answer<T>) =>
    answers.set(qualifiedName(resource), how as unknown as Answer<KubeObject>);

  const access = (user: UserInfo, { resourceAttributes, nonResourceAttributes }: Question) => {
    if (resourceAttributes) {
      const { verb = '', group = '', resource = '', subresource, namespace, name } = resourceAttributes;
      const asked = { verb, resource: { group, plural: resource } };
      const where = {
        namespace: namespace || undefined,
        name: name || undefined,
        subresource: subresource || undefined,
      };
      return { allowed: authorizer.allows(user, { ...asked, ...where }) };
    }
    const { verb = '', path = '' } = nonResourceAttributes ?? {};
    return { allowed: authorizer.allowsPath(user, { verb, path }) };
  };

  answer<SelfSubjectReview>(selfSubjectReviews, (user) => ({ userInfo: shownUser(user) }));
  answer<SelfSubjectAccessReview>(selfSubjectAccessReviews, (user, { spec }) => access(user, spec));
  answer<SubjectAccessReview>(subjectAccessReviews, (_user, { spec }) => access(subjectOf(spec), spec));
  answer<LocalSubjectAccessReview>(localSubjectAccessReviews, (_user, { spec }) => access(subjectOf(spec), spec));
  answer<SelfSubjectRulesReview>(selfSubjectRulesReviews, (user, { spec }) => rulesOf(granted, user, spec.namespace));
  answer<TokenReview>(tokenReviews, async (_user, { spec: { token = '', audiences } }) => {
    if (!token) throw badRequestError('token is required for TokenReview in authentication');
    const found = await authenticateToken(token, audiences?.length ? audiences : undefined);
    if (!found) return { user: {}, error: 'invalid bearer token' };
    return { authenticated: true, user: shownUser(found.user), audiences: found.audiences };
  });
  return answers;
}

type Question = SelfSubjectAccessReview['spec'];

function subjectOf({ user = '', groups = [], uid, extra }: SubjectAccessReview['spec']): UserInfo {
  return { name: user, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
}

function shownUser({ name, uid, groups, extra }: UserInfo): NonNullable<SelfSubjectReview['status']>['userInfo'] {
  return { username: name, ...(uid ? { uid } : {}), groups, ...(extra ? { extra } : {}) };
}

/** What the roles grant; what an agent may do by its node is no rule of a role. */
function rulesOf(
  granted: GrantedRules,
  user: UserInfo,
  namespace: string | undefined,
): SelfSubjectRulesReview['status'] {
  if (!namespace) throw badRequestError('no namespace on request');
  const rules = granted.all(user, namespace);
  const isNode = nodeNameOf(user) !== undefined;
  return {
    resourceRules: rules.flatMap(({ verbs, apiGroups, resources, resourceNames }) =>
      resources?.length ? [{ verbs, apiGroups, resources, ...(resourceNames?.length ? { resourceNames } : {}) }] : [],
    ),
    nonResourceRules: rules.flatMap(({ verbs, nonResourceURLs }) =>
      nonResourceURLs?.length ? [{ verbs, nonResourceURLs }] : [],
    ),
    incomplete: isNode,
    ...(isNode ? { evaluationError: 'node authorizer does not support user rule resolution' } : {}),
  };
}

// Owns the composition of validating admission policies: which there are, the check of what they say, and the plugin that
// holds writes against them.
import {
  type Kind,
  type KubeObject,
  namespaces,
  notFoundError,
  type ObjectName,
  type Resource,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '@berth/objects';
import type { Lookup } from '../../auth/service-account-users.ts';
import type { Authorizer } from '../../registry/authorization.ts';
import type { CacheEvent } from '../../watch-cache/cache-event.ts';
import { variablesOf } from '../expressions/environment.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../plugin.ts';
import type { OtherVersions } from '../webhooks/matching.ts';
import type { ReviewedRequest } from '../webhooks/reviewed-request.ts';
import { createParamReader } from './params.ts';
import { policyExpressions } from './policy-expressions.ts';
import { PolicyList } from './policy-list.ts';
import { validatingPolicies } from './validating-policies.ts';

export interface Policies {
  /** Before webhooks. */
  readonly plugins: readonly AdmissionPlugin[];
  /** Whatever changes in the watch cache. */
  follow(resource: Resource, event: CacheEvent): void;
  /** The watch cache has begun anew. */
  reset(everyOf: <T extends KubeObject>(resource: Resource<T>) => Iterable<T>): void;
}

export function createPolicies(options: {
  readonly lookup: Lookup;
  readonly authorizer: Required<Authorizer>;
  readonly otherVersions: OtherVersions;
  /** All kinds that are served now. */
  readonly kinds: () => readonly Kind[];
  readonly get: (kind: Kind, name: ObjectName) => Promise<KubeObject | undefined>;
  readonly list: (kind: Kind, namespace: string | undefined) => Iterable<KubeObject>;
}): Policies {
  const { lookup, authorizer, kinds, get, list } = options;
  const policies = new PolicyList();
  const surroundings = {
    async namespace(name: string) {
      const found = await lookup(namespaces, { name });
      if (!found) throw notFoundError(namespaces, name);
      return found;
    },
    params: createParamReader({ kinds, get, list }),
    otherVersions: options.otherVersions,
    variablesOf: (request: AdmissionRequest, reviewed: ReviewedRequest) => variablesOf(request, reviewed, authorizer),
  };
  return {
    plugins: [policyExpressions, validatingPolicies(() => policies.listed, surroundings)],
    follow: (resource, event) => policies.follow(resource, event),
    reset: (everyOf) =>
      policies.reset(everyOf(validatingAdmissionPolicies), everyOf(validatingAdmissionPolicyBindings)),
  };
}

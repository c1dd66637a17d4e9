// Owns the kinds by which one asks who somebody is and what they may do. Nothing of them is kept: what is created is the
// question, and the answer stands in its status.
import type {
  LocalSubjectAccessReview,
  ObjectMeta,
  SelfSubjectAccessReview,
  SelfSubjectReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  TokenReview,
} from '../api/types.ts';
import { type FieldError, invalid } from '../errors/field-error.ts';
import type { KubeObject } from '../object.ts';
import {
  localSubjectAccessReviews,
  type Resource,
  selfSubjectAccessReviews,
  selfSubjectReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
  tokenReviews,
} from '../resource.ts';
import type { Kind } from './kind.ts';

function review<T extends KubeObject>(resource: Resource<T>, validate: (object: T) => FieldError[]): Kind<T> {
  return {
    resource,
    nameRule: 'dns-subdomain',
    subresources: [],
    countsGenerations: false,
    transient: true,
    validate,
    columns: [],
    fieldSelectors: {},
  };
}

export const tokenReviewKind = review<TokenReview>(tokenReviews, () => []);
export const selfSubjectReviewKind = review<SelfSubjectReview>(selfSubjectReviews, () => []);
export const subjectAccessReviewKind = review<SubjectAccessReview>(subjectAccessReviews, ({ spec, metadata }) => [
  ...oneQuestion(spec),
  ...someSubject(spec),
  ...noMetadata(metadata),
]);
export const selfSubjectAccessReviewKind = review<SelfSubjectAccessReview>(
  selfSubjectAccessReviews,
  ({ spec, metadata }) => [...oneQuestion(spec), ...noMetadata(metadata)],
);
export const selfSubjectRulesReviewKind = review<SelfSubjectRulesReview>(selfSubjectRulesReviews, () => []);
export const localSubjectAccessReviewKind = review<LocalSubjectAccessReview>(
  localSubjectAccessReviews,
  ({ spec, metadata }) => {
    const { resourceAttributes, nonResourceAttributes } = spec;
    const { namespace: _, ...others } = metadata;
    const errors = [...oneQuestion(spec), ...someSubject(spec), ...noMetadata(others)];
    if (nonResourceAttributes)
      errors.push(invalid('spec.nonResourceAttributes', nonResourceAttributes, 'disallowed on this kind of request'));
    if (resourceAttributes && resourceAttributes.namespace !== metadata.namespace)
      errors.push(
        invalid(
          'spec.resourceAttributes.namespace',
          resourceAttributes.namespace ?? '',
          `must match metadata.namespace: ${metadata.namespace}`,
        ),
      );
    return errors;
  },
);

/** A question has no name, and nothing else of what objects have. */
function noMetadata({ managedFields: _, ...metadata }: Partial<ObjectMeta>): FieldError[] {
  return Object.keys(metadata).length > 0 ? [invalid('metadata', metadata, 'must be empty')] : [];
}

function oneQuestion({ resourceAttributes, nonResourceAttributes }: SelfSubjectAccessReview['spec']): FieldError[] {
  if (resourceAttributes && nonResourceAttributes)
    return [
      invalid(
        'spec.nonResourceAttributes',
        nonResourceAttributes,
        'cannot be specified in combination with resourceAttributes',
      ),
    ];
  if (!resourceAttributes && !nonResourceAttributes)
    return [
      invalid(
        'spec.resourceAttributes',
        resourceAttributes,
        'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ),
    ];
  return [];
}

function someSubject({ user, groups }: SubjectAccessReview['spec']): FieldError[] {
  if (user || groups?.length) return [];
  return [invalid('spec.user', user ?? '', 'at least one of user or group must be specified')];
}

// Owns validation of a job's spec, wherever it stands: in a job or in the template of a cron job.
import type { JobSpec } from '../api/types.ts';
import { type FieldError, invalid, notSupported, required, tooLong } from '../errors/field-error.ts';
import { choice, notNegative, problemsOf } from './field-checks.ts';
import { validatePodFailurePolicy, validateSuccessPolicy } from './job-policies.ts';
import { dns1123SubdomainProblems, urlPathProblems } from './names.ts';
import { validatePodTemplate } from './pod-spec.ts';

const mostParallel = 100_000;
const mostFailedIndexes = 100_000;
/** From here on less is allowed, for the sake of the size of a job's status. */
const manyCompletions = 100_000;
const limitForMany = 10_000;
const mostOfManagerName = 63;

export function validateJobSpec(field: string, spec: JobSpec): FieldError[] {
  const { podFailurePolicy, successPolicy } = spec;
  return [
    ...counts.flatMap((name) => notNegative(`${field}.${name}`, spec[name])),
    ...(spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined
      ? [required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]
      : []),
    ...(spec.managedBy === undefined ? [] : validateManagedBy(`${field}.managedBy`, spec.managedBy)),
    ...validateCompletionMode(field, spec),
    ...(podFailurePolicy ? validatePodFailurePolicy(`${field}.podFailurePolicy`, podFailurePolicy, spec) : []),
    ...(successPolicy ? validateSuccessPolicy(`${field}.successPolicy`, successPolicy, spec) : []),
    ...validateReplacement(`${field}.podReplacementPolicy`, spec),
    ...validatePodTemplate(`${field}.template`, spec.template ?? {}),
    ...validateRestartPolicy(`${field}.template.spec.restartPolicy`, spec),
  ];
}

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const satisfies readonly (keyof JobSpec)[];

/** A domain and a path: `example.com/queue`. */
function validateManagedBy(field: string, name: string): FieldError[] {
  if (!name) return [required(field)];
  const slash = name.indexOf('/');
  const [domain, path] = [name.slice(0, slash), name.slice(slash + 1)];
  const errors =
    slash < 1 || !path
      ? [invalid(field, name, 'must be a domain-prefixed path (such as "acme.io/foo")')]
      : [
          ...problemsOf(field, domain, dns1123SubdomainProblems(domain)),
          ...problemsOf(field, path, urlPathProblems(path)),
        ];
  return name.length > mostOfManagerName ? [...errors, tooLong(field, mostOfManagerName)] : errors;
}

function validateCompletionMode(field: string, spec: JobSpec): FieldError[] {
  const mode = `${field}.completionMode`;
  const modeErrors = choice(mode, spec.completionMode, ['NonIndexed', 'Indexed']);
  if (spec.completionMode === 'Indexed') return [...modeErrors, ...validateIndexed(field, spec)];
  if (spec.completionMode !== undefined && spec.completionMode !== 'NonIndexed') return modeErrors;
  const forIndexed = (['backoffLimitPerIndex', 'maxFailedIndexes'] as const).filter((name) => spec[name] !== undefined);
  return forIndexed.map((name) => invalid(`${field}.${name}`, spec[name], 'requires indexed completion mode'));
}

function validateIndexed(field: string, spec: JobSpec): FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex } = spec;
  const errors: FieldError[] = [];
  const parallel = (most: number, when: string) =>
    invalid(`${field}.parallelism`, parallelism, `must be less than or equal to ${most} when ${when}`);
  const failed = (most: string) =>
    invalid(`${field}.maxFailedIndexes`, maxFailedIndexes, `must be less than or equal to ${most}`);
  if (completions === undefined) errors.push(required(`${field}.completions`, 'when completion mode is Indexed'));
  if (parallelism > mostParallel) errors.push(parallel(mostParallel, 'completion mode is Indexed'));
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions)
    errors.push(failed('completions'));
  if (maxFailedIndexes !== undefined && maxFailedIndexes > mostFailedIndexes)
    errors.push(failed(`${mostFailedIndexes}`));
  if (completions === undefined || completions <= manyCompletions || backoffLimitPerIndex === undefined) return errors;
  const ofMany = `completions are above ${manyCompletions} and used with backoff limit per index`;
  if (maxFailedIndexes === undefined)
    errors.push(
      required(`${field}.maxFailedIndexes`, `must be specified when completions is above ${manyCompletions}`),
    );
  if (parallelism > limitForMany) errors.push(parallel(limitForMany, ofMany));
  if (maxFailedIndexes !== undefined && maxFailedIndexes > limitForMany)
    errors.push(failed(`${limitForMany} when ${ofMany}`));
  return errors;
}

/** Whether a pod failed is known only when it has ended. */
function validateReplacement(field: string, { podReplacementPolicy, podFailurePolicy }: JobSpec): FieldError[] {
  if (podReplacementPolicy === undefined) return [];
  const policies = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return policies.includes(podReplacementPolicy) ? [] : [notSupported(field, podReplacementPolicy, policies)];
}

function validateRestartPolicy(field: string, { template, podFailurePolicy }: JobSpec): FieldError[] {
  const policy = template?.spec?.restartPolicy;
  const [onFailure, never] = ['OnFailure', 'Never'] as const;
  if (policy === undefined || policy === 'Always') return [required(field, `valid values: "${onFailure}", "${never}"`)];
  if (policy !== onFailure && policy !== never) return [notSupported(field, policy, [onFailure, never])];
  if (podFailurePolicy && policy !== never)
    return [invalid(field, policy, `only "${never}" is supported when podFailurePolicy is specified`)];
  return [];
}

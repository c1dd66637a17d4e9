// Owns what a person can know about Job beyond the API facts; the rules of its spec and its status stand in
// validation/.
import type { Job, JobSpec, PodTemplateSpec } from '../api/types.ts';
import { type FieldError, invalid, required } from '../errors/field-error.ts';
import { sameJson } from '../json-value.ts';
import type { Draft } from '../object.ts';
import { jobs } from '../resource.ts';
import { selectorFrom } from '../selectors/label-selector.ts';
import { validateJobSpec } from '../validation/job-spec.ts';
import { isJob, validateJobStatus } from '../validation/job-status.ts';
import { validateLabelSelector } from '../validation/label-selector.ts';
import { dns1123LabelProblems } from '../validation/names.ts';
import { ageColumn, columnOf, nameColumn } from './columns.ts';
import { humanDuration } from './duration.ts';
import { controllerUidLabel, jobNameLabel, legacyControllerUidLabel, legacyJobNameLabel } from './job-names.ts';
import type { Kind } from './kind.ts';
import { setPodSpecDefaults } from './pod-defaults.ts';
import { containersColumn, imagesColumn, immutableSelector, invalidSelector, selectorColumn } from './replicas.ts';

/** Where each index has a limit of its own, all of them together have none. */
const noLimit = 2 ** 31 - 1;

export const jobKind: Kind<Job> = {
  resource: jobs,
  nameRule: 'dns-subdomain',
  subresources: ['status'],
  countsGenerations: true,
  leavesDependents: {
    warning:
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  },

  setDefaults({ metadata, spec }) {
    if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
    spec.parallelism ??= 1;
    spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : noLimit;
    spec.completionMode ??= 'NonIndexed';
    spec.suspend ??= false;
    spec.manualSelector ??= false;
    spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
    setJobTemplateDefaults(spec);
    setLabels(metadata, spec);
  },
  prepareForCreate(draft) {
    draft.status = {};
    if (!draft.spec.manualSelector) generateSelector(draft);
    setLabels(draft.metadata, draft.spec);
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: old.status });
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
  },

  validate: (job) => [
    ...validateGenerated(job),
    ...validateJobSpec('spec', job.spec),
    ...validateSelector(job.spec),
    ...validateHostnames(job),
  ],
  validateUpdate,
  validateStatusUpdate: validateJobStatus,

  columns: [
    nameColumn,
    columnOf('Status', 'What the job is doing, or how it ended.', stateOf),
    columnOf('Completions', 'How many of the wanted pods have succeeded.', completionsOf),
    columnOf('Duration', 'How long it took, or has taken so far.', ({ status: { startTime, completionTime } }, now) => {
      if (!startTime) return '';
      return humanDuration((completionTime ? Date.parse(completionTime) : now) - Date.parse(startTime));
    }),
    ageColumn,
    containersColumn,
    imagesColumn,
    selectorColumn,
  ],
  podTemplate: ({ spec }) => spec.template,
  fieldSelectors: { 'status.successful': ({ status }) => String(status.succeeded ?? 0) },
};

/** What a job and the template of a cron job have in common. */
export function setJobTemplateDefaults({ template, podFailurePolicy }: Draft<JobSpec>): void {
  if (template?.spec) setPodSpecDefaults(template.spec);
  for (const { onPodConditions } of podFailurePolicy?.rules ?? [])
    for (const pattern of onPodConditions ?? []) pattern.status ||= 'True';
}

function setLabels(metadata: Draft<Job>['metadata'], { template }: Draft<JobSpec>): void {
  const ofTemplate = template?.metadata?.labels;
  if (ofTemplate && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...ofTemplate };
}

/** Labels of the template, and of the pods, by which nobody else's pods can be mistaken for the job's. */
function expectedLabels({ metadata: { name, uid } }: Pick<Job, 'metadata'>): Readonly<Record<string, string>> {
  return {
    [legacyControllerUidLabel]: uid,
    [legacyJobNameLabel]: name,
    [controllerUidLabel]: uid,
    [jobNameLabel]: name,
  };
}

/** What is there already stays, and is refused if it is something else. */
function generateSelector(draft: Draft<Job>): void {
  const { metadata, spec } = draft;
  spec.template ??= {};
  spec.template.metadata = {
    ...spec.template.metadata,
    labels: { ...expectedLabels({ metadata: metadata as Job['metadata'] }), ...spec.template.metadata?.labels },
  } as Draft<PodTemplateSpec>['metadata'];
  spec.selector ??= {};
  spec.selector.matchLabels = { [controllerUidLabel]: metadata.uid, ...spec.selector.matchLabels };
}

function validateGenerated(job: Job): FieldError[] {
  const { manualSelector, selector, template } = job.spec;
  if (manualSelector || !selector) return [];
  const expected = expectedLabels(job);
  const labels = template.metadata?.labels ?? {};
  const errors = Object.entries(expected).flatMap(([key, value]) => {
    const field = `spec.template.metadata.labels[${key}]`;
    if (!Object.hasOwn(labels, key)) return [required(field, `must be '${value}'`)];
    return labels[key] === value ? [] : [invalid(field, labels, `must be '${value}'`)];
  });
  const isGenerated = selectorFrom(selector)?.matches(expected) ?? true;
  return isGenerated ? errors : [...errors, invalidSelector(selector, '`selector` not auto-generated')];
}

function validateSelector({ selector, template }: JobSpec): FieldError[] {
  if (!selector) return [required('spec.selector')];
  const errors = validateLabelSelector('spec.selector', selector);
  const labels = template?.metadata?.labels;
  // What a wrong selector matches says nothing.
  if (errors.length > 0 || selectorFrom(selector)?.matches(labels)) return errors;
  return [invalid('spec.template.metadata.labels', labels ?? {}, '`selector` does not match template `labels`')];
}

/** Each pod of an Indexed Job is a host whose name is made of the job's and of its index. */
function validateHostnames({ metadata: { name }, spec: { completionMode, completions = 0 } }: Job): FieldError[] {
  if (completionMode !== 'Indexed' || completions < 1) return [];
  const longest = `${name}-${completions - 1}`;
  if (dns1123LabelProblems(longest).length === 0) return [];
  return [invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${longest}`)];
}

const immutableFields = [
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const satisfies readonly (keyof JobSpec)[];

function validateUpdate({ spec }: Job, old: Job): FieldError[] {
  const unchanged = (name: keyof JobSpec, before: unknown = old.spec[name]) =>
    sameJson(spec[name], before) ? [] : [invalid(`spec.${name}`, spec[name], 'field is immutable')];
  return [
    ...(spec.completionMode === 'Indexed' ? validateResize(spec, old.spec) : unchanged('completions')),
    ...immutableSelector(spec.selector, old.spec.selector),
    ...unchanged('template', allowedTemplate(spec.template, old)),
    ...immutableFields.flatMap((name) => unchanged(name)),
  ];
}

/** An Indexed Job may get more or fewer completions, where it works on all of them at once. */
function validateResize({ completions, parallelism }: JobSpec, old: JobSpec): FieldError[] {
  if (completions === undefined || completions === old.completions || completions === parallelism) return [];
  return [invalid('spec.completions', completions, 'can only be modified in tandem with spec.parallelism')];
}

/** The template as it was, but for what may change: where pods go, as long as none was ever made. */
function allowedTemplate(template: PodTemplateSpec, { spec, status }: Job): PodTemplateSpec {
  if (!spec.suspend || status.startTime !== undefined || !template.spec || !spec.template.spec) return spec.template;
  const { nodeSelector, tolerations, schedulingGates, affinity } = template.spec;
  const others = { ...spec.template.spec.affinity, nodeAffinity: affinity?.nodeAffinity };
  const { labels, annotations } = template.metadata ?? {};
  const isOther = Object.values(others).some((value) => value !== undefined);
  return withoutUndefined({
    metadata: withoutUndefined({ ...spec.template.metadata, labels, annotations }),
    spec: withoutUndefined({
      ...spec.template.spec,
      nodeSelector,
      tolerations,
      schedulingGates,
      affinity: affinity || isOther ? withoutUndefined(others) : undefined,
    }),
  }) as PodTemplateSpec;
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

function stateOf(job: Job): string {
  const told = (...types: readonly string[]) => types.find((type) => isJob(job, type));
  const end = told('Complete', 'Failed');
  if (end) return end;
  if (job.metadata.deletionTimestamp) return 'Terminating';
  return told('Suspended', 'FailureTarget', 'SuccessCriteriaMet') ?? 'Running';
}

function completionsOf({ spec: { completions, parallelism = 0 }, status: { succeeded = 0 } }: Job): string {
  if (completions !== undefined) return `${succeeded}/${completions}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

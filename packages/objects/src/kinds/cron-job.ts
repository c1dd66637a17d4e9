// Owns what a person can know about CronJob beyond the API facts.
import type { CronJob, CronJobSpec, JobTemplateSpec } from '../api/types.ts';
import { CronError, parseCron } from '../cron/parse.ts';
import { isTimeZone } from '../cron/time-zone.ts';
import { type FieldError, invalid, notSupported, required } from '../errors/field-error.ts';
import { cronJobs } from '../resource.ts';
import { selectorFrom } from '../selectors/label-selector.ts';
import { notNegative, requiredChoice } from '../validation/field-checks.ts';
import { validateJobSpec } from '../validation/job-spec.ts';
import { ageColumn, ageOf, columnOf, integerColumn, nameColumn, orNone } from './columns.ts';
import { setJobTemplateDefaults } from './job.ts';
import type { Kind } from './kind.ts';
import { invalidSelector } from './replicas.ts';

/** Eleven more characters, `-` and the minute, make the name of a job, of which its pods' labels allow 63. */
const longestName = 52;

export const cronJobKind: Kind<CronJob> = {
  resource: cronJobs,
  nameRule: 'dns-subdomain',
  subresources: ['status'],
  countsGenerations: true,

  setDefaults({ spec }) {
    spec.concurrencyPolicy ||= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    if (spec.jobTemplate?.spec) setJobTemplateDefaults(spec.jobTemplate.spec);
  },
  prepareForCreate(draft) {
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    Object.assign(draft, { status: old.status });
  },
  prepareForStatusUpdate(draft, old) {
    Object.assign(draft, { spec: old.spec });
  },

  validate: ({ spec }, old) => validateSpec(spec, old?.spec),
  validateCreate({ metadata: { name } }) {
    if (name.length <= longestName) return [];
    return [invalid('metadata.name', name, `must be no more than ${longestName} characters`)];
  },

  columns: [
    nameColumn,
    columnOf('Schedule', 'When it makes jobs.', ({ spec }) => spec.schedule),
    columnOf('Timezone', 'Whose clocks the schedule is meant by.', ({ spec }) => orNone(spec.timeZone)),
    columnOf('Suspend', 'Whether it makes no jobs for now.', ({ spec: { suspend } }) => {
      if (suspend === undefined) return '<unset>';
      return suspend ? 'True' : 'False';
    }),
    integerColumn('Active', 'How many of its jobs have not finished.', ({ status }) => status.active?.length ?? 0),
    columnOf('Last Schedule', 'Time since a job was due last.', ({ status: { lastScheduleTime } }, now) =>
      lastScheduleTime ? ageOf(lastScheduleTime, now) : '<none>',
    ),
    ageColumn,
    columnOf('Containers', 'Names of each container in the template.', (job) => containersOf(job, 'name'), 1),
    columnOf('Images', 'Images referenced by each container in the template.', (job) => containersOf(job, 'image'), 1),
    columnOf(
      'Selector',
      'The labels that its pods have.',
      ({ spec }) => orNone(selectorFrom(spec.jobTemplate.spec?.selector)?.toString()),
      1,
    ),
  ],
  podTemplate: ({ spec }) => spec.jobTemplate.spec?.template,
  fieldSelectors: {},
};

function containersOf({ spec }: CronJob, field: 'name' | 'image'): string {
  return (spec.jobTemplate.spec?.template.spec?.containers ?? []).map((container) => container[field]).join(',');
}

/** A zone that was right once may stay, whatever becomes of the tables of zones. */
function validateSpec(spec: CronJobSpec, old: CronJobSpec | undefined): FieldError[] {
  return [
    ...(spec.schedule ? validateSchedule('spec.schedule', spec.schedule) : [required('spec.schedule')]),
    ...notNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...(spec.timeZone === undefined || (old && old.timeZone === spec.timeZone)
      ? []
      : validateTimeZone('spec.timeZone', spec.timeZone)),
    ...requiredChoice('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']),
    ...validateTemplate('spec.jobTemplate.spec', spec.jobTemplate ?? {}),
    ...notNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...notNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
  ];
}

function validateSchedule(field: string, schedule: string): FieldError[] {
  const errors: FieldError[] = [];
  try {
    parseCron(schedule);
  } catch (error) {
    if (!(error instanceof CronError)) throw error;
    errors.push(invalid(field, schedule, error.message));
  }
  if (schedule.includes('TZ'))
    errors.push(invalid(field, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  return errors;
}

const zonePart = /^[A-Za-z._0-9+-]{1,14}$/;

function validateTimeZone(field: string, name: string): FieldError[] {
  if (!name) return [invalid(field, name, 'timeZone must be nil or non-empty string')];
  const isWrong = (part: string) => part === '.' || part === '..' || part.startsWith('-') || !zonePart.test(part);
  if (name.split('/').some(isWrong)) return [invalid(field, name, `unknown time zone ${name}`)];
  if (name.toLowerCase() === 'local') {
    const problem = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [invalid(field, name, problem)];
  }
  return isTimeZone(name) ? [] : [invalid(field, name, `unknown time zone ${name}`)];
}

/** Jobs get selectors of their own. */
function validateTemplate(field: string, { spec }: JobTemplateSpec): FieldError[] {
  const given = spec ?? { template: {} };
  const errors = validateJobSpec(field, given);
  if (given.selector)
    errors.push(invalidSelector(given.selector, '`selector` will be auto-generated', `${field}.selector`));
  if (given.manualSelector) errors.push(notSupported(`${field}.manualSelector`, true, ['nil', 'false']));
  return errors;
}

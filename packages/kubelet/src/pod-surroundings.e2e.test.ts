// What a pod finds around itself on real Docker: volumes, environment, names, users, and the agent's own server.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKubeletStreams, ensureClusterCredentials, type PodStreams } from '@berth/apiserver';
import { systemClock } from '@berth/host';
import {
  type ConfigMap,
  channels,
  configMaps,
  type Draft,
  draftOf,
  nodes,
  type Pod,
  pods,
  type Secret,
  type Service,
  secrets,
  services,
} from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DockerNode, until } from './testing/docker-node.ts';
import { startRegistry } from './testing/registry.ts';

let node: DockerNode;
let streams: PodStreams;
let directory: string;

beforeAll(async () => {
  node = await DockerNode.create();
  directory = await mkdtemp(join(tmpdir(), 'berth-kubelet-server-'));
  const credentials = await ensureClusterCredentials({
    directory,
    clock: systemClock,
  });
  const { serving } = await credentials.issueNode({ name: 'kubelet-e2e', hosts: ['127.0.0.1'] });
  const port = await freePort();
  await node.startAgent({ server: { host: '127.0.0.1', port, ...serving, ca: credentials.ca } });
  streams = createKubeletStreams({ ca: credentials.ca, client: () => credentials.kubeletClient });
});

afterAll(async () => {
  await node.close();
  await rm(directory, { recursive: true, force: true });
});

describe('volumes', () => {
  test('of a config map and a secret hold their keys, and follow their changes', async () => {
    await node.client.create<ConfigMap>(
      configMaps,
      { metadata: { name: 'settings' }, data: { colour: 'red', size: '3' } },
      { namespace: 'default' },
    );
    await node.client.create<Secret>(
      secrets,
      { metadata: { name: 'password' }, data: { 'word.txt': btoa('swordfish') } },
      { namespace: 'default' },
    );
    await node.createPod(
      'mounts',
      {
        volumes: [
          { name: 'settings', configMap: { name: 'settings' } },
          { name: 'one', configMap: { name: 'settings', items: [{ key: 'size', path: 'deep/size', mode: 0o600 }] } },
          { name: 'password', secret: { secretName: 'password', defaultMode: 0o400 } },
          { name: 'self', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
          { name: 'absent', configMap: { name: 'absent', optional: true } },
        ],
        containers: [
          {
            name: 'app',
            volumeMounts: [
              { name: 'settings', mountPath: '/settings' },
              { name: 'one', mountPath: '/one' },
              { name: 'password', mountPath: '/password', readOnly: true },
              { name: 'self', mountPath: '/self' },
              { name: 'absent', mountPath: '/absent' },
              { name: 'settings', mountPath: '/single', subPath: 'colour' },
            ],
          },
        ],
      },
      { labels: { app: 'mounts' } },
    );
    const pod = await running('mounts');
    const show = async (script: string) => (await node.exec(containerId(pod), ['sh', '-c', script])).output;
    expect(await show('cat /settings/colour /one/deep/size /password/word.txt /self/labels /single; ls /absent')).toBe(
      'red3swordfishapp="mounts"red',
    );
    expect(await show('stat -L -c %a /password/word.txt /one/deep/size /settings/colour')).toBe('400\n600\n644\n');
    expect(await show('touch /settings/new 2>&1 || true')).toContain('Read-only file system');
    const root = join(node.dataDirectory, 'agents', 'kubelet-e2e');
    expect((await stat(root)).mode & 0o777).toBe(0o700);
    await node.client.patch(
      configMaps,
      { namespace: 'default', name: 'settings' },
      { type: 'application/merge-patch+json', body: { data: { colour: 'blue' } } },
    );
    await until('the change arrives', async () => ((await show('cat /settings/colour')) === 'blue' ? true : undefined));
    await node.client.patch(
      pods,
      { namespace: 'default', name: 'mounts' },
      { type: 'application/merge-patch+json', body: { metadata: { labels: { app: 'other' } } } },
    );
    await until('the label arrives', async () =>
      (await show('cat /self/labels')) === 'app="other"' ? true : undefined,
    );
  });

  test('emptyDir is shared by the containers, on disk or in memory', async () => {
    const volumeMounts = [
      { name: 'disk', mountPath: '/disk' },
      { name: 'memory', mountPath: '/memory' },
    ];
    await node.createPod('shared', {
      volumes: [
        { name: 'disk', emptyDir: {} },
        { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      ],
      containers: [
        {
          name: 'writer',
          command: ['sh', '-c', 'echo d > /disk/x; echo m > /memory/x; exec sleep 1000'],
          volumeMounts,
        },
        { name: 'reader', command: ['sleep', '1000'], volumeMounts },
      ],
    });
    const pod = await running('shared');
    const show = async (script: string) => (await node.exec(containerId(pod, 1), ['sh', '-c', script])).output;
    await until('both files', async () => ((await show('cat /disk/x /memory/x 2>&1')) === 'd\nm\n' ? true : undefined));
    expect(await show('df /memory | tail -1')).toMatch(/^tmpfs +1024 /);
    // The memory outlives a container that used it.
    await node.docker.getContainer(containerId(pod)).kill();
    await node.docker.getContainer(containerId(pod, 1)).kill();
    const after = await node.podThat('shared', 'has restarted', ({ status }) =>
      Boolean(status?.containerStatuses?.every(({ restartCount, ready }) => ready && restartCount === 1)),
    );
    const { output } = await node.exec(containerId(after, 1), ['cat', '/memory/x']);
    expect(output).toBe('m\n');
    await node.deletePod('shared', 1);
    await until('the volume in memory is gone', async () => {
      const { Volumes: volumes } = await node.docker.listVolumes();
      return volumes?.some(({ Name }) => Name.includes(pod.metadata.uid)) ? undefined : true;
    });
  });

  test('hostPath leads to the host, and waits while it is not of the wanted type', async () => {
    const path = join(directory, 'host');
    await node.createPod('host', {
      volumes: [{ name: 'host', hostPath: { path, type: 'File' } }],
      containers: [{ name: 'app', volumeMounts: [{ name: 'host', mountPath: '/host' }] }],
    });
    await until('the event', async () => {
      const messages = (await node.events('host')).map(({ reason, message }) => `${reason}: ${message}`);
      return messages.find((message) => message.startsWith('FailedMount: MountVolume.SetUp failed for volume "host"'));
    });
    await writeFile(path, 'from the host');
    const pod = await running('host');
    expect((await node.exec(containerId(pod), ['cat', '/host'])).output).toBe('from the host');
    await node.exec(containerId(pod), ['sh', '-c', 'echo written > /host']);
    expect(await readFile(path, 'utf8')).toBe('written\n');
  });
});

describe('the environment', () => {
  test('has values, references and services', async () => {
    await node.client.create<Service>(
      services,
      {
        metadata: { name: 'redis-master' },
        spec: { clusterIP: '10.96.7.7', ports: [{ port: 6379, protocol: 'TCP', targetPort: 6379 }] },
      },
      { namespace: 'default' },
    );
    await node.createPod('env', {
      containers: [
        {
          name: 'app',
          command: ['sh', '-c'],
          args: [`env | sort; echo '$(GREETING) $(UNKNOWN) $$(GREETING)'; exec sleep 1000`],
          resources: { limits: { cpu: '250m', memory: '32Mi' } },
          env: [
            { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
            { name: 'GREETING', value: 'hello-$(NAME)' },
          ],
        },
      ],
    });
    const pod = await running('env');
    const log = await until('its last line', async () => {
      const text = await node.log(pod.metadata.uid, 'app');
      return text.includes('hello-env $') ? text : undefined;
    });
    const lines = log.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'NAME=env',
        `IP=${pod.status?.podIP}`,
        'MEMORY=32',
        'GREETING=hello-env',
        'REDIS_MASTER_SERVICE_HOST=10.96.7.7',
        'REDIS_MASTER_PORT_6379_TCP_ADDR=10.96.7.7',
        'hello-env $(UNKNOWN) $(GREETING)',
      ]),
    );
  });

  test('waits for what it refers to', async () => {
    await node.createPod('waits', {
      containers: [
        {
          name: 'app',
          command: ['sh', '-c', 'echo $WORD; exec sleep 1000'],
          env: [{ name: 'WORD', valueFrom: { configMapKeyRef: { name: 'later', key: 'word' } } }],
        },
      ],
    });
    const waiting = await node.podThat(
      'waits',
      'waits',
      ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
    );
    expect(waiting.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe('configmap "later" not found');
    await node.client.create<ConfigMap>(
      configMaps,
      { metadata: { name: 'later' }, data: { word: 'now' } },
      { namespace: 'default' },
    );
    const pod = await running('waits');
    await node.logThat(pod.metadata.uid, 'app', 'now\n');
  });
});

describe('an image', () => {
  test('is pulled from its registry, with the secret that knows the way in', async () => {
    const login = { username: 'berth', password: 'sesame' };
    const registry = await startRegistry(login);
    const image = `${registry.address}/tiny:1`;
    try {
      const config = { auths: { [registry.address]: login } };
      await node.client.create<Secret>(
        secrets,
        {
          metadata: { name: 'registry' },
          type: 'kubernetes.io/dockerconfigjson',
          data: { '.dockerconfigjson': btoa(JSON.stringify(config)) },
        },
        { namespace: 'default' },
      );
      await node.createPod('stranger', { containers: [{ name: 'app', image }] });
      const stranger = await node.podThat('stranger', 'is refused', ({ status }) =>
        Boolean(status?.containerStatuses?.[0]?.state?.waiting?.reason?.match(/ErrImagePull|ImagePullBackOff/)),
      );
      expect(stranger.status?.containerStatuses?.[0]?.state?.waiting?.message).toMatch(
        /no basic auth credentials|unauthorized/,
      );
      await node.createPod('guest', {
        imagePullSecrets: [{ name: 'registry' }],
        containers: [{ name: 'app', image, imagePullPolicy: 'Always' }],
      });
      const messages = await until('the image is pulled', async () => {
        const found = (await node.events('guest')).map(({ message }) => message ?? '');
        return found.some((message) => message.startsWith('Successfully pulled image')) ? found : undefined;
      });
      expect(messages).toContain(`Pulling image "${image}"`);
      expect((await node.runtime.image(image))?.id).toMatch(/^docker-pullable:\/\/127\.0\.0\.1:\d+\/tiny@sha256:/);
    } finally {
      registry.close();
      await node.deletePod('guest', 0);
      await until('the image is gone', () =>
        node.docker
          .getImage(image)
          .remove({ force: true })
          .catch(() => undefined),
      );
    }
  });
});

describe('inside a pod', () => {
  test('on the node’s network the node’s addresses and names are seen', async () => {
    await node.createPod('on-node', {
      hostNetwork: true,
      containers: [{ name: 'app', command: ['sleep', '1000'] }],
    });
    const pod = await running('on-node');
    expect(pod.status?.podIP).toBe('127.0.0.1');
    const { output } = await node.exec(containerId(pod), ['sh', '-c', 'hostname; cat /etc/resolv.conf']);
    expect(output).toContain(`${hostname()}\n`);
    expect(output).not.toContain('10.96.0.10');
  });

  test('with shared processes the sandbox is the first of them, and orphans are collected', async () => {
    await node.createPod('together', {
      shareProcessNamespace: true,
      containers: [
        { name: 'one', command: ['sleep', '1001'] },
        { name: 'two', command: ['sh', '-c', '(sleep 0.2 &); exec sleep 1002'] },
      ],
    });
    const pod = await running('together');
    const processes = async () => (await node.exec(containerId(pod), ['ps', '-o', 'pid,stat,args'])).output;
    await until('no zombie is left', async () =>
      (await processes()).includes('sleep 0.2') || (await processes()).includes(' Z ') ? undefined : true,
    );
    const listed = await processes();
    expect(listed).toMatch(/^ +1 \S+ +\/bin\/sh \/pause\.sh$/m);
    expect(listed).toContain('sleep 1001');
    expect(listed).toContain('sleep 1002');
  });

  test('a host port leads to the container', async () => {
    const hostPort = await freePort();
    await node.createPod('ported', {
      containers: [{ name: 'app', ports: [{ containerPort: 8080, hostPort, hostIP: '127.0.0.1' }] }],
    });
    await running('ported');
    const text = await until('an answer', () =>
      fetch(`http://127.0.0.1:${hostPort}/`).then(
        (answer) => answer.text(),
        () => undefined,
      ),
    );
    expect(text).toContain('Hello from ported');
  });

  test('names are resolved by the cluster, and containers share network and host name', async () => {
    await node.createPod('names', {
      hostAliases: [{ ip: '10.1.2.3', hostnames: ['alias', 'other'] }],
      containers: [{ name: 'web' }, { name: 'side', command: ['sleep', '1000'] }],
    });
    const pod = await running('names');
    const { output } = await node.exec(containerId(pod, 1), [
      'sh',
      '-c',
      'cat /etc/resolv.conf /etc/hosts; hostname; until wget -q -O - http://localhost:8080/; do sleep 0.1; done',
    ]);
    expect(output).toContain('nameserver 10.96.0.10\nsearch default.svc.cluster.local svc.cluster.local cluster.local');
    expect(output).toContain('options ndots:5\n');
    expect(output).toContain(`${pod.status?.podIP}\tnames\n10.1.2.3\talias\tother\n`);
    expect(output).toContain('\nnames\nHello from names');
  });

  test('the security context holds', async () => {
    await node.createPod('secure', {
      securityContext: { runAsUser: 1000, runAsGroup: 2000, fsGroup: 3000 },
      volumes: [{ name: 'disk', emptyDir: {} }],
      containers: [
        {
          name: 'app',
          command: ['sleep', '1000'],
          workingDir: '/disk',
          securityContext: {
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [{ name: 'disk', mountPath: '/disk' }],
        },
      ],
    });
    const pod = await running('secure');
    const script =
      'id -u; id -g; id -G; pwd; touch /x 2>&1; touch mine && stat -c %g mine; grep -E "CapEff|NoNewPrivs" /proc/self/status';
    const { output } = await node.exec(containerId(pod), ['sh', '-c', script]);
    expect(output).toBe(
      '1000\n2000\n2000 3000\n/disk\ntouch: /x: Read-only file system\n3000\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n',
    );
  });
});

describe('the server', () => {
  async function target(name: string) {
    const pod = await running(name);
    const object = await node.client.get(nodes, { name: 'kubelet-e2e' });
    return { pod, node: object, container: pod.spec.containers[0]?.name ?? '' };
  }

  test('gives a container’s log: all, the end of it, followed', async () => {
    await node.createPod('talks', {
      containers: [
        {
          name: 'app',
          command: ['sh', '-c', 'for i in 1 2 3; do echo line $i; done; read x; echo $x'],
          stdin: true,
          stdinOnce: true,
        },
      ],
    });
    const at = await target('talks');
    const quiet = new AbortController().signal;
    await until('three lines', async () =>
      (await textOf(await streams.log(at, {}, quiet))) === 'line 1\nline 2\nline 3\n' ? true : undefined,
    );
    expect(await textOf(await streams.log(at, { tailLines: 1 }, quiet))).toBe('line 3\n');
    expect(await textOf(await streams.log(at, { limitBytes: 4 }, quiet))).toBe('line');
    expect(await textOf(await streams.log(at, { tailLines: 1, timestamps: true }, quiet))).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z line 3\n$/,
    );
    const stop = new AbortController();
    const follow = await streams.log(at, { follow: true, tailLines: 0 }, stop.signal);
    const ended = textOf(follow);
    await node.docker.getContainer(containerId(at.pod)).kill();
    expect(await ended).toBe('');
    await expect(streams.log({ ...at, container: 'none' }, {}, quiet)).rejects.toThrow(
      'container none is not valid for pod talks',
    );
  });

  test('runs commands: streams, exit code, input that ends, a terminal that is resized', async () => {
    await node.createPod('runs', { containers: [{ name: 'app' }] });
    const at = await target('runs');
    const result = await execute(at, ['sh', '-c', 'echo out; echo err >&2; exit 7']);
    expect(result).toMatchObject({ out: 'out\n', err: 'err\n' });
    expect(result.status).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '7' }] },
    });
    const echoed = await execute(at, ['cat'], { input: 'x'.repeat(300_000) });
    expect(echoed.out.length).toBe(300_000);
    expect(echoed.status).toMatchObject({ status: 'Success' });
    const long = 'x'.repeat(40_000);
    expect(await execute(at, ['echo', long])).toMatchObject({ out: `${long}\n`, status: { status: 'Success' } });
    const terminal = await execute(at, ['sh', '-c', 'until stty size 2> /dev/null | grep .; do sleep 0.1; done'], {
      tty: true,
      size: { Width: 123, Height: 45 },
    });
    expect(terminal.out).toBe('45 123\r\n');
    const missing = await execute(at, ['/no/such/program']);
    expect(missing.out + missing.err).toContain('no such file or directory');
    expect(missing.status).toMatchObject({
      reason: 'NonZeroExitCode',
      details: { causes: [{ message: expect.stringMatching(/^12[67]$/) }] },
    });
  });

  test('lets nobody else in', async () => {
    const { status } = await node.client.get(nodes, { name: 'kubelet-e2e' });
    const { request } = await import('node:https');
    const code = await new Promise<number | undefined>((resolve, reject) => {
      const port = status.daemonEndpoints?.kubeletEndpoint?.Port;
      request({ host: '127.0.0.1', port, path: '/pods', rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(code).toBe(401);
  });
});

interface Executed {
  readonly out: string;
  readonly err: string;
  readonly status: unknown;
}

async function execute(
  at: Parameters<PodStreams['exec']>[0],
  command: readonly string[],
  options: { readonly input?: string; readonly tty?: boolean; readonly size?: object } = {},
): Promise<Executed> {
  const wanted = { command, stdin: options.input !== undefined, stdout: true, stderr: !options.tty, tty: options.tty };
  const stream = await streams.exec(at, wanted, new AbortController().signal);
  if (options.size) stream.send(channels.resize, Buffer.from(JSON.stringify(options.size)));
  if (options.input !== undefined) {
    stream.send(channels.stdin, Buffer.from(options.input));
    stream.send(channels.close, Uint8Array.of(channels.stdin));
  }
  const texts = new Map<number, string>();
  for await (const { channel, data } of stream) {
    texts.set(channel, (texts.get(channel) ?? '') + Buffer.from(data).toString());
  }
  return {
    out: texts.get(channels.stdout) ?? '',
    err: texts.get(channels.stderr) ?? '',
    status: JSON.parse(texts.get(channels.error) ?? 'null'),
  };
}

async function running(name: string): Promise<Draft<Pod>> {
  const pod = await node.podThat(name, 'is ready', ({ status }) =>
    Boolean(status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')),
  );
  return draftOf(pod);
}

function containerId(pod: Draft<Pod>, index = 0): string {
  return pod.status?.containerStatuses?.[index]?.containerID?.replace('docker://', '') ?? '';
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const data of chunks) text += Buffer.from(data).toString();
  return text;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

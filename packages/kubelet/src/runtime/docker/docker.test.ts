import type { ContainerInspectInfo } from 'dockerode';
import { describe, expect, test } from 'vitest';
import { freshSpec } from '../../testing/container-specs.ts';
import type { OutputChunk } from '../port.ts';
import { containerOptions, sandboxOptions } from './create-options.ts';
import { dockerMessage } from './errors.ts';
import { withTag } from './images.ts';
import { podStates } from './observed.ts';
import { demultiplexed } from './streams.ts';

const owner = { clusterId: 'c1', nodeName: 'n1' };
const pod = { uid: 'u', namespace: 'default', name: 'p' };

describe('a container is created', () => {
  const spec = freshSpec(pod, 's1', {
    command: ['run'],
    args: ['fast'],
    env: [{ name: 'A', value: 'b=c' }],
    mounts: [
      { type: 'bind', hostPath: '/h', containerPath: '/c', readOnly: true, propagation: 'private' },
      { type: 'memory', volume: 'cache', containerPath: '/m', readOnly: false },
    ],
    resources: { cpuShares: 512, cpuQuota: 50_000, memoryBytes: 1024, oomScoreAdjust: -997 },
  });

  test('inside the sandbox, with labels by which it is found', () => {
    const options = containerOptions(owner, spec);
    expect(options).toMatchObject({
      Entrypoint: ['run'],
      Cmd: ['fast'],
      Env: ['A=b=c'],
      Labels: { 'berth.cluster': 'c1', 'berth.node': 'n1', 'berth.pod.uid': 'u', 'berth.container.name': 'app' },
      HostConfig: { NetworkMode: 'container:s1', IpcMode: 'container:s1', PidMode: '' },
    });
    expect(options.HostConfig?.Mounts).toMatchObject([
      { Type: 'bind', Source: '/h', Target: '/c', ReadOnly: true },
      { Type: 'volume', Source: 'berth_u_cache', Target: '/m' },
    ]);
  });

  // Docker refused to mount the root of the node privately.
  test.each([
    ['private', undefined],
    ['rslave', { Propagation: 'rslave' }],
    ['rshared', { Propagation: 'rshared' }],
  ] as const)('has mounts whose propagation is %s', (propagation, options) => {
    const mount = { type: 'bind', hostPath: '/', containerPath: '/host', readOnly: false, propagation } as const;
    const [made] = containerOptions(owner, { ...spec, mounts: [mount] }).HostConfig?.Mounts ?? [];
    expect(made?.BindOptions).toEqual(options);
  });

  test.each([
    ['its own', {}, ''],
    ["the pod's", { sharesProcesses: true, processesOf: 'c1' }, 'container:s1'],
    ["another container's", { processesOf: 'c1' }, 'container:c1'],
    ["the node's", { hostPID: true, processesOf: 'c1' }, 'host'],
  ])('sees processes: %s', (_whose, changes, mode) => {
    expect(containerOptions(owner, { ...spec, ...changes }).HostConfig?.PidMode).toBe(mode);
  });

  test('with limits, swap included, and no score that Docker may not set', () => {
    expect(containerOptions(owner, spec).HostConfig).toMatchObject({
      CpuShares: 512,
      CpuQuota: 50_000,
      CpuPeriod: 100_000,
      Memory: 1024,
      MemorySwap: 1024,
      OomScoreAdj: 0,
    });
  });

  test('with what the image says, where the pod says nothing', () => {
    const options = containerOptions(owner, freshSpec(pod, 's1'));
    for (const key of ['Entrypoint', 'Cmd', 'User', 'WorkingDir']) expect(options).not.toHaveProperty(key);
  });
});

test('a sandbox has the host ports; on the host’s network no name of its own', () => {
  const spec = {
    pod,
    hostname: 'p',
    network: 'net',
    hostPorts: [{ containerPort: 80, hostPort: 8080, hostIP: '127.0.0.1', protocol: 'TCP' as const }],
    hostIPC: false,
    hostPID: false,
    sysctls: {},
    memoryVolumes: [],
    gracePeriodSeconds: 30,
    annotations: {},
  };
  expect(sandboxOptions(owner, 'pause', spec)).toMatchObject({
    Hostname: 'p',
    HostConfig: { NetworkMode: 'net', PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] } },
  });
  const onHost = sandboxOptions(owner, 'pause', { ...spec, network: undefined });
  expect(onHost).not.toHaveProperty('Hostname');
  expect(onHost.HostConfig?.NetworkMode).toBe('host');
});

describe('what Docker tells', () => {
  function inspected(state: object, labels: Record<string, string> = {}): ContainerInspectInfo {
    const info = {
      Id: 'id',
      Created: '2026-01-01T00:00:00.5Z',
      Image: 'sha256:x',
      State: { Running: false, Status: 'exited', ExitCode: 0, OOMKilled: false, Error: '', ...state },
      Config: { Image: 'web:1', Labels: { 'berth.pod.uid': 'u', 'berth.role': 'container', ...labels } },
      HostConfig: { NetworkMode: 'container:s1' },
      NetworkSettings: { Networks: {} },
    };
    return info as unknown as ContainerInspectInfo;
  }

  const phases: [string, object, object][] = [
    ['created', { Status: 'created' }, { phase: 'created' }],
    [
      'running',
      { Running: true, StartedAt: '2026-01-01T00:00:01.123456789Z' },
      { phase: 'running', startedAt: Date.UTC(2026, 0, 1, 0, 0, 1, 123) },
    ],
    [
      'exited',
      { ExitCode: 137, OOMKilled: true, StartedAt: '', FinishedAt: '' },
      { phase: 'exited', exitCode: 137, oomKilled: true },
    ],
    [
      'not startable',
      { Status: 'created', ExitCode: 127, Error: 'no such file' },
      { phase: 'exited', exitCode: 128, startError: 'no such file' },
    ],
  ];
  test.each(phases)('of a container that is %s', (_name, state, expected) => {
    expect(podStates([inspected(state)])[0]?.containers[0]?.status).toMatchObject(expected);
  });

  test('is grouped by pod, the newest instance first', () => {
    const states = podStates([
      inspected({}, { 'berth.container.restart-count': '1' }),
      inspected({}, { 'berth.container.restart-count': '2' }),
      inspected({}, { 'berth.pod.uid': 'other' }),
    ]);
    expect(states.map(({ pod, containers }) => [pod.uid, containers.map(({ restartCount }) => restartCount)])).toEqual([
      ['u', [2, 1]],
      ['other', [0]],
    ]);
  });
});

describe('output', () => {
  function frame(stream: number, text: string): Buffer {
    const header = Buffer.alloc(8);
    header[0] = stream;
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  }

  async function decoded(chunks: readonly Buffer[]) {
    const texts = { stdout: '', stderr: '' };
    const source = (async function* () {
      yield* chunks;
    })();
    for await (const { stream, data } of demultiplexed(source) as AsyncIterable<OutputChunk>) {
      texts[stream] += Buffer.from(data).toString();
    }
    return texts;
  }

  const whole = Buffer.concat([frame(1, 'out'), frame(2, 'error'), frame(1, ''), frame(1, ' more')]);

  test.each([1, 3, 8, 9, 1000])('comes apart into its streams, in pieces of %i bytes', async (size) => {
    const pieces: Buffer[] = [];
    for (let at = 0; at < whole.length; at += size) pieces.push(whole.subarray(at, at + size));
    expect(await decoded(pieces)).toEqual({ stdout: 'out more', stderr: 'error' });
  });
});

test.each([
  ['(HTTP code 404) no such container - No such image: x:1 ', 'No such image: x:1'],
  ['(HTTP code 500) server error - Head "http://h/v2/": denied', 'Head "http://h/v2/": denied'],
  ['connect ENOENT /var/run/docker.sock', 'connect ENOENT /var/run/docker.sock'],
])('of the error %s the words of Docker are kept', (message, expected) => {
  expect(dockerMessage(new Error(message))).toBe(expected);
});

test.each([
  ['redis', 'redis:latest'],
  ['redis:7', 'redis:7'],
  ['host:5000/redis', 'host:5000/redis:latest'],
  ['host:5000/redis:7', 'host:5000/redis:7'],
  ['redis@sha256:abc', 'redis@sha256:abc'],
])('the image %s is pulled as %s', (name, expected) => {
  expect(withTag(name)).toBe(expected);
});

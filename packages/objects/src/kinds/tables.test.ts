import { describe, expect, it } from 'vitest';
import {
  configMaps,
  endpoints,
  events,
  type KubeObject,
  kindOf,
  leases,
  namespaces,
  nodes,
  pods,
  type Resource,
  replicationControllers,
  secrets,
  serviceAccounts,
  services,
} from '../index.ts';
import { humanDuration } from './duration.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
const metadata = { name: 'a', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: ago(600) };

function table(resource: Resource, object: object): [string, unknown][] {
  const row = { metadata, ...object } as unknown as KubeObject;
  return kindOf(resource).columns.map(({ name, priority, cell }) => [priority ? `(${name})` : name, cell(row, now)]);
}

describe('a row of a table', () => {
  const cases: [string, Resource, object, [string, unknown][]][] = [
    [
      'service',
      services,
      {
        spec: {
          type: 'NodePort',
          clusterIP: '10.96.0.7',
          clusterIPs: ['10.96.0.7'],
          ports: [
            { port: 80, nodePort: 30_080, protocol: 'TCP' },
            { port: 53, protocol: 'UDP' },
          ],
          selector: { b: '2', a: '1' },
        },
        status: { loadBalancer: {} },
      },
      [
        ['Name', 'a'],
        ['Type', 'NodePort'],
        ['Cluster-IP', '10.96.0.7'],
        ['External-IP', '<none>'],
        ['Port(s)', '80:30080/TCP,53/UDP'],
        ['Age', '10m'],
        ['(Selector)', 'a=1,b=2'],
      ],
    ],
    [
      'external name',
      services,
      { spec: { type: 'ExternalName', externalName: 'example.com' }, status: { loadBalancer: {} } },
      [
        ['Name', 'a'],
        ['Type', 'ExternalName'],
        ['Cluster-IP', '<none>'],
        ['External-IP', 'example.com'],
        ['Port(s)', '<none>'],
        ['Age', '10m'],
        ['(Selector)', '<none>'],
      ],
    ],
    [
      'load balancer',
      services,
      {
        spec: { type: 'LoadBalancer', clusterIP: 'None', clusterIPs: ['None'] },
        status: { loadBalancer: {} },
      },
      [
        ['Name', 'a'],
        ['Type', 'LoadBalancer'],
        ['Cluster-IP', 'None'],
        ['External-IP', '<pending>'],
        ['Port(s)', '<none>'],
        ['Age', '10m'],
        ['(Selector)', '<none>'],
      ],
    ],
    [
      'node',
      nodes,
      {
        metadata: { ...metadata, labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'edge' } },
        spec: { unschedulable: true },
        status: {
          conditions: [{ type: 'Ready', status: 'True' }],
          addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
          nodeInfo: {
            kubeletVersion: 'v1.32.0',
            osImage: 'Debian',
            kernelVersion: '',
            containerRuntimeVersion: 'docker://20.10',
          },
        },
      },
      [
        ['Name', 'a'],
        ['Status', 'Ready,SchedulingDisabled'],
        ['Roles', 'edge,worker'],
        ['Age', '10m'],
        ['Version', 'v1.32.0'],
        ['(Internal-IP)', '10.0.0.1'],
        ['(External-IP)', '<none>'],
        ['(OS-Image)', 'Debian'],
        ['(Kernel-Version)', '<unknown>'],
        ['(Container-Runtime)', 'docker://20.10'],
      ],
    ],
    [
      'replication controller',
      replicationControllers,
      {
        spec: {
          replicas: 3,
          selector: { app: 'a' },
          template: {
            spec: {
              containers: [
                { name: 'c', image: 'x:1' },
                { name: 'd', image: 'y' },
              ],
            },
          },
        },
        status: { replicas: 2, readyReplicas: 1 },
      },
      [
        ['Name', 'a'],
        ['Desired', 3],
        ['Current', 2],
        ['Ready', 1],
        ['Age', '10m'],
        ['(Containers)', 'c,d'],
        ['(Images)', 'x:1,y'],
        ['(Selector)', 'app=a'],
      ],
    ],
    [
      'event',
      events,
      {
        type: 'Warning',
        reason: 'BackOff',
        message: ' Back-off \n',
        count: 3,
        firstTimestamp: ago(300),
        lastTimestamp: ago(30),
        involvedObject: { kind: 'Pod', name: 'p', fieldPath: 'spec.containers{c}' },
        source: { component: 'kubelet', host: 'n1' },
      },
      [
        ['Last Seen', '30s'],
        ['Type', 'Warning'],
        ['Reason', 'BackOff'],
        ['Object', 'pod/p'],
        ['(Subobject)', 'spec.containers{c}'],
        ['(Source)', 'kubelet, n1'],
        ['Message', 'Back-off'],
        ['(First Seen)', '5m'],
        ['(Count)', 3],
        ['(Name)', 'a'],
      ],
    ],
    [
      'event of the new form',
      events,
      {
        type: 'Normal',
        reason: 'Scheduled',
        eventTime: ago(60),
        involvedObject: { kind: 'Node' },
        source: {},
        reportingComponent: 'scheduler',
      },
      [
        ['Last Seen', '60s'],
        ['Type', 'Normal'],
        ['Reason', 'Scheduled'],
        ['Object', 'node'],
        ['(Subobject)', ''],
        ['(Source)', 'scheduler'],
        ['Message', ''],
        ['(First Seen)', '60s'],
        ['(Count)', 1],
        ['(Name)', 'a'],
      ],
    ],
    [
      'endpoints',
      endpoints,
      {
        subsets: [
          { addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], ports: [{ port: 80 }, { port: 81 }] },
          { addresses: [{ ip: 'fd00::1' }], ports: [{ port: 80 }] },
        ],
      },
      [
        ['Name', 'a'],
        ['Endpoints', '10.0.0.1:80,10.0.0.2:80,10.0.0.1:81 + 2 more...'],
        ['Age', '10m'],
      ],
    ],
    [
      'endpoints without any',
      endpoints,
      {},
      [
        ['Name', 'a'],
        ['Endpoints', '<none>'],
        ['Age', '10m'],
      ],
    ],
    [
      'config map',
      configMaps,
      { data: { a: '', b: '' }, binaryData: { c: '' } },
      [
        ['Name', 'a'],
        ['Data', 3],
        ['Age', '10m'],
      ],
    ],
    [
      'secret',
      secrets,
      { type: 'Opaque', data: { a: '' } },
      [
        ['Name', 'a'],
        ['Type', 'Opaque'],
        ['Data', 1],
        ['Age', '10m'],
      ],
    ],
    [
      'service account',
      serviceAccounts,
      {},
      [
        ['Name', 'a'],
        ['Secrets', 0],
        ['Age', '10m'],
      ],
    ],
    [
      'namespace',
      namespaces,
      { status: { phase: 'Active' } },
      [
        ['Name', 'a'],
        ['Status', 'Active'],
        ['Age', '10m'],
      ],
    ],
    [
      'lease',
      leases,
      { spec: { holderIdentity: 'n1' } },
      [
        ['Name', 'a'],
        ['Holder', 'n1'],
        ['Age', '10m'],
      ],
    ],
  ];
  it.each(cases)('of a %s', (_, resource, object, expected) => {
    expect(table(resource, object)).toEqual(expected);
  });
});

describe('a pod in a table', () => {
  const spec = { containers: [{ name: 'c' }, { name: 'd' }] };
  const withInit = { ...spec, initContainers: [{ name: 'i' }, { name: 'j' }] };
  const sidecar = { ...spec, initContainers: [{ name: 's', restartPolicy: 'Always' }] };
  const running = { running: {} };
  const done = { terminated: { exitCode: 0, reason: 'Completed' } };
  const status = (name: string, state: object, more: object = {}) => ({
    name,
    state,
    ready: false,
    restartCount: 0,
    ...more,
  });
  const ready = { ready: true };
  const deleted = { metadata: { ...metadata, deletionTimestamp: ago(1) } };

  const cases: [string, object, [string, string, string]][] = [
    ['new', { spec, status: { phase: 'Pending' } }, ['0/2', 'Pending', '0']],
    [
      'running',
      {
        spec,
        status: {
          phase: 'Running',
          containerStatuses: [status('c', running, ready), status('d', running, { ...ready, restartCount: 1 })],
        },
      },
      ['2/2', 'Running', '1'],
    ],
    [
      'restarted',
      {
        spec,
        status: {
          phase: 'Running',
          containerStatuses: [
            status('c', running, {
              restartCount: 2,
              lastState: { terminated: { exitCode: 1, finishedAt: ago(300) } },
            }),
          ],
        },
      },
      ['0/2', 'Running', '2 (5m ago)'],
    ],
    [
      'backing off',
      {
        spec,
        status: { phase: 'Running', containerStatuses: [status('c', { waiting: { reason: 'CrashLoopBackOff' } })] },
      },
      ['0/2', 'CrashLoopBackOff', '0'],
    ],
    [
      'ended by a signal',
      {
        spec,
        status: { phase: 'Failed', containerStatuses: [status('c', { terminated: { exitCode: 137, signal: 9 } })] },
      },
      ['0/2', 'Signal:9', '0'],
    ],
    [
      'ended with a code',
      { spec, status: { phase: 'Failed', containerStatuses: [status('c', { terminated: { exitCode: 3 } })] } },
      ['0/2', 'ExitCode:3', '0'],
    ],
    [
      'completed',
      { spec, status: { phase: 'Succeeded', containerStatuses: [status('c', done), status('d', done)] } },
      ['0/2', 'Completed', '0'],
    ],
    [
      'half completed, ready',
      {
        spec,
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'True' }],
          containerStatuses: [status('c', done), status('d', running, ready)],
        },
      },
      ['1/2', 'Running', '0'],
    ],
    [
      'half completed, not ready',
      {
        spec,
        status: { phase: 'Running', containerStatuses: [status('c', done), status('d', running, ready)] },
      },
      ['1/2', 'NotReady', '0'],
    ],
    [
      'initializing',
      {
        spec: withInit,
        status: { phase: 'Pending', initContainerStatuses: [status('i', done), status('j', running)] },
      },
      ['0/2', 'Init:1/2', '0'],
    ],
    [
      'failing to initialize',
      {
        spec: withInit,
        status: {
          phase: 'Pending',
          initContainerStatuses: [status('i', { terminated: { exitCode: 1, reason: 'Error' } }, { restartCount: 4 })],
        },
      },
      ['0/2', 'Init:Error', '4'],
    ],
    [
      'failing to initialize without a reason',
      { spec: withInit, status: { initContainerStatuses: [status('i', { terminated: { exitCode: 1 } })] } },
      ['0/2', 'Init:ExitCode:1', '0'],
    ],
    [
      'waiting to initialize',
      {
        spec: withInit,
        status: {
          phase: 'Pending',
          initContainerStatuses: [status('i', { waiting: { reason: 'ImagePullBackOff' } })],
        },
      },
      ['0/2', 'Init:ImagePullBackOff', '0'],
    ],
    [
      'with a sidecar',
      {
        spec: sidecar,
        status: {
          phase: 'Running',
          initContainerStatuses: [status('s', running, { ...ready, started: true, restartCount: 1 })],
          containerStatuses: [status('c', running, ready)],
        },
      },
      ['2/3', 'Running', '1'],
    ],
    [
      'gated',
      {
        spec,
        status: {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
        },
      },
      ['0/2', 'SchedulingGated', '0'],
    ],
    ['evicted', { spec, status: { phase: 'Failed', reason: 'Evicted' } }, ['0/2', 'Evicted', '0']],
    ['terminating', { ...deleted, spec, status: { phase: 'Running' } }, ['0/2', 'Terminating', '0']],
    ['deleted when it had ended', { ...deleted, spec, status: { phase: 'Failed' } }, ['0/2', 'Failed', '0']],
    ['lost', { ...deleted, spec, status: { phase: 'Running', reason: 'NodeLost' } }, ['0/2', 'Unknown', '0']],
  ];
  it.each(cases)('%s', (_, pod, expected) => {
    const cells = Object.fromEntries(table(pods, pod));
    expect([cells.Ready, cells.Status, cells.Restarts]).toEqual(expected);
  });

  it('shows where it runs with -o wide', () => {
    const pod = {
      spec: { ...spec, nodeName: 'n1', readinessGates: [{ conditionType: 'x/a' }, { conditionType: 'x/b' }] },
      status: { podIPs: [{ ip: '10.244.0.2' }], conditions: [{ type: 'x/a', status: 'True' }] },
    };
    expect(table(pods, pod).slice(5)).toEqual([
      ['(IP)', '10.244.0.2'],
      ['(Node)', 'n1'],
      ['(Nominated Node)', '<none>'],
      ['(Readiness Gates)', '1/2'],
    ]);
  });
});

describe('a duration', () => {
  const cases: [number, string][] = [
    [-5, '<invalid>'],
    [-1, '0s'],
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [303, '5m3s'],
    [600, '10m'],
    [10_799, '179m'],
    [10_800, '3h'],
    [11_000, '3h3m'],
    [28_800, '8h'],
    [172_800, '2d'],
    [176_400, '2d1h'],
    [691_200, '8d'],
    [63_072_000, '2y'],
    [65_664_000, '2y30d'],
    [252_288_000, '8y'],
  ];
  it.each(cases)('of %d seconds is %s', (seconds, text) => {
    expect(humanDuration(seconds * 1000)).toBe(text);
  });
});

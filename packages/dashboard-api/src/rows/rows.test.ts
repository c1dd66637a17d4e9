// The rows of everything but pods.
import type { Endpoints, Event, Node, Pod, ReplicationController, Service } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { findings } from '../details/service.ts';
import { eventRow, newestFirst } from './event.ts';
import { nodeRow, requestedBy } from './node.ts';
import { replicationControllerRow } from './replication-controller.ts';
import { serviceRow } from './service.ts';

const metadata = {
  name: 'it',
  namespace: 'shop',
  uid: 'u1',
  resourceVersion: '7',
  creationTimestamp: '2026-01-01T00:00:00Z',
};

type Requests = Readonly<Record<string, string>>;

function pod(options: {
  phase?: Pod['status']['phase'];
  containers?: Requests[];
  init?: Requests[];
  sidecar?: Requests;
  overhead?: Requests;
}): Pod {
  const { containers = [{}], init = [], sidecar, overhead } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      ...(overhead ? { overhead } : {}),
      initContainers: [
        ...(sidecar ? [{ name: 'side', restartPolicy: 'Always' as const, resources: { requests: sidecar } }] : []),
        ...init.map((requests, n) => ({ name: `init-${n}`, resources: { requests } })),
      ],
      containers: containers.map((requests, n) => ({ name: `main-${n}`, resources: { requests } })),
    },
    status: { phase: options.phase ?? 'Running' },
  };
}

describe('what a pod requests', () => {
  test.each([
    { title: 'nothing', pod: pod({}), cpu: 0, memory: 0 },
    {
      title: 'its containers together',
      pod: pod({ containers: [{ cpu: '100m', memory: '64Mi' }, { cpu: '1' }] }),
      cpu: 1100,
      memory: 64 * 1024 ** 2,
    },
    {
      title: 'its largest init container',
      pod: pod({ containers: [{ cpu: '100m' }], init: [{ cpu: '2' }, { cpu: '1' }] }),
      cpu: 2000,
      memory: 0,
    },
    {
      title: 'a sidecar beside both',
      pod: pod({ containers: [{ cpu: '1' }], init: [{ cpu: '1500m' }], sidecar: { cpu: '200m' } }),
      cpu: 1700,
      memory: 0,
    },
    {
      title: 'the overhead too',
      pod: pod({ containers: [{ cpu: '1' }], overhead: { cpu: '50m', memory: '1Ki' } }),
      cpu: 1050,
      memory: 1024,
    },
  ])('$title', ({ pod, cpu, memory }) => {
    expect(requestedBy(pod)).toEqual({ cpu, memory });
  });
});

describe('a node', () => {
  const node = (ready: 'True' | 'False' | undefined, unschedulable = false): Node => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata,
    spec: { podCIDR: '10.244.1.0/24', ...(unschedulable ? { unschedulable } : {}) },
    status: {
      conditions: ready ? [{ type: 'Ready', status: ready }] : [],
      addresses: [
        { type: 'Hostname', address: 'it' },
        { type: 'InternalIP', address: '172.18.0.2' },
      ],
      allocatable: { cpu: '2', memory: '1Gi', pods: '110' },
      nodeInfo: { containerRuntimeVersion: 'simulated://1.0' } as never,
    },
  });

  test.each([
    { title: 'ready', node: node('True'), row: { ready: true, schedulable: true, status: 'Ready' } },
    { title: 'not ready', node: node('False'), row: { ready: false, status: 'NotReady' } },
    { title: 'never heard of', node: node(undefined), row: { ready: false, status: 'Unknown' } },
    { title: 'cordoned', node: node('True', true), row: { schedulable: false, status: 'Ready,SchedulingDisabled' } },
  ])('$title', ({ node, row }) => {
    expect(nodeRow(node, [])).toMatchObject(row);
  });

  test('shows what there is and what is requested; pods that have ended take no room', () => {
    const pods = [
      pod({ containers: [{ cpu: '500m', memory: '10Ki' }] }),
      pod({ phase: 'Succeeded', containers: [{ cpu: '1' }] }),
    ];
    expect(nodeRow(node('True'), pods)).toMatchObject({
      pods: 1,
      capacity: { cpu: 2000, memory: 1024 ** 3, pods: 110 },
      requested: { cpu: 500, memory: 10_240 },
      address: '172.18.0.2',
      podCidr: '10.244.1.0/24',
      simulated: true,
      runtime: 'simulated://1.0',
    });
  });
});

test('a replication controller', () => {
  const controller: ReplicationController = {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata,
    spec: {
      replicas: 3,
      selector: { app: 'web' },
      template: { metadata: {} as never, spec: { containers: [{ name: 'main', image: 'berth/hello' }] } },
    },
    status: { replicas: 2, readyReplicas: 1 },
  };
  expect(replicationControllerRow(controller)).toMatchObject({
    resourceVersion: '7',
    selector: { app: 'web' },
    desired: 3,
    current: 2,
    ready: 1,
    images: ['berth/hello'],
  });
});

describe('a service', () => {
  const service = (spec: Partial<Service['spec']>): Service => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec,
    status: {},
  });
  const endpoints = (ready: string[], notReady: string[] = []): Endpoints => ({
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata,
    subsets: [
      { addresses: ready.map((ip) => ({ ip })), notReadyAddresses: notReady.map((ip) => ({ ip })) },
      { addresses: ready.map((ip) => ({ ip })) },
    ],
  });

  test('counts an address once, however many ports it has', () => {
    const row = serviceRow(
      service({
        type: 'NodePort',
        clusterIP: '10.96.0.7',
        selector: { app: 'web' },
        ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }],
      }),
      { endpoints: endpoints(['10.244.0.2', '10.244.0.3'], ['10.244.0.4']), pods: [pod({})] },
    );
    expect(row).toMatchObject({
      type: 'NodePort',
      clusterIP: '10.96.0.7',
      ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }],
      readyEndpoints: 2,
      notReadyEndpoints: 1,
      pods: ['shop/it'],
    });
  });

  const selects = service({ selector: { app: 'web' } });
  const none = { endpoint: 'missing' } as const;
  const ready = { endpoint: 'ready' } as const;
  const notReady = { endpoint: 'not ready' } as const;
  test.each([
    { title: 'all well', service: selects, endpoints: undefined, pods: [ready, ready], found: [] },
    {
      title: 'selects nothing',
      service: selects,
      endpoints: undefined,
      pods: [],
      found: ['No pod matches its selector: it leads nowhere.'],
    },
    {
      title: 'none ready',
      service: selects,
      endpoints: undefined,
      pods: [notReady],
      found: ['None of the pods that it selects is ready: it leads nowhere.'],
    },
    {
      title: 'some not',
      service: selects,
      endpoints: undefined,
      pods: [ready, notReady, none],
      found: ['1 of 3 pods are not ready.', '1 of 3 pods are not among its endpoints.'],
    },
    {
      title: 'no selector, no endpoints',
      service: service({}),
      endpoints: undefined,
      pods: [],
      found: ['It has no selector and nobody gave it endpoints: it leads nowhere.'],
    },
    {
      title: 'no selector, endpoints by hand',
      service: service({}),
      endpoints: endpoints(['192.0.2.1']),
      pods: [],
      found: [],
    },
    { title: 'a name outside', service: service({ type: 'ExternalName' }), endpoints: undefined, pods: [], found: [] },
  ])('findings: $title', ({ service, endpoints, pods, found }) => {
    expect(findings(service, endpoints, pods)).toEqual(found);
  });
});

describe('an event', () => {
  const event = (more: Partial<Event>): Event => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-1' },
    source: { component: 'kubelet' },
    ...more,
  });

  test.each([
    {
      title: 'counted the old way',
      event: event({ count: 3, lastTimestamp: '2026-01-01T00:01:00Z' }),
      row: { count: 3, lastSeen: Date.UTC(2026, 0, 1, 0, 1) },
    },
    {
      title: 'counted as a series',
      event: event({
        series: { count: 9, lastObservedTime: '2026-01-01T00:02:00.000000Z' },
        eventTime: '2026-01-01T00:00:00.000000Z',
      }),
      row: { count: 9, lastSeen: Date.UTC(2026, 0, 1, 0, 2) },
    },
    { title: 'without any time', event: event({}), row: { count: 1, lastSeen: Date.UTC(2026, 0, 1) } },
    {
      title: 'its source',
      event: event({ type: 'Warning', reportingComponent: 'scheduler' }),
      row: { type: 'Warning', source: 'scheduler', object: { kind: 'Pod', namespace: 'shop', name: 'web-1' } },
    },
  ])('$title', ({ event, row }) => {
    expect(eventRow(event)).toMatchObject(row);
  });

  test('the newest stands first', () => {
    const at = (lastTimestamp: string) => eventRow(event({ lastTimestamp }));
    const [old, fresh] = [at('2026-01-01T00:00:00Z'), at('2026-01-02T00:00:00Z')];
    expect([old, fresh].sort(newestFirst)).toEqual([fresh, old]);
  });
});

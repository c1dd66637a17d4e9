import { describe, expect, it } from 'vitest';
import {
  configMaps,
  endpoints,
  events,
  type KubeObject,
  kindNamed,
  kinds,
  leases,
  namespaces,
  nodes,
  type Resource,
  replicationControllers,
  secrets,
} from '../index.ts';
import { created, problemsOfCreate, problemsOfUpdate } from './manifest-fixture.ts';

const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'x:1' }] } };
const metadata = { name: 'a' };
const rc = (spec: object) => ({ metadata, spec: { selector: { app: 'a' }, template, ...spec } });
const base64 = (text: string) => Buffer.from(text).toString('base64');
const kib = 'x'.repeat(1024);
const subset = (ip: string) => ({ metadata, subsets: [{ addresses: [{ ip }], ports: [{ port: 80 }] }] });

describe('a broken object is answered as Kubernetes does', () => {
  const cases: [string, Resource, object, string[]][] = [
    ['replication controller', replicationControllers, rc({}), []],
    [
      'negative replicas',
      replicationControllers,
      rc({ replicas: -1 }),
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'a selector that does not match',
      replicationControllers,
      rc({ selector: { app: 'b' } }),
      [
        'spec.template.metadata.labels: Invalid value: map[string]string{"app":"a"}: `selector` does not match template `labels`',
      ],
    ],
    [
      'no selector and no labels',
      replicationControllers,
      { metadata, spec: { template: { spec: template.spec } } },
      ['spec.selector: Required value'],
    ],
    ['no template', replicationControllers, rc({ template: null }), ['spec.template: Required value']],
    [
      'pods that end',
      replicationControllers,
      rc({ template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } }),
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'a container without an image in the template',
      replicationControllers,
      rc({ template: { ...template, spec: { containers: [{ name: 'c' }] } } }),
      ['spec.template.spec.containers[0].image: Required value'],
    ],
    [
      'keys of a config map',
      configMaps,
      { metadata, data: { 'a b': '', x: '1' }, binaryData: { x: 'AQ==' } },
      [
        `data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
        'data[x]: Invalid value: "x": duplicate of key present in binaryData',
      ],
    ],
    ['a config map of 1 MiB', configMaps, { metadata, data: { a: kib.repeat(1024) } }, []],
    [
      'a larger config map',
      configMaps,
      { metadata, data: { a: kib.repeat(1024), b: 'x' } },
      ['[]: Too long: may not be more than 1048576 bytes'],
    ],
    [
      'a larger secret',
      secrets,
      { metadata, stringData: { a: kib.repeat(1024), b: 'x' } },
      ['data: Too long: may not be more than 1048576 bytes'],
    ],
    [
      'a TLS secret without its keys',
      secrets,
      { metadata, type: 'kubernetes.io/tls' },
      ['data[tls.crt]: Required value', 'data[tls.key]: Required value'],
    ],
    [
      'Docker credentials that are no JSON',
      secrets,
      { metadata, type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{' } },
      ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": is not JSON'],
    ],
    [
      'a token for no account',
      secrets,
      { metadata, type: 'kubernetes.io/service-account-token' },
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
    ['a secret of a type of one’s own', secrets, { metadata, type: 'example.com/x' }, []],
    ['endpoints', endpoints, subset('10.0.0.1'), []],
    [
      'no address',
      endpoints,
      { metadata, subsets: [{}] },
      ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`'],
    ],
    [
      'a loopback address',
      endpoints,
      subset('127.0.0.1'),
      [
        'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [
      'a link-local address',
      endpoints,
      subset('fe80::1'),
      [
        'subsets[0].addresses[0].ip: Invalid value: "fe80::1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      ],
    ],
    [
      'a name for an address',
      endpoints,
      subset('web'),
      [
        'subsets[0].addresses[0].ip: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'subsets[0].addresses[0].ip: Invalid value: "web": must be a valid IP address',
      ],
    ],
    [
      'an event of another namespace',
      events,
      { metadata, involvedObject: { namespace: 'other' } },
      ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
    ],
    ['an event of an object without namespace', events, { metadata, involvedObject: { kind: 'Node', name: 'n' } }, []],
    [
      'a lease',
      leases,
      { metadata, spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } },
      [
        'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
        'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
      ],
    ],
    [
      'taints',
      nodes,
      {
        metadata,
        spec: {
          taints: [
            { key: 'a', effect: 'Never' },
            { key: 'b', effect: 'NoSchedule' },
            { key: 'b', effect: 'NoSchedule', value: 'x' },
          ],
        },
      },
      [
        'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
        'metadata.taints[2]: Duplicate value: taints must be unique by key and effect pair',
      ],
    ],
    [
      'a namespace with a dot',
      namespaces,
      { metadata: { name: 'a.b' } },
      [
        `metadata.name: Invalid value: "a.b": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      ],
    ],
    [
      'a namespace in a namespace',
      namespaces,
      { metadata: { name: 'a', namespace: 'b' } },
      ['metadata.namespace: Forbidden: not allowed on this type'],
    ],
  ];
  it.each(cases)('%s', (_, resource, manifest, problems) => {
    expect(problemsOfCreate(resource, manifest)).toEqual(problems);
  });
});

describe('an update', () => {
  const immutableMap = { metadata, immutable: true, data: { a: '1' } };
  const cases: [string, Resource, object, object, string[]][] = [
    ['of a replication controller may change all', replicationControllers, rc({}), rc({ replicas: 3 }), []],
    [
      'may not change the type of a secret',
      secrets,
      { metadata },
      { metadata, type: 'example.com/x' },
      ['type: Invalid value: "example.com/x": field is immutable'],
    ],
    [
      'may not change an immutable config map',
      configMaps,
      immutableMap,
      { ...immutableMap, data: { a: '2' } },
      ['data: Forbidden: field is immutable when `immutable` is set'],
    ],
    [
      'may not make it mutable',
      configMaps,
      immutableMap,
      { ...immutableMap, immutable: false },
      ['immutable: Forbidden: field is immutable when `immutable` is set'],
    ],
    [
      'may not move a node’s pods',
      nodes,
      { metadata, spec: { podCIDR: '10.0.0.0/24' } },
      { metadata, spec: { podCIDR: '10.0.1.0/24' } },
      ['spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid'],
    ],
    [
      'may not change the uid',
      configMaps,
      { metadata },
      { metadata: { ...metadata, uid: 'other' } },
      ['metadata.uid: Invalid value: "other": field is immutable'],
    ],
    [
      'may not add a finalizer to what is being deleted',
      configMaps,
      { metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x/a'] } },
      { metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x/a', 'x/b'] } },
      [
        'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x/b"}',
      ],
    ],
  ];
  it.each(cases)('%s', (_, resource, from, to, problems) => {
    expect(problemsOfUpdate(resource, from, to)).toEqual(problems);
  });
});

describe('defaults', () => {
  const cases: [string, Resource, object, object][] = [
    [
      'a replication controller takes its selector and labels from the template',
      replicationControllers,
      { metadata, spec: { template } },
      {
        metadata: { labels: { app: 'a' } },
        spec: { replicas: 1, selector: { app: 'a' }, template: { spec: { dnsPolicy: 'ClusterFirst' } } },
        status: { replicas: 0 },
      },
    ],
    [
      'stringData becomes data',
      secrets,
      { metadata, data: { a: base64('1'), b: base64('2') }, stringData: { b: '3' } },
      { type: 'Opaque', data: { a: base64('1'), b: base64('3') } },
    ],
    [
      'a namespace is kept until it is empty, and is labelled with its name',
      namespaces,
      { metadata },
      {
        metadata: { labels: { 'kubernetes.io/metadata.name': 'a' } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
    ],
    [
      'a node’s capacity may all be used',
      nodes,
      { metadata, spec: { podCIDR: '10.0.0.0/24' }, status: { capacity: { cpu: '2' } } },
      { spec: { podCIDRs: ['10.0.0.0/24'] }, status: { allocatable: { cpu: '2' } } },
    ],
  ];
  it.each(cases)('%s', (_, resource, manifest, expected) => {
    expect(created<KubeObject>(resource, manifest)).toMatchObject(expected);
  });
  it('never keep stringData', () => {
    expect(created(secrets, { metadata, stringData: { a: 'b' } })).not.toHaveProperty('stringData');
  });
});

describe('the registry', () => {
  it.each([
    ['v1', 'Pod', 'pods'],
    ['coordination.k8s.io/v1', 'Lease', 'leases'],
    ['v1', 'Lease', undefined],
    ['apps/v1', 'ControllerRevision', 'controllerrevisions'],
    ['apps/v1', 'DaemonSet', 'daemonsets'],
    ['apps/v1', 'ReplicaSet', 'replicasets'],
    ['example.com/v1', 'Ship', undefined],
  ])('knows %s %s as %s', (apiVersion, kind, plural) => {
    expect(kindNamed(apiVersion, kind)?.resource.plural).toBe(plural);
  });
  it('has each kind once, with a column for its name', () => {
    expect(new Set(kinds.map(({ resource }) => resource.type)).size).toBe(kinds.length);
    for (const { columns } of kinds) expect(columns.some(({ name }) => name === 'Name')).toBe(true);
  });
});

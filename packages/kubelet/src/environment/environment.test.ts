import type { ConfigMap, Container, KubeObject, Secret, Service } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { podOf } from '../testing/pods.ts';
import { type EnvironmentSources, environmentOf, type ReferenceReader } from './environment.ts';
import { expand } from './expansion.ts';
import { serviceVariables } from './service-links.ts';

function metadata(name: string) {
  return { name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '' };
}

const settings: ConfigMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: metadata('settings'),
  data: { a: '1', b: '2' },
};
const keys: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: metadata('keys'), data: { k: btoa('s3cret') } };
const redis = service('redis-master', '10.96.1.2');

function service(name: string, clusterIP: string): Service {
  const ports = [
    { port: 6379, protocol: 'TCP' as const, name: 'client' },
    { port: 9, protocol: 'UDP' as const, name: 'gossip-x' },
  ];
  return { apiVersion: 'v1', kind: 'Service', metadata: metadata(name), spec: { clusterIP, ports }, status: {} };
}

const references: ReferenceReader = {
  async read<T extends KubeObject>(resource: { readonly kind: string }, name: string) {
    const found = [settings, keys].find((object) => object.kind === resource.kind && object.metadata.name === name);
    return found as unknown as T | undefined;
  },
};

function sources(changes: Partial<EnvironmentSources> = {}): EnvironmentSources {
  const facts = {
    pod: podOf({ nodeName: 'n1' }),
    podIP: '10.0.0.2',
    hostIP: '192.0.2.1',
    allocatable: { cpu: '4', memory: '8Gi' },
  };
  return { facts, references, services: [], clusterService: undefined, ...changes };
}

async function environment(container: Partial<Container>, changes?: Partial<EnvironmentSources>) {
  const whole: Container = { name: 'web', ...container };
  const facts = { ...sources().facts, pod: podOf({ nodeName: 'n1', containers: [whole] }) };
  return Object.fromEntries(await environmentOf(whole, sources({ facts, ...changes })));
}

const ref = (valueFrom: NonNullable<NonNullable<Container['env']>[number]['valueFrom']>) => ({
  env: [{ name: 'X', valueFrom }],
});

const values: [string, Partial<Container>, Record<string, string>][] = [
  ['a value', { env: [{ name: 'X', value: 'y' }] }, { X: 'y' }],
  ['an empty value', { env: [{ name: 'X' }] }, { X: '' }],
  [
    'a use of one before',
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'X', value: '$(A)2' },
      ],
    },
    { A: '1', X: '12' },
  ],
  [
    'a use of one after',
    {
      env: [
        { name: 'X', value: '$(A)2' },
        { name: 'A', value: '1' },
      ],
    },
    { A: '1', X: '$(A)2' },
  ],
  ['the pod’s name', ref({ fieldRef: { fieldPath: 'metadata.name' } }), { X: 'p' }],
  ['the node', ref({ fieldRef: { fieldPath: 'spec.nodeName' } }), { X: 'n1' }],
  ['a label that is not there', ref({ fieldRef: { fieldPath: "metadata.labels['app']" } }), { X: '' }],
  [
    'the node’s memory where there is no limit',
    ref({ resourceFieldRef: { resource: 'limits.memory', divisor: '1Gi' } }),
    { X: '8' },
  ],
  [
    'CPU in whole units, rounded up',
    { ...ref({ resourceFieldRef: { resource: 'requests.cpu' } }), resources: { requests: { cpu: '1100m' } } },
    { X: '2' },
  ],
  ['a key of a config map', ref({ configMapKeyRef: { name: 'settings', key: 'b' } }), { X: '2' }],
  ['a key of a secret', ref({ secretKeyRef: { name: 'keys', key: 'k' } }), { X: 's3cret' }],
  ['an optional key that is not there', ref({ configMapKeyRef: { name: 'settings', key: 'z', optional: true } }), {}],
  ['an optional object that is not there', ref({ secretKeyRef: { name: 'none', key: 'z', optional: true } }), {}],
  [
    'all keys, with a prefix',
    { envFrom: [{ prefix: 'S_', configMapRef: { name: 'settings' } }] },
    { S_a: '1', S_b: '2' },
  ],
  ['all keys of what is not there', { envFrom: [{ secretRef: { name: 'none', optional: true } }] }, {}],
  [
    'its own over all keys',
    { envFrom: [{ configMapRef: { name: 'settings' } }], env: [{ name: 'a', value: '9' }] },
    { a: '9', b: '2' },
  ],
];

test.each(values)('has %s', async (_name, container, expected) => {
  expect(await environment(container)).toEqual(expected);
});

const refusals: [string, Partial<Container>, string][] = [
  [
    'a config map that is not there',
    ref({ configMapKeyRef: { name: 'none', key: 'a' } }),
    'configmap "none" not found',
  ],
  ['a secret that is not there', ref({ secretKeyRef: { name: 'none', key: 'a' } }), 'secret "none" not found'],
  [
    'a key that is not there',
    ref({ secretKeyRef: { name: 'keys', key: 'z' } }),
    "couldn't find key z in Secret default/keys",
  ],
  [
    'a field that is not there',
    ref({ fieldRef: { fieldPath: 'spec.hostname' } }),
    'unsupported fieldPath: spec.hostname',
  ],
  ['all keys of what is not there', { envFrom: [{ configMapRef: { name: 'none' } }] }, 'configmap "none" not found'],
];

test.each(refusals)('waits for %s', async (_name, container, message) => {
  await expect(environment(container)).rejects.toThrow(message);
});

describe('services', () => {
  test('are known by variables', () => {
    expect(Object.fromEntries(serviceVariables([redis]).map(({ name, value }) => [name, value]))).toEqual({
      REDIS_MASTER_SERVICE_HOST: '10.96.1.2',
      REDIS_MASTER_SERVICE_PORT: '6379',
      REDIS_MASTER_SERVICE_PORT_CLIENT: '6379',
      REDIS_MASTER_SERVICE_PORT_GOSSIP_X: '9',
      REDIS_MASTER_PORT: 'tcp://10.96.1.2:6379',
      REDIS_MASTER_PORT_6379_TCP: 'tcp://10.96.1.2:6379',
      REDIS_MASTER_PORT_6379_TCP_PROTO: 'tcp',
      REDIS_MASTER_PORT_6379_TCP_PORT: '6379',
      REDIS_MASTER_PORT_6379_TCP_ADDR: '10.96.1.2',
      REDIS_MASTER_PORT_9_UDP: 'udp://10.96.1.2:9',
      REDIS_MASTER_PORT_9_UDP_PROTO: 'udp',
      REDIS_MASTER_PORT_9_UDP_PORT: '9',
      REDIS_MASTER_PORT_9_UDP_ADDR: '10.96.1.2',
    });
  });

  test('without an address are not', () => {
    expect(serviceVariables([service('headless', 'None'), service('external', '')])).toEqual([]);
  });

  test('are left out on demand, except the cluster’s own', async () => {
    const facts = { ...sources().facts, pod: podOf({ enableServiceLinks: false }) };
    const found = await environment(
      {},
      { facts, services: [redis], clusterService: service('kubernetes', '10.96.0.1') },
    );
    expect(found).toHaveProperty('KUBERNETES_SERVICE_HOST', '10.96.0.1');
    expect(found).not.toHaveProperty('REDIS_MASTER_SERVICE_HOST');
  });
});

test.each([
  ['$(A)', '1'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$1'],
  ['$(B)', '$(B)'],
  ['$(A', '$(A'],
  ['$A', '$A'],
  ['cost: $$', 'cost: $'],
])('expansion of %s', (text, expected) => {
  expect(expand(text, new Map([['A', '1']]))).toBe(expected);
});

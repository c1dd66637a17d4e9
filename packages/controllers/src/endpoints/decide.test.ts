// What stands in a service's Endpoints.
import type { EndpointSubset, Endpoints, Service, ServiceSpec } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { type PodShape, podNamed } from '../testing/objects.ts';
import { decide, isAsDesired } from './decide.ts';

function service(spec: Partial<ServiceSpec> = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 's',
      resourceVersion: '1',
      creationTimestamp: '',
      labels: { team: 'a' },
    },
    spec: {
      clusterIP: '10.96.0.7',
      selector: { app: 'web' },
      ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
      ...spec,
    },
    status: {},
  };
}

const since = '2026-01-01T00:00:00Z';
const up: PodShape = { node: 'n', ip: '10.244.0.5', readySince: since };
const target = (name: string) => ({ targetRef: { kind: 'Pod', name, namespace: 'default', uid: `uid ${name}` } });
const address = (name: string, ip = '10.244.0.5') => ({ ip, nodeName: 'n', ...target(name) });
const http = [{ port: 8080, protocol: 'TCP' as const }];
const containers = (port: number, name: string) => [{ name: 'c', ports: [{ containerPort: port, name }] }];

describe('endpoints', () => {
  interface Case {
    readonly name: string;
    readonly service?: Partial<ServiceSpec>;
    readonly pods: Readonly<Record<string, PodShape>>;
    readonly subsets: EndpointSubset[];
  }
  const cases: Case[] = [
    { name: 'no pods', pods: {}, subsets: [] },
    { name: 'a ready pod', pods: { a: up }, subsets: [{ addresses: [address('a')], ports: http }] },
    {
      name: 'a pod that is not ready',
      pods: { a: { ...up, readySince: undefined } },
      subsets: [{ notReadyAddresses: [address('a')], ports: http }],
    },
    {
      name: 'a pod that is not ready, asked for all the same',
      service: { publishNotReadyAddresses: true },
      pods: { a: { ...up, readySince: undefined } },
      subsets: [{ addresses: [address('a')], ports: http }],
    },
    { name: 'a pod without an address', pods: { a: { ...up, ip: undefined } }, subsets: [] },
    { name: 'a pod that has ended', pods: { a: { ...up, phase: 'Succeeded' } }, subsets: [] },
    { name: 'a pod that goes', pods: { a: { ...up, deleted: true } }, subsets: [] },
    {
      name: 'a pod that goes, asked for all the same',
      service: { publishNotReadyAddresses: true },
      pods: { a: { ...up, deleted: true } },
      subsets: [{ addresses: [address('a')], ports: http }],
    },
    {
      name: 'in the order of uids',
      pods: { b: { ...up, ip: '10.244.0.6' }, a: up },
      subsets: [{ addresses: [address('a'), address('b', '10.244.0.6')], ports: http }],
    },
    {
      name: 'a named port that pods have under different numbers',
      service: { ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }] },
      pods: {
        a: { ...up, spec: { containers: containers(8080, 'web') } },
        b: { ...up, spec: { containers: containers(9090, 'web') } },
        c: { ...up, spec: { containers: containers(7070, 'other') } },
      },
      subsets: [
        { addresses: [address('a')], ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] },
        { addresses: [address('b')], ports: [{ name: 'http', port: 9090, protocol: 'TCP' }] },
      ],
    },
    {
      name: 'several ports, of which a pod offers one',
      service: {
        ports: [
          { name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' },
          { name: 'admin', port: 81, targetPort: 'admin', protocol: 'TCP' },
        ],
      },
      pods: { a: up },
      subsets: [{ addresses: [address('a')], ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] }],
    },
    {
      name: 'no target port: the service’s own',
      service: { ports: [{ port: 53, protocol: 'UDP', appProtocol: 'dns' }] },
      pods: { a: up },
      subsets: [{ addresses: [address('a')], ports: [{ port: 53, protocol: 'UDP', appProtocol: 'dns' }] }],
    },
    {
      name: 'headless and without ports',
      service: { clusterIP: 'None', ports: undefined },
      pods: { a: up },
      subsets: [{ addresses: [address('a')] }],
    },
    {
      name: 'the host name of a pod in this service’s subdomain',
      pods: {
        a: { ...up, spec: { hostname: 'db-0', subdomain: 'web' } },
        b: { ...up, spec: { hostname: 'x', subdomain: 'other' } },
      },
      subsets: [{ addresses: [{ hostname: 'db-0', ...address('a') }, address('b')], ports: http }],
    },
  ];
  it.each(cases)('$name', ({ service: spec, pods, subsets }) => {
    const members = Object.entries(pods).map(([name, shape]) => podNamed(name, shape));
    expect(decide(service(spec), members).subsets).toEqual(subsets);
  });

  it('carries the labels of the service, and says that it is headless', () => {
    expect(decide(service(), []).labels).toEqual({ team: 'a' });
    expect(decide(service({ clusterIP: 'None' }), []).labels).toEqual({
      team: 'a',
      'service.kubernetes.io/headless': '',
    });
  });

  it('keeps a thousand addresses, the ready ones first, and says that there are more', () => {
    const pods = Array.from({ length: 1_200 }, (_, i) =>
      podNamed(`p${i}`, i < 300 ? up : { ...up, readySince: undefined }),
    );
    const { subsets, annotations } = decide(service(), pods);
    expect([subsets[0]?.addresses?.length, subsets[0]?.notReadyAddresses?.length]).toEqual([300, 700]);
    expect(annotations).toEqual({ 'endpoints.kubernetes.io/over-capacity': 'truncated' });
  });

  it('knows when nothing changed, in whatever order the fields stand', () => {
    const desired = decide(service(), [podNamed('a', up)]);
    const known: Endpoints = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', uid: 'e', resourceVersion: '1', creationTimestamp: '', labels: { team: 'a' } },
      subsets: [{ ports: [{ protocol: 'TCP', port: 8080 }], addresses: [address('a')] }],
    };
    expect(isAsDesired(known, desired)).toBe(true);
    expect(isAsDesired({ ...known, metadata: { ...known.metadata, labels: {} } }, desired)).toBe(false);
    expect(isAsDesired(known, decide(service(), []))).toBe(false);
  });
});

// How a service's endpoints are cut into slices.
import type { Endpoint, EndpointSlice, Endpoints, Service, ServiceSpec } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { type PodShape, podNamed } from '../testing/objects.ts';
import { decideSlices, groupsOfEndpoints, groupsOfPods, type SlicesDecision } from './slices.ts';

function service(spec: Partial<ServiceSpec> = {}): Service {
  const metadata = { name: 'web', namespace: 'default', uid: 's', resourceVersion: '1', creationTimestamp: '' };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { team: 'a' } },
    spec: {
      clusterIP: '10.96.0.7',
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }],
      ...spec,
    },
    status: {},
  };
}

const web = service();
const up = (index: number, port = 8080): PodShape => ({
  node: 'n',
  ip: `10.244.${Math.floor(index / 200)}.${1 + (index % 200)}`,
  readySince: '2026-01-01T00:00:00Z',
  spec: { containers: [{ name: 'c', ports: [{ name: 'web', containerPort: port }] }] },
});
const podsUp = (count: number) => Array.from({ length: count }, (_, index) => podNamed(`p${index}`, up(index)));

/** The slices as they are once the decision is carried out. */
function after(decision: SlicesDecision, known: readonly EndpointSlice[] = []): EndpointSlice[] {
  const created = decision.create.map((slice) => {
    const { name = '' } = slice.metadata;
    const metadata = { ...slice.metadata, name, uid: `uid ${name}`, resourceVersion: '1', creationTimestamp: '' };
    return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', ...slice, metadata };
  });
  const updated = known
    .filter((slice) => !decision.delete.includes(slice))
    .map((slice) => decision.update.find(({ metadata }) => metadata.uid === slice.metadata.uid) ?? slice);
  return [...updated, ...created];
}

const ofPods = (pods: ReturnType<typeof podsUp>, known: readonly EndpointSlice[] = []) =>
  decideSlices(web, groupsOfPods(web, pods), { known, manager: 'pods' });
const sizes = (slices: readonly { readonly endpoints: readonly Endpoint[] }[]) =>
  slices.map(({ endpoints }) => endpoints.length);

describe('slices', () => {
  it('tell of pods: who is ready, who serves, and who goes', () => {
    const { create } = ofPods([
      podNamed('ready', up(0)),
      podNamed('starting', { ...up(1), readySince: undefined }),
      podNamed('going', { ...up(2), deleted: true }),
      podNamed('ended', { ...up(3), phase: 'Succeeded' }),
      podNamed('nowhere', { ...up(4), ip: undefined }),
    ]);
    expect(create).toHaveLength(1);
    expect(create[0]).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^web-[0-9a-f]{5}$/),
        namespace: 'default',
        labels: {
          team: 'a',
          'kubernetes.io/service-name': 'web',
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [{ kind: 'Service', name: 'web', controller: true }],
      },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    });
    const told = create[0]?.endpoints.map(({ targetRef, conditions }) => [targetRef?.name, conditions]);
    expect(told).toEqual([
      ['ready', { ready: true, serving: true, terminating: false }],
      ['starting', { ready: false, serving: false, terminating: false }],
      ['going', { ready: false, serving: true, terminating: true }],
    ]);
  });

  it('hold a hundred each, and one more pod touches one of them', () => {
    const first = after(ofPods(podsUp(250)));
    expect(sizes(first)).toEqual([100, 100, 50]);
    expect(ofPods(podsUp(250), first)).toEqual({ create: [], update: [], delete: [] });
    const more = ofPods(podsUp(251), first);
    expect([sizes(more.create), sizes(more.update), more.delete]).toEqual([[], [51], []]);
  });

  it('lose what goes, and go when they are empty', () => {
    const first = after(ofPods(podsUp(120)));
    const fewer = ofPods(podsUp(100), first);
    expect([fewer.create, fewer.update, fewer.delete]).toEqual([[], [], [first[1]]]);
    const none = after(ofPods([], first), first);
    expect(sizes(none)).toEqual([0]);
    expect(none[0]?.ports).toEqual([]);
    expect(ofPods([], none)).toEqual({ create: [], update: [], delete: [] });
  });

  it('are told apart by what their pods offer', () => {
    const { create } = ofPods([podNamed('a', up(0, 8080)), podNamed('b', up(1, 9090)), podNamed('c', up(2, 8080))]);
    expect(create.map(({ ports, endpoints }) => [ports?.[0]?.port, endpoints.length])).toEqual([
      [8080, 2],
      [9090, 1],
    ]);
    expect(new Set(create.map(({ metadata }) => metadata.name)).size).toBe(2);
  });

  it('of somebody else stay as they are', () => {
    const [slice] = after(ofPods(podsUp(1)));
    const labels = { 'kubernetes.io/service-name': 'web' };
    const foreign = { ...slice!, metadata: { ...slice!.metadata, name: 'mine', labels } };
    expect(ofPods(podsUp(1), [slice!, foreign])).toEqual({ create: [], update: [], delete: [] });
  });

  it('follow Endpoints that somebody else keeps', () => {
    const endpoints: Endpoints = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', uid: 'e', resourceVersion: '1', creationTimestamp: '' },
      subsets: [
        {
          addresses: [{ ip: '192.0.2.1' }],
          notReadyAddresses: [{ ip: '192.0.2.2' }],
          ports: [{ port: 5432, protocol: 'TCP' }],
        },
        { addresses: [{ ip: '2001:db8::1' }], ports: [{ port: 5432, protocol: 'TCP' }] },
      ],
    };
    const decide = (groups: ReturnType<typeof groupsOfEndpoints>, known: readonly EndpointSlice[] = []) =>
      decideSlices(web, groups, { known, manager: 'mirror' });
    const slices = after(decide(groupsOfEndpoints(endpoints)));
    expect(slices.map(({ addressType, endpoints: all }) => [addressType, all])).toEqual([
      [
        'IPv4',
        [
          { addresses: ['192.0.2.1'], conditions: { ready: true } },
          { addresses: ['192.0.2.2'], conditions: { ready: false } },
        ],
      ],
      ['IPv6', [{ addresses: ['2001:db8::1'], conditions: { ready: true } }]],
    ]);
    expect(decide([], slices).delete).toEqual(slices);
  });
});

import type { Endpoints, ServiceSpec } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { endpoints, service } from '../testing/objects.ts';
import { decideApi, decideDns, decideService, noRules, type ServiceRules } from './decide.ts';

const two = [
  { ip: '10.244.1.3', nodeName: 'near' },
  { ip: '10.244.0.2', nodeName: 'far' },
];
const isLocal = (node: string | undefined) => node === 'near';

/** `door → backends (masquerade)`, as a person would write the decision down. */
function shown({ doors, balancers }: ServiceRules): string[] {
  return doors.map(({ address = '*', protocol, port, balancer }) => {
    const found = balancers.find(({ name }) => name === balancer);
    const backends = found?.backends.map((backend) => `${backend.address}:${backend.port}`).join(' ') ?? 'refused';
    return `${protocol} ${address}:${port} → ${backends}${found ? ` (${found.masquerade})` : ''}`;
  });
}

const cases: readonly {
  name: string;
  spec: Partial<ServiceSpec>;
  endpoints: Endpoints | undefined;
  expected: readonly string[];
}[] = [
  {
    name: 'a cluster address, backends in the order of their addresses',
    spec: { clusterIP: '10.96.0.5', ports: [{ port: 80 }] },
    endpoints: endpoints('s', two, [{ port: 8080 }]),
    expected: ['tcp 10.96.0.5:80 → 10.244.0.2:8080 10.244.1.3:8080 (outside)'],
  },
  {
    name: 'ports find their endpoints by name and protocol',
    spec: {
      clusterIP: '10.96.0.5',
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
    },
    endpoints: endpoints(
      's',
      [{ ip: '10.244.0.2' }],
      [
        { name: 'dns', port: 5353, protocol: 'UDP' },
        { name: 'dns-tcp', port: 5354, protocol: 'TCP' },
        { name: 'metrics', port: 9000, protocol: 'TCP' },
      ],
    ),
    expected: ['udp 10.96.0.5:53 → 10.244.0.2:5353 (outside)', 'tcp 10.96.0.5:53 → 10.244.0.2:5354 (outside)'],
  },
  {
    name: 'a node port',
    spec: { type: 'NodePort', clusterIP: '10.96.0.5', ports: [{ port: 80, nodePort: 30080 }] },
    endpoints: endpoints('s', [{ ip: '10.244.0.2' }], [{ port: 80 }]),
    expected: ['tcp 10.96.0.5:80 → 10.244.0.2:80 (outside)', 'tcp *:30080 → 10.244.0.2:80 (always)'],
  },
  {
    name: 'external addresses, of the spec and of a load balancer',
    spec: { clusterIP: '10.96.0.5', externalIPs: ['192.0.2.7', 'fd00::7'], ports: [{ port: 80 }] },
    endpoints: endpoints('s', [{ ip: '10.244.0.2' }], [{ port: 80 }]),
    expected: ['tcp 10.96.0.5:80 → 10.244.0.2:80 (outside)', 'tcp 192.0.2.7:80 → 10.244.0.2:80 (always)'],
  },
  {
    name: 'externalTrafficPolicy Local: this machine\u2019s pods, and callers keep their address',
    spec: {
      type: 'NodePort',
      clusterIP: '10.96.0.5',
      externalTrafficPolicy: 'Local',
      ports: [{ port: 80, nodePort: 30080 }],
    },
    endpoints: endpoints('s', two, [{ port: 80 }]),
    expected: ['tcp 10.96.0.5:80 → 10.244.0.2:80 10.244.1.3:80 (outside)', 'tcp *:30080 → 10.244.1.3:80 (loopback)'],
  },
  {
    name: 'internalTrafficPolicy Local without a pod here',
    spec: { clusterIP: '10.96.0.5', internalTrafficPolicy: 'Local', ports: [{ port: 80 }] },
    endpoints: endpoints('s', [{ ip: '10.244.0.2', nodeName: 'far' }], [{ port: 80 }]),
    expected: ['tcp 10.96.0.5:80 → refused'],
  },
  {
    name: 'no endpoints object yet',
    spec: { clusterIP: '10.96.0.5', ports: [{ port: 80, nodePort: 30080 }] },
    endpoints: undefined,
    expected: ['tcp 10.96.0.5:80 → refused', 'tcp *:30080 → refused'],
  },
  {
    name: 'a pod that is in two subsets counts once, IPv6 addresses and SCTP do not count',
    spec: { clusterIP: '10.96.0.5', ports: [{ port: 80 }, { name: 'x', port: 81, protocol: 'SCTP' }] },
    endpoints: {
      ...endpoints('s', [], []),
      subsets: [
        { addresses: [{ ip: '10.244.0.2' }], ports: [{ port: 80 }] },
        { addresses: [{ ip: '10.244.0.2' }, { ip: 'fd00::1' }], ports: [{ port: 80 }] },
      ],
    },
    expected: ['tcp 10.96.0.5:80 → 10.244.0.2:80 (outside)'],
  },
  { name: 'headless', spec: { clusterIP: 'None', ports: [{ port: 80 }] }, endpoints: undefined, expected: [] },
  {
    name: 'ExternalName',
    spec: { type: 'ExternalName', externalName: 'example.test', ports: [{ port: 80 }] },
    endpoints: undefined,
    expected: [],
  },
];

test.each(['service.kubernetes.io/service-proxy-name', 'service.kubernetes.io/headless'])(
  'a service with the label %s is left to others',
  (label) => {
    const plain = service('s', { clusterIP: '10.96.0.5', ports: [{ port: 80 }] });
    const found = endpoints('s', two, [{ port: 8080 }]);
    expect(decideService(plain, found, isLocal)).not.toEqual(noRules);
    const labelled = { ...plain, metadata: { ...plain.metadata, labels: { [label]: '' } } };
    expect(decideService(labelled, found, isLocal)).toEqual(noRules);
  },
);

describe('decideService', () => {
  test.each(cases)('$name', ({ spec, endpoints: found, expected }) => {
    expect(shown(decideService(service('s', spec), found, isLocal))).toEqual(expected);
  });

  test('a service that is gone has no rules', () => expect(decideService(undefined, undefined, isLocal)).toBe(noRules));

  test.each([
    { affinity: 'ClientIP' as const, timeoutSeconds: undefined, expected: 10_800 },
    { affinity: 'ClientIP' as const, timeoutSeconds: 60, expected: 60 },
    { affinity: 'None' as const, timeoutSeconds: undefined, expected: undefined },
  ])('session affinity $affinity $timeoutSeconds: $expected seconds', ({ affinity, timeoutSeconds, expected }) => {
    const spec: Partial<ServiceSpec> = {
      clusterIP: '10.96.0.5',
      sessionAffinity: affinity,
      sessionAffinityConfig: { clientIP: { timeoutSeconds } },
      ports: [{ port: 80 }],
    };
    const { balancers } = decideService(service('s', spec), endpoints('s', two, [{ port: 80 }]), isLocal);
    expect(balancers.map(({ affinitySeconds }) => affinitySeconds)).toEqual([expected]);
  });
});

test('the DNS address leads to this machine\u2019s server, and refuses until there is one', () => {
  expect(shown(decideDns('10.96.0.10', '10.244.0.1'))).toEqual([
    'tcp 10.96.0.10:53 → 10.244.0.1:53 (loopback)',
    'udp 10.96.0.10:53 → 10.244.0.1:53 (loopback)',
  ]);
  expect(shown(decideDns('10.96.0.10', undefined))).toEqual([
    'tcp 10.96.0.10:53 → refused',
    'udp 10.96.0.10:53 → refused',
  ]);
});

describe('the API’s own service', () => {
  const api = service('kubernetes', { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] });
  const here = { address: '127.0.0.1', port: 6443 };
  const advertised = endpoints('kubernetes', [{ ip: '192.0.2.4' }], [{ name: 'https', port: 6443 }]);
  test.each([
    { name: 'leads to where the agent reaches the server', found: undefined, agent: here, to: '127.0.0.1:6443' },
    { name: 'leads to its endpoints where there are any', found: advertised, agent: here, to: '192.0.2.4:6443' },
    { name: 'leads to its endpoints alone for a host name', found: advertised, agent: undefined, to: '192.0.2.4:6443' },
  ])('$name', ({ found, agent, to }) => {
    expect(shown(decideApi(api, found, agent))).toEqual([`tcp 10.96.0.1:443 → ${to} (outside)`]);
  });

  test('is not made where the cluster has none', () => expect(decideApi(undefined, undefined, here)).toBe(noRules));
});

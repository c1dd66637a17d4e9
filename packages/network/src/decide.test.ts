import type { Node } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { decideNetwork, decideRoutes, staleRoutes } from './decide.ts';

const owner = { clusterId: 'c1', nodeName: 'a-node-with-quite-a-long-name' };

describe('decideNetwork', () => {
  test('the gateway is the first address, and the bridge has a name that the kernel takes', () => {
    const plan = decideNetwork(owner, '10.244.3.0/24', '1.41')!;
    expect(plan).toMatchObject({ name: `berth-${owner.nodeName}`, subnet: '10.244.3.0/24', gateway: '10.244.3.1' });
    expect(plan.bridge.length).toBeLessThanOrEqual(15);
    expect(plan.bridge).not.toBe(decideNetwork({ ...owner, clusterId: 'c2' }, '10.244.3.0/24', '1.41')!.bridge);
  });

  test.each([
    { apiVersion: '1.41', mode: undefined },
    { apiVersion: '1.47', mode: undefined },
    { apiVersion: '1.48', mode: 'nat-unprotected' },
    { apiVersion: '1.51', mode: 'nat-unprotected' },
    { apiVersion: '2.0', mode: 'nat-unprotected' },
  ])('Docker Engine $apiVersion: gateway mode $mode', ({ apiVersion, mode }) => {
    const { options } = decideNetwork(owner, '10.244.3.0/24', apiVersion)!;
    expect(options['com.docker.network.bridge.gateway_mode_ipv4']).toBe(mode);
  });

  test.each(['', '10.244.3.0', '10.244.3.0/33', '10.244.3.0/31', '10.244.300.0/24', 'fd00::/64'])(
    '%j is no pod subnet',
    (subnet) => expect(decideNetwork(owner, subnet, '1.41')).toBeUndefined(),
  );
});

describe('decideRoutes', () => {
  const interfaces = [
    { address: '127.0.0.1', cidr: '127.0.0.1/8' },
    { address: '192.168.1.10', cidr: '192.168.1.10/24' },
  ];
  const cases = [
    { name: 'a node of this machine', address: '192.168.1.10', podCIDR: '10.244.0.0/24', expected: [] },
    {
      name: 'a node of a machine on the same link',
      address: '192.168.1.11',
      podCIDR: '10.244.1.0/24',
      expected: [{ subnet: '10.244.1.0/24', via: '192.168.1.11' }],
    },
    { name: 'a node without a subnet', address: '192.168.1.11', podCIDR: undefined, expected: [] },
    { name: 'a node without an address', address: undefined, podCIDR: '10.244.1.0/24', expected: [] },
  ];
  test.each(cases)('$name', ({ address, podCIDR, expected }) => {
    expect(decideRoutes([node('n', address, podCIDR)], interfaces)).toEqual({ routes: expected, unreachable: [] });
  });

  test('a node behind a router is told of', () => {
    expect(decideRoutes([node('far', '172.16.0.1', '10.244.1.0/24')], interfaces)).toEqual({
      routes: [],
      unreachable: ['far'],
    });
  });
});

test('stale are the routes into the cluster that nobody wants, and no others', () => {
  const wanted = [{ subnet: '10.244.1.0/24', via: '192.168.1.11' }];
  const moved = { subnet: '10.244.2.0/24', via: '192.168.1.12' };
  const changed = { subnet: '10.244.1.0/24', via: '192.168.1.99' };
  const another = { subnet: '10.9.0.0/24', via: '192.168.1.12' };
  expect(staleRoutes([...wanted, moved, changed, another], wanted, '10.244.0.0/16')).toEqual([moved, changed]);
});

function node(name: string, address: string | undefined, podCIDR: string | undefined): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { podCIDR },
    status: { addresses: address ? [{ type: 'InternalIP', address }] : [] },
  } as unknown as Node;
}

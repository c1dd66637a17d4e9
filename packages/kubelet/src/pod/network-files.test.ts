import type { Pod } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { podOf } from '../testing/pods.ts';
import { hostnameOf, hostsFile, parseResolvConf, resolvConf, resolverOf } from './network-files.ts';

const dns = { nameservers: ['10.96.0.10'], domain: 'cluster.local' };
const node = parseResolvConf('# the node\nnameserver 192.0.2.53\nsearch example.org\noptions edns0 timeout:1\n');

const cases: [string, Partial<Pod['spec']>, string][] = [
  [
    'ClusterFirst',
    {},
    'nameserver 10.96.0.10\nsearch default.svc.cluster.local svc.cluster.local cluster.local example.org\noptions ndots:5\n',
  ],
  [
    'ClusterFirst on the node’s network',
    { hostNetwork: true },
    'nameserver 192.0.2.53\nsearch example.org\noptions edns0 timeout:1\n',
  ],
  [
    'ClusterFirstWithHostNet',
    { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
    'nameserver 10.96.0.10\nsearch default.svc.cluster.local svc.cluster.local cluster.local example.org\noptions ndots:5\n',
  ],
  ['Default', { dnsPolicy: 'Default' }, 'nameserver 192.0.2.53\nsearch example.org\noptions edns0 timeout:1\n'],
  [
    'None',
    {
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['1.2.3.4'],
        searches: ['a.b'],
        options: [{ name: 'ndots', value: '2' }, { name: 'rotate' }],
      },
    },
    'nameserver 1.2.3.4\nsearch a.b\noptions ndots:2 rotate\n',
  ],
  [
    'ClusterFirst with more',
    { dnsConfig: { nameservers: ['10.96.0.10', '9.9.9.9'], options: [{ name: 'ndots', value: '1' }] } },
    'nameserver 10.96.0.10\nnameserver 9.9.9.9\nsearch default.svc.cluster.local svc.cluster.local cluster.local example.org\noptions ndots:1\n',
  ],
];

test.each(cases)('resolv.conf: %s', (_name, spec, expected) => {
  expect(resolvConf(resolverOf(podOf(spec), dns, node))).toBe(expected);
});

test('without a cluster DNS pods get the node’s', () => {
  expect(resolverOf(podOf(), { nameservers: [], domain: 'cluster.local' }, node)).toEqual(node);
});

describe('hosts', () => {
  test('has the pod’s own name, with its subdomain', () => {
    const text = hostsFile(podOf({ hostname: 'one', subdomain: 'set' }), '10.0.0.2', 'cluster.local', '');
    expect(text).toMatch(/^# Kubernetes-managed hosts file\.\n127\.0\.0\.1\tlocalhost\n/);
    expect(text).toContain('10.0.0.2\tone.set.default.svc.cluster.local\tone\n');
  });

  test('is the node’s on the node’s network', () => {
    const spec = { hostNetwork: true, hostAliases: [{ ip: '1.1.1.1', hostnames: ['a'] }] };
    expect(hostsFile(podOf(spec), undefined, 'cluster.local', '127.0.0.1 here\n')).toBe(
      '# Kubernetes-managed hosts file (host network).\n127.0.0.1 here\n1.1.1.1\ta\n',
    );
  });
});

test('a host name has at most 63 characters and does not end in a separator', () => {
  const pod = podOf();
  const named = { ...pod, metadata: { ...pod.metadata, name: `${'a'.repeat(62)}-tail` } };
  expect(hostnameOf(named)).toBe('a'.repeat(62));
});

import { expect, test } from 'vitest';
import { forbiddenLabels } from './node-labels.ts';

const own = 'node.kubernetes.io/mine';
const kept = 'node-restriction.kubernetes.io/trusted';

test.each<[string, Record<string, string>, Record<string, string>, string[]]>([
  ['what the machine is', { 'kubernetes.io/os': 'linux', 'topology.kubernetes.io/zone': 'a' }, {}, []],
  ['names of its own', { [own]: 'a', 'x.kubelet.kubernetes.io/y': 'b' }, {}, []],
  ['names of nobody', { zone: 'a', 'example.com/disk': 'ssd' }, {}, []],
  ['what keeps pods apart', { [kept]: 'yes', [`a.${kept}`]: 'yes' }, {}, [`a.${kept}`, kept]],
  ['a role', { 'node-role.kubernetes.io/control-plane': '' }, {}, ['node-role.kubernetes.io/control-plane']],
  ['names of Kubernetes', { 'x.k8s.io/a': '', 'kubernetes.io/role': 'x' }, {}, ['kubernetes.io/role', 'x.k8s.io/a']],
  ['what somebody else has set, as it was', { [kept]: 'yes' }, { [kept]: 'yes' }, []],
  ['what somebody else has set, changed', { [kept]: 'no' }, { [kept]: 'yes' }, [kept]],
  ['what somebody else has set, left out', {}, { [kept]: 'yes' }, [kept]],
])('%s', (_, labels, old, forbidden) => expect(forbiddenLabels(labels, old)).toEqual(forbidden));

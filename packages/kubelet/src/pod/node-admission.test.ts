import type { Pod } from '@berth/objects';
import { expect, test } from 'vitest';
import { podOf } from '../testing/pods.ts';
import { refusalOf } from './node-admission.ts';

function podWith(name: string, spec: Partial<Pod['spec']> = {}): Pod {
  return podOf({ securityContext: { sysctls: [{ name, value: '1' }] }, ...spec });
}

test.each([
  ['nothing', podOf()],
  ['a parameter of its own network', podWith('net.ipv4.tcp_syncookies')],
  ['the same with slashes', podWith('net/ipv4/tcp_syncookies')],
  ['a parameter of its own memory', podWith('kernel.shm_rmid_forced')],
  ['one of its memory on the host’s network', podWith('kernel.shm_rmid_forced', { hostNetwork: true })],
])('a pod that asks for %s is taken', (_name, pod) => {
  expect(refusalOf(pod)).toBeUndefined();
});

test.each([
  ['a parameter of the whole machine', podWith('kernel.msgmax'), '"kernel.msgmax" not allowlisted'],
  [
    'one of the host’s network',
    podWith('net.ipv4.tcp_syncookies', { hostNetwork: true }),
    '"net.ipv4.tcp_syncookies" not allowed with host net enabled',
  ],
  [
    'one of the host’s memory',
    podWith('kernel.shm_rmid_forced', { hostIPC: true }),
    '"kernel.shm_rmid_forced" not allowed with host IPC enabled',
  ],
])('a pod that asks for %s is refused', (_name, pod, why) => {
  expect(refusalOf(pod)).toEqual({ reason: 'SysctlForbidden', message: `forbidden sysctl: ${why}`, refused: true });
});

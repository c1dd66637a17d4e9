// What each check of pod security says, in Kubernetes' words.
import type { PodSpec } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { detailsOf, violationsOf } from './evaluate.ts';
import type { Level } from './levels.ts';

type Context = NonNullable<PodSpec['containers'][number]['securityContext']>;

const container = (name: string, securityContext?: Context, more: object = {}) => ({
  name,
  image: 'i',
  securityContext,
  ...more,
});
/** What restricted wants of a container. */
const tame: Context = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
const of = (...containers: PodSpec['containers'][number][]): PodSpec => ({ containers });
const said = (
  spec: PodSpec,
  level: Level,
  { version = 'latest', annotations = {} }: { version?: string; annotations?: Record<string, string> } = {},
) => detailsOf(violationsOf({ annotations, spec }, { level, version }));

describe('baseline', () => {
  test.each<[string, PodSpec, string]>([
    ['nothing special', of(container('a')), ''],
    [
      'namespaces of the host',
      { ...of(container('a')), hostNetwork: true, hostPID: true },
      'host namespaces (hostNetwork=true, hostPID=true)',
    ],
    [
      'paths of the host',
      { ...of(container('a')), volumes: [{ name: 'v', hostPath: { path: '/' } }] },
      'hostPath volumes (volume "v")',
    ],
    [
      'ports of the host',
      of(
        container('a', undefined, { ports: [{ containerPort: 80, hostPort: 80 }] }),
        container('b', undefined, { ports: [{ containerPort: 90, hostPort: 90 }] }),
      ),
      'hostPort (containers "a", "b" use hostPorts 80, 90)',
    ],
    [
      'everything',
      of(container('a', { privileged: true })),
      'privileged (container "a" must not set securityContext.privileged=true)',
    ],
    [
      'more capabilities',
      of(container('a', { capabilities: { add: ['NET_RAW', 'CHOWN', 'BPF'] } })),
      'non-default capabilities (container "a" must not include "BPF", "NET_RAW" in securityContext.capabilities.add)',
    ],
    [
      'an unmasked /proc',
      of(container('a', { procMount: 'Unmasked' })),
      'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
    ],
    [
      'other SELinux options',
      {
        ...of(container('a', { seLinuxOptions: { type: 'spc_t', user: 'u' } })),
        securityContext: { seLinuxOptions: { role: 'r' } },
      },
      'seLinuxOptions (pod and container "a" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)',
    ],
    [
      'no seccomp',
      {
        ...of(container('a', { seccompProfile: { type: 'Unconfined' } })),
        securityContext: { seccompProfile: { type: 'Unconfined' } },
      },
      'seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      'no AppArmor',
      of(container('a', { appArmorProfile: { type: 'Unconfined' } })),
      'forbidden AppArmor profile (container "a" must not set AppArmor profile type to "Unconfined")',
    ],
    [
      'sysctls of the node',
      {
        ...of(container('a')),
        securityContext: {
          sysctls: [
            { name: 'kernel.msgmax', value: '1' },
            { name: 'net.ipv4.tcp_rmem', value: '1' },
          ],
        },
      },
      'forbidden sysctls (kernel.msgmax)',
    ],
    [
      'a process of the host',
      { ...of(container('a')), securityContext: { windowsOptions: { hostProcess: true } } },
      'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
    ],
  ])('a pod with %s', (_, spec, expected) => {
    expect(said(spec, 'baseline')).toBe(expected);
    expect(said(spec, 'privileged')).toBe('');
  });

  test('an old annotation turns AppArmor off', () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' };
    expect(said(of(container('a')), 'baseline', { annotations })).toBe(
      'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/a=\\"unconfined\\"")',
    );
  });
});

describe('restricted', () => {
  test.each<[string, PodSpec, string]>([
    ['what it wants', of(container('a', tame)), ''],
    [
      'nothing',
      { ...of(container('b')), initContainers: [container('a')] },
      'allowPrivilegeEscalation != false (containers "a", "b" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (containers "a", "b" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or containers "a", "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
    [
      'what the pod says for its containers',
      {
        ...of(container('a', { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } })),
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'Localhost' } },
      },
      '',
    ],
    [
      'a root user',
      of(container('a', { ...tame, runAsUser: 0, runAsNonRoot: false })),
      'runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false), runAsUser=0 (container "a" must not set runAsUser=0)',
    ],
    [
      'one more capability',
      of(container('a', { ...tame, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE', 'CHOWN'] } })),
      'unrestricted capabilities (container "a" must not include "CHOWN" in securityContext.capabilities.add)',
    ],
    [
      'volumes of elsewhere, and the host’s network',
      {
        ...of(container('a', tame)),
        hostNetwork: true,
        volumes: [
          { name: 'v', hostPath: { path: '/' } },
          { name: 'w', nfs: { server: 's', path: '/' } },
          { name: 'x', emptyDir: {} },
        ],
      },
      'host namespaces (hostNetwork=true), restricted volume types (volumes "v", "w" use restricted volume types "hostPath", "nfs")',
    ],
    [
      'an unconfined container',
      of(container('a', { ...tame, seccompProfile: { type: 'Unconfined' } })),
      'seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
  ])('a pod with %s', (_, spec, expected) => expect(said(spec, 'restricted')).toBe(expected));
});

describe('versions', () => {
  const sysctl = { ...of(container('a')), securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } };
  const windows = { ...of(container('a', { runAsNonRoot: true })), os: { name: 'windows' as const } };
  test.each<[string, PodSpec, Level, string, string]>([
    ['a sysctl before it was safe', sysctl, 'baseline', 'v1.31', 'forbidden sysctls (net.ipv4.tcp_rmem)'],
    ['a sysctl since it is safe', sysctl, 'baseline', 'v1.32', ''],
    ['a version to come', sysctl, 'baseline', 'v1.99', ''],
    ['what 1.7 did not know', of(container('a', { runAsNonRoot: true })), 'restricted', 'v1.7', ''],
    ['Windows, spared', windows, 'restricted', 'v1.25', ''],
    [
      'Windows, not yet spared',
      windows,
      'restricted',
      'v1.22',
      'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]), ' +
        'seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
  ])('%s', (_, spec, level, version, expected) => expect(said(spec, level, { version })).toBe(expected));

  test('before there were fields, seccomp stood in annotations', () => {
    const annotations = { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' };
    expect(said(of(container('a')), 'baseline', { version: 'v1.18', annotations })).toBe(
      'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
    );
    expect(said(of(container('a')), 'baseline', { version: 'v1.19', annotations })).toBe('');
  });
});

import type { Container, Pod } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { podOf } from '../testing/pods.ts';
import { containerSpec, hostPorts } from './container-config.ts';
import { qosClass } from './qos.ts';

const gibibyte = 2 ** 30;

function specOf(
  container: Partial<Container>,
  { spec = {}, user = '' }: { spec?: Partial<Pod['spec']>; user?: string } = {},
) {
  const whole: Container = { name: 'web', image: 'web:1', ...container };
  return containerSpec(whole, {
    pod: podOf({ containers: [whole], ...spec }),
    sandboxId: 's1',
    restartCount: 2,
    environment: new Map([['NAME', 'value']]),
    mounts: [],
    image: { id: 'x', names: [], sizeBytes: 0, user },
    nodeMemory: 4 * gibibyte,
  });
}

test('commands and arguments are expanded', () => {
  const { command, args } = specOf({ command: ['$(NAME)'], args: ['a$(NAME)', '$$(NAME)', '$(OTHER)'] });
  expect(command).toEqual(['value']);
  expect(args).toEqual(['avalue', '$(NAME)', '$(OTHER)']);
});

const resourceCases: [string, Container['resources'], object][] = [
  ['none', undefined, { cpuShares: 2, oomScoreAdjust: 1000 }],
  ['requests', { requests: { cpu: '500m', memory: '1Gi' } }, { cpuShares: 512, oomScoreAdjust: 750 }],
  [
    'limits, which stand for requests',
    { limits: { cpu: '1500m', memory: '64Mi' } },
    { cpuShares: 1536, cpuQuota: 150_000, memoryBytes: 64 * 2 ** 20, oomScoreAdjust: -997 },
  ],
  ['the least of CPU', { limits: { cpu: '1m' } }, { cpuShares: 2, cpuQuota: 1_000, oomScoreAdjust: 999 }],
];

test.each(resourceCases)('resources: %s', (_name, resources, expected) => {
  expect(specOf({ resources }).resources).toEqual(expected);
});

const qosCases: [string, Container['resources'], string][] = [
  ['nothing', {}, 'BestEffort'],
  ['zeroes', { requests: { cpu: '0' } }, 'BestEffort'],
  ['a request', { requests: { cpu: '1' } }, 'Burstable'],
  ['limits of one kind', { limits: { cpu: '1' } }, 'Burstable'],
  ['limits of both kinds', { limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
  [
    'equal amounts in other words',
    { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } },
    'Guaranteed',
  ],
  [
    'requests below the limits',
    { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Mi' } },
    'Burstable',
  ],
];

test.each(qosCases)('quality of service: %s', (_name, resources, expected) => {
  expect(qosClass(podOf({ containers: [{ name: 'web', resources }] }))).toBe(expected);
});

describe('security', () => {
  test('the container’s own settings win over the pod’s', () => {
    const spec = { securityContext: { runAsUser: 1, runAsGroup: 2, fsGroup: 3, supplementalGroups: [4] } };
    const { security } = specOf({ securityContext: { runAsUser: 9 } }, { spec });
    expect(security).toMatchObject({ user: '9:2', supplementalGroups: [4, 3], allowPrivilegeEscalation: true });
  });

  const refused: [string, Container['securityContext'], string, string][] = [
    ['root by number', { runAsNonRoot: true, runAsUser: 0 }, '', "container's runAsUser breaks non-root policy"],
    ['root by the image', { runAsNonRoot: true }, '', 'image will run as root'],
    ['a user by name', { runAsNonRoot: true }, 'app', 'non-numeric user (app)'],
  ];
  test.each(refused)('refuses %s', (_name, securityContext, user, message) => {
    expect(() => specOf({ securityContext }, { user })).toThrow(message);
  });

  test('lets another user of the image pass', () => {
    expect(specOf({ securityContext: { runAsNonRoot: true } }, { user: '1000:1000' }).security.user).toBeUndefined();
  });
});

test('host ports lead into the pod, except on the node’s own network', () => {
  const containers = [{ name: 'web', ports: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 81 }] }];
  expect(hostPorts(podOf({ containers }))).toEqual([
    { containerPort: 80, hostPort: 8080, hostIP: '', protocol: 'TCP' },
  ]);
  expect(hostPorts(podOf({ containers, hostNetwork: true }))).toEqual([]);
});

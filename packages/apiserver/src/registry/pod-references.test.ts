import type { Pod } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { refersTo } from './pod-references.ts';

const container = (fields: object) => ({ name: 'c', image: 'i', ...fields });
const pod = (spec: object): Pod => ({ spec: { containers: [], ...spec } }) as unknown as Pod;
const key = { name: 'a', key: 'k' };

describe('a pod refers to', () => {
  it.each([
    { name: 'a pull secret', spec: { imagePullSecrets: [{ name: 'a' }] }, what: 'secrets' },
    { name: 'a volume’s secret', spec: { volumes: [{ name: 'v', secret: { secretName: 'a' } }] }, what: 'secrets' },
    { name: 'a volume’s config map', spec: { volumes: [{ name: 'v', configMap: { name: 'a' } }] }, what: 'configmaps' },
    {
      name: 'a projected secret',
      spec: { volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 'a' } }] } }] },
      what: 'secrets',
    },
    {
      name: 'a projected config map',
      spec: { volumes: [{ name: 'v', projected: { sources: [{ configMap: { name: 'a' } }] } }] },
      what: 'configmaps',
    },
    {
      name: 'a variable’s secret',
      spec: { containers: [container({ env: [{ name: 'E', valueFrom: { secretKeyRef: key } }] })] },
      what: 'secrets',
    },
    {
      name: 'a variable’s config map, first of all',
      spec: { initContainers: [container({ env: [{ name: 'E', valueFrom: { configMapKeyRef: key } }] })] },
      what: 'configmaps',
    },
    {
      name: 'all of a secret, later',
      spec: { ephemeralContainers: [container({ envFrom: [{ secretRef: { name: 'a' } }] })] },
      what: 'secrets',
    },
    {
      name: 'all of a config map',
      spec: { containers: [container({ envFrom: [{ configMapRef: { name: 'a' } }] })] },
      what: 'configmaps',
    },
  ] as const)('$name', ({ spec, what }) => {
    expect(refersTo(pod(spec), what, 'a')).toBe(true);
    expect(refersTo(pod(spec), what, 'b')).toBe(false);
    expect(refersTo(pod(spec), what === 'secrets' ? 'configmaps' : 'secrets', 'a')).toBe(false);
  });
});

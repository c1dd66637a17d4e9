import { describe, expect, it } from 'vitest';
import { type Pod, pods, replicationControllers } from '../index.ts';
import { created } from './manifest-fixture.ts';
import { kindOf } from './registry.ts';
import { applyScale, scaleOf } from './scale.ts';

const containers = [{ name: 'c', image: 'x:1' }];

describe('the grace period of a pod', () => {
  const cases: [string, object, object, number][] = [
    ['on a node', { nodeName: 'n' }, { phase: 'Running' }, 30],
    ['of its own', { nodeName: 'n', terminationGracePeriodSeconds: 5 }, { phase: 'Running' }, 5],
    ['that is not bound', {}, { phase: 'Pending' }, 0],
    ['that has ended', { nodeName: 'n' }, { phase: 'Succeeded' }, 0],
  ];
  it.each(cases)('%s', (_, spec, status, seconds) => {
    const pod = { ...created(pods, { metadata: { name: 'a' }, spec: { containers, ...spec } }), status } as Pod;
    expect(kindOf(pods).gracePeriodSeconds?.(pod)).toBe(seconds);
  });
});

describe('a status update of a pod', () => {
  it('keeps the spec and the owners', () => {
    const old = created(pods, { metadata: { name: 'a' }, spec: { containers } });
    const draft = created(pods, {
      metadata: { name: 'a', ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' }] },
      spec: { containers: [], nodeName: 'elsewhere' },
    });
    Object.assign(draft, { status: { phase: 'Running' } });
    kindOf(pods).prepareForStatusUpdate?.(draft as never, old);
    expect(draft.spec).toEqual(old.spec);
    expect(draft.metadata.ownerReferences).toBeUndefined();
    expect(draft.status).toEqual({ phase: 'Running', qosClass: 'BestEffort' });
  });
});

describe('the scale of a replication controller', () => {
  const kind = kindOf(replicationControllers);
  const template = { metadata: { labels: { app: 'a' } }, spec: { containers } };
  const rc = created(replicationControllers, { metadata: { name: 'a' }, spec: { replicas: 2, template } });

  it('is read', () => {
    expect(scaleOf(kind, rc)).toEqual({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: {
        name: 'a',
        namespace: 'default',
        uid: 'u',
        resourceVersion: '1',
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      spec: { replicas: 2 },
      status: { replicas: 0, selector: 'app=a' },
    });
  });
  it('is not that of a pod', () => {
    expect(scaleOf(kindOf(pods), created(pods, { metadata: { name: 'a' }, spec: { containers } }))).toBeUndefined();
  });
  it('sets the replicas, to none too, and never below', () => {
    const draft = structuredClone(rc) as never;
    const scale = scaleOf(kind, rc)!;
    expect(applyScale(kind, draft, { ...scale, spec: {} })).toEqual([]);
    expect(draft).toMatchObject({ spec: { replicas: 0 } });
    expect(applyScale(kind, draft, { ...scale, spec: { replicas: -1 } })).toEqual([
      {
        type: 'FieldValueInvalid',
        field: 'spec.replicas',
        message: 'Invalid value: -1: must be greater than or equal to 0',
      },
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { capacityOf, type NodeFacts, type NodeObservation, nodeLabels, nodeStatus } from './node-object.ts';

const facts: NodeFacts = {
  name: 'n1',
  address: '192.0.2.1',
  port: 10250,
  labels: { zone: 'a' },
  capacity: {},
  machine: {
    cpus: 4,
    memoryBytes: 8 * 2 ** 30,
    diskBytes: 2 ** 40,
    info: {
      architecture: 'amd64',
      operatingSystem: 'linux',
      kernelVersion: '6.1',
      osImage: 'Debian',
      machineID: 'm',
      bootID: 'b',
      systemUUID: 's',
    },
  },
  runtime: { name: 'docker', version: '20.10.24' },
  simulated: false,
};

const now = '2026-01-01T00:00:00Z';
const healthy: NodeObservation = { pressure: { memory: false, disk: false }, images: [], notReady: '', now };

describe('a node', () => {
  test('offers what the machine has, or its share of it', () => {
    expect(capacityOf(facts)).toEqual({
      cpu: '4',
      memory: '8388608Ki',
      'ephemeral-storage': '1073741824Ki',
      pods: '110',
    });
    expect(capacityOf({ ...facts, capacity: { cpu: '2', pods: '50' } })).toMatchObject({ cpu: '2', pods: '50' });
  });

  test('offers what others have given it, but for what it knows better', () => {
    const before = { capacity: { cpu: '64', 'example.com/dongle': '4', 'kubernetes.io/batteries': '2' } };
    const { capacity, allocatable } = nodeStatus(facts, healthy, before);
    expect(capacity).toEqual({ ...capacityOf(facts), 'example.com/dongle': '4' });
    expect(allocatable).toEqual(capacity);
  });

  test('is marked when it is simulated', () => {
    expect(nodeLabels(facts)).toMatchObject({
      'kubernetes.io/hostname': 'n1',
      'kubernetes.io/arch': 'amd64',
      zone: 'a',
    });
    expect(nodeLabels(facts)).not.toHaveProperty(['berth.dev/simulated']);
    expect(nodeLabels({ ...facts, simulated: true })).toHaveProperty(['berth.dev/simulated'], 'true');
    expect(nodeLabels({ ...facts, simulated: true })).toHaveProperty(['node-role.kubernetes.io/simulated'], '');
  });

  test('names its addresses, its port and its versions', () => {
    const status = nodeStatus(facts, healthy, undefined);
    expect(status.addresses).toEqual([
      { type: 'InternalIP', address: '192.0.2.1' },
      { type: 'Hostname', address: 'n1' },
    ]);
    expect(status.daemonEndpoints).toEqual({ kubeletEndpoint: { Port: 10250 } });
    expect(status.nodeInfo).toMatchObject({ containerRuntimeVersion: 'docker://20.10.24', osImage: 'Debian' });
  });

  test('lists its largest images', () => {
    const images = Array.from({ length: 60 }, (_, sizeBytes) => ({
      id: '',
      names: [`i${sizeBytes}`],
      sizeBytes,
      user: '',
    }));
    const status = nodeStatus(facts, { ...healthy, images }, undefined);
    expect(status.images).toHaveLength(50);
    expect(status.images?.[0]).toEqual({ names: ['i59'], sizeBytes: 59 });
  });
});

describe('its conditions', () => {
  const cases: [string, Partial<NodeObservation>, string[]][] = [
    ['all is well', {}, ['MemoryPressure False', 'DiskPressure False', 'PIDPressure False', 'Ready True']],
    [
      'memory is short',
      { pressure: { memory: true, disk: false } },
      ['MemoryPressure True', 'DiskPressure False', 'PIDPressure False', 'Ready True'],
    ],
    [
      'there is no network',
      { notReady: 'no network' },
      ['MemoryPressure False', 'DiskPressure False', 'PIDPressure False', 'Ready False'],
    ],
  ];
  test.each(cases)('%s', (_name, changes, expected) => {
    const { conditions } = nodeStatus(facts, { ...healthy, ...changes }, undefined);
    expect(conditions?.map(({ type, status }) => `${type} ${status}`)).toEqual(expected);
  });

  test('keep the time of their last change, and those of others stay', () => {
    const before = [
      { type: 'Ready', status: 'True' as const, lastTransitionTime: '2020-01-01T00:00:00Z' },
      { type: 'DiskPressure', status: 'Unknown' as const, lastTransitionTime: '2020-01-01T00:00:00Z' },
      { type: 'NetworkUnavailable', status: 'False' as const },
    ];
    const status = { conditions: before };
    const { conditions } = nodeStatus(facts, healthy, status);
    const time = (type: string) => conditions?.find((condition) => condition.type === type)?.lastTransitionTime;
    expect(time('Ready')).toBe('2020-01-01T00:00:00Z');
    expect(time('DiskPressure')).toBe(now);
    expect(conditions?.at(-1)).toEqual(before[2]);
  });
});

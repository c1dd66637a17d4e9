import { describe, expect, it } from 'vitest';
import {
  type ConfigMap,
  configMaps,
  type Draft,
  decode,
  deepFreeze,
  draftOf,
  type KubeObject,
  type Pod,
  pods,
} from '../index.ts';
import { trackedTypeOf } from './tracked-type.ts';
import { trackCreate, trackUpdate, type Write } from './tracking.ts';

const first = '2024-01-01T00:00:00Z';
const later = '2024-01-02T00:00:00Z';

function writeBy(
  manager: string,
  resource: typeof pods | typeof configMaps,
  time: string,
  subresource?: string,
): Write {
  const type = trackedTypeOf(resource, { hasStatus: resource.plural === 'pods', subresource });
  return {
    type,
    name: { manager, operation: 'Update', apiVersion: 'v1', ...(subresource ? { subresource } : {}) },
    time,
  };
}

function createdPod(body: object): Pod {
  const draft = decode<Pod>(pods, body).object;
  trackCreate(draft as Draft<KubeObject>, writeBy('kubectl-create', pods, first));
  return deepFreeze(draft) as Pod;
}

function createdMap(body: object): ConfigMap {
  const draft = decode<ConfigMap>(configMaps, body).object;
  trackCreate(draft as Draft<KubeObject>, writeBy('kubectl-create', configMaps, first));
  return deepFreeze(draft) as ConfigMap;
}

function updated<T extends KubeObject>(old: T, write: Write, change: (draft: Draft<T>) => void): T {
  const draft = draftOf(old);
  change(draft);
  trackUpdate(draft as Draft<KubeObject>, old, write);
  return deepFreeze(draft) as T;
}

describe('a create', () => {
  it('makes its writer the manager of all that it says, in Kubernetes’ form', () => {
    const container = { name: 'main', image: 'web', ports: [{ containerPort: 80 }], env: [{ name: 'A', value: '' }] };
    const metadata = { name: 'a', namespace: 'b', labels: { app: 'web' }, finalizers: ['x/y'] };
    const { managedFields } = createdPod({
      metadata,
      spec: { containers: [container], nodeSelector: { a: 'b' } },
    }).metadata;
    expect(managedFields).toEqual([
      {
        manager: 'kubectl-create',
        operation: 'Update',
        apiVersion: 'v1',
        time: first,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:finalizers': { '.': {}, 'v:"x/y"': {} }, 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': {
            'f:containers': {
              'k:{"name":"main"}': {
                '.': {},
                'f:env': { '.': {}, 'k:{"name":"A"}': { '.': {}, 'f:name': {} } },
                'f:image': {},
                'f:name': {},
                'f:ports': {
                  '.': {},
                  'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
                },
                'f:resources': {},
              },
            },
            'f:nodeSelector': {},
          },
        },
      },
    ]);
  });
});

describe('an update', () => {
  const map = createdMap({ metadata: { name: 'a' }, data: { a: '1', b: '2' } });
  const byEditor = writeBy('kubectl-edit', configMaps, later);
  const entriesOf = ({ metadata }: KubeObject) =>
    metadata.managedFields!.map(({ manager, time, fieldsV1 }) => [manager, time, fieldsV1]);

  it('takes over what it changes', () => {
    const after = updated(map, byEditor, (draft) => {
      draft.data!.b = '3';
    });
    expect(entriesOf(after)).toEqual([
      ['kubectl-create', first, { 'f:data': { '.': {}, 'f:a': {} } }],
      ['kubectl-edit', later, { 'f:data': { 'f:b': {} } }],
    ]);
  });
  it('takes what is gone from everybody, and makes nobody its manager', () => {
    const after = updated(map, byEditor, (draft) => {
      delete draft.data!.b;
    });
    expect(entriesOf(after)).toEqual([['kubectl-create', first, { 'f:data': { '.': {}, 'f:a': {} } }]]);
  });
  it('removes a manager that has nothing any more', () => {
    const after = updated(map, byEditor, (draft) => {
      draft.data = { a: '2', b: '3' };
      delete draft.data.a;
      draft.data.b = '4';
    });
    expect(entriesOf(after).map(([manager]) => manager)).toEqual(['kubectl-create', 'kubectl-edit']);
    const emptied = updated(map, byEditor, (draft) => {
      delete draft.data;
    });
    expect(emptied.metadata).not.toHaveProperty('managedFields');
  });
  it('that changes nothing leaves the entries as they are', () => {
    const after = updated(map, byEditor, () => undefined);
    expect(after.metadata.managedFields).toBe(map.metadata.managedFields);
  });
  it('of an object without managers makes none', () => {
    const bare = deepFreeze(decode<ConfigMap>(configMaps, { metadata: { name: 'a' } }).object) as ConfigMap;
    const after = updated(bare, byEditor, (draft) => {
      draft.data = { a: '1' };
    });
    expect(after.metadata).not.toHaveProperty('managedFields');
  });
  it('of the status is an entry of its own, which no other write touches', () => {
    const pod = createdPod({ metadata: { name: 'a' }, spec: { containers: [{ name: 'm', image: 'i' }] } });
    const running = updated(pod, writeBy('kubelet', pods, later, 'status'), (draft) => {
      draft.status.phase = 'Running';
    });
    const relabelled = updated(running, writeBy('kubectl-label', pods, later), (draft) => {
      draft.metadata.labels = { a: 'b' };
      draft.status = {};
    });
    const [kubelet] = relabelled.metadata.managedFields!.filter(({ subresource }) => subresource === 'status');
    expect(kubelet).toMatchObject({ manager: 'kubelet', fieldsV1: { 'f:status': { 'f:phase': {} } } });
  });
  it('shares one entry among the oldest of more than ten managers', () => {
    let after = map;
    for (let index = 0; index < 12; index++)
      after = updated(after, writeBy(`m${index}`, configMaps, `2024-02-${10 + index}T00:00:00Z`), (draft) => {
        draft.data![`k${index}`] = 'x';
      });
    const managers = after.metadata.managedFields!.map(({ manager }) => manager);
    expect(managers).toHaveLength(10);
    expect(managers).toContain('ancient-changes');
    expect(managers).not.toContain('m0');
  });
});

describe('managers that a client sends', () => {
  const map = createdMap({ metadata: { name: 'a' }, data: { a: '1' } });
  const mine = {
    manager: 'me',
    operation: 'Apply',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { 'f:a': {} } },
  } as const;
  const write = writeBy('kubectl-patch', configMaps, later);
  const send = (entries: object[] | undefined) =>
    updated(map, write, (draft) => {
      Object.assign(draft.metadata, { managedFields: entries });
    }).metadata.managedFields;

  it('replace those that there were', () => expect(send([mine])).toEqual([mine]));
  it('are left out by those who do not know them', () => {
    expect(send(undefined)).toEqual(map.metadata.managedFields);
    expect(send([])).toEqual(map.metadata.managedFields);
  });
  it('do not count if they cannot be read', () => {
    expect(send([{ ...mine, fieldsV1: { a: {} } }])).toEqual(map.metadata.managedFields);
    expect(send([{ ...mine, operation: 'Steal' }])).toEqual(map.metadata.managedFields);
  });
  it('are all taken away by one empty entry', () => expect(send([{}])).toBeUndefined());
});

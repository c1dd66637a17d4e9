import { describe, expect, it, test } from 'vitest';
import {
  deepFreeze,
  isReason,
  type Kind,
  type KubeObject,
  kindOf,
  pods,
  type Resource,
  type StatusError,
  services,
} from '../index.ts';
import { serverSideApply } from './server-side-apply.ts';

const time = '2024-01-01T00:00:00Z';

interface Request {
  readonly manager?: string;
  readonly force?: boolean;
  readonly time?: string;
  readonly subresource?: string;
}

function apply<T extends KubeObject>(
  resource: Resource<T>,
  current: T | undefined,
  body: object,
  options: Request = {},
): T {
  const configuration = { apiVersion: 'v1', kind: resource.kind, metadata: { name: 'a' }, ...body };
  const request = { manager: 'me', force: false, time, decoding: {}, ...options, configuration };
  return deepFreeze(serverSideApply(kindOf(resource) as Kind<T>, current, request).object) as T;
}

function refusal(run: () => unknown): StatusError {
  try {
    run();
  } catch (error) {
    return error as StatusError;
  }
  throw new Error('it was not refused');
}

const port = (number: number, more: object = {}) => ({ port: number, ...more });
const portsOf = (service: { spec: { ports?: readonly { port: number }[] } }) =>
  service.spec.ports?.map((one) => one.port);

describe('lists of objects', () => {
  const mine = apply(services, undefined, { spec: { ports: [port(80), port(443)] } });

  it('know an item by its keys, whose defaults may be left out', () => {
    const both = apply(
      services,
      mine,
      { spec: { ports: [port(80, { protocol: 'TCP', name: 'web' })] } },
      { manager: 'you' },
    );
    expect(both.spec.ports).toMatchObject([{ port: 80, name: 'web' }, { port: 443 }]);
  });
  test.each<[string, number[], number[]]>([
    ['what is new comes last', [81], [80, 443, 81]],
    ['what is said keeps its order', [443, 80], [443, 80]],
    ['what others have stays before what it stood before', [443, 81], [80, 443, 81]],
    ['what is new before something known comes before it', [81, 443], [80, 81, 443]],
  ])('%s', (_name, said, expected) => {
    const ports = said.map((number) => port(number));
    expect(portsOf(apply(services, mine, { spec: { ports } }, { manager: 'you' }))).toEqual(expected);
  });
});

describe('ownership', () => {
  const labels = (values: Record<string, string>) => ({ metadata: { name: 'a', labels: values } });

  it('that is shared keeps a field until the last manager lets it go', () => {
    const mine = apply(services, undefined, labels({ x: '1' }));
    const shared = apply(services, mine, labels({ x: '1' }), { manager: 'you' });
    const yours = apply(services, shared, labels({}));
    expect(yours.metadata.labels).toEqual({ x: '1' });
    expect(apply(services, yours, labels({}), { manager: 'you' }).metadata).not.toHaveProperty('labels');
  });
  it('of an object that had no managers is somebody’s from before', () => {
    const { managedFields: _, ...metadata } = apply(services, undefined, labels({ x: '1' })).metadata;
    const bare = { ...apply(services, undefined, {}), metadata };
    const conflict = refusal(() => apply(services, bare, labels({ x: '2' })));
    expect(conflict.message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .metadata.labels.x',
    );
  });
  it('has its time set again only by a change', () => {
    const mine = apply(services, undefined, labels({ x: '1' }));
    const later = '2024-01-02T00:00:00Z';
    expect(apply(services, mine, labels({ x: '1' }), { time: later })).toEqual(mine);
    expect(apply(services, mine, labels({ x: '2' }), { time: later }).metadata.managedFields![0]!.time).toBe(later);
  });
  it('is the status’s own through its subresource', () => {
    const mine = apply(pods, undefined, { spec: { containers: [{ name: 'm' }] } });
    const status = { spec: { containers: [] }, status: { phase: 'Running' } };
    const { managedFields } = apply(pods, mine, status, { manager: 'kubelet', subresource: 'status' }).metadata;
    expect(managedFields).toContainEqual(
      expect.objectContaining({ subresource: 'status', fieldsV1: { 'f:status': { 'f:phase': {} } } }),
    );
  });
});

it('several conflicts are listed by manager', () => {
  const mine = apply(services, undefined, { spec: { ports: [port(80, { name: 'a' })], clusterIP: 'None' } });
  const conflict = refusal(() =>
    apply(services, mine, { spec: { ports: [port(80, { name: 'b' })], clusterIP: '10.0.0.1' } }, { manager: 'you' }),
  );
  expect(isReason(conflict, 'Conflict')).toBe(true);
  expect(conflict.message).toBe(
    'Apply failed with 2 conflicts: conflicts with "me":\n- .spec.clusterIP\n- .spec.ports[port=80,protocol="TCP"].name',
  );
  expect(conflict.details?.causes).toHaveLength(2);
});

describe('the annotation of client-side apply', () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
  const last = JSON.stringify({ spec: { clusterIP: 'None', type: 'ClusterIP' } });
  const metadata = { name: 'a', annotations: { [annotation]: last } };
  const clientSide = { ...apply(services, undefined, { metadata, spec: { clusterIP: 'None', type: 'NodePort' } }) };
  const taken = { spec: { clusterIP: '10.0.0.1' } };

  it('lets kubectl take over what it set', () => {
    const after = apply(services, clientSide, taken, { manager: 'kubectl' });
    expect(after.spec.clusterIP).toBe('10.0.0.1');
    expect(JSON.parse(after.metadata.annotations![annotation]!)).toMatchObject({ ...taken, kind: 'Service' });
  });
  it('but not what was changed since, and nobody else', () => {
    const changed = () => apply(services, clientSide, { spec: { type: 'ClusterIP' } }, { manager: 'kubectl' });
    expect(refusal(changed).message).toContain('.spec.type');
    expect(refusal(() => apply(services, clientSide, taken, { manager: 'helm' })).message).toContain('.spec.clusterIP');
  });
});

test.each<[string, object, RegExp]>([
  [
    'a field that nobody knows',
    { spec: { portz: [] } },
    /^failed to create typed patch object \(\/a; v1, Kind=Service\): \.spec\.portz: field not declared in schema$/,
  ],
  [
    'the same item twice',
    { spec: { ports: [port(80), port(80, { protocol: 'TCP' })] } },
    /: \.spec\.ports: duplicate entries for key \[port=80,protocol="TCP"\]$/,
  ],
  [
    'the same value twice',
    { metadata: { name: 'a', finalizers: ['a/b', 'a/b'] } },
    /: \.metadata\.finalizers: duplicate entries for key \[="a\/b"\]$/,
  ],
  ['a wrong type', { spec: { ports: 1 } }, /cannot unmarshal number into Go struct field/],
  ['managers', { metadata: { name: 'a', managedFields: [{}] } }, /^metadata\.managedFields must be nil$/],
  ['no kind', { kind: '' }, /apiVersion and kind must be set/],
  ['another kind', { kind: 'Pod' }, /Pod in version "v1" cannot be handled as a Service/],
])('a configuration with %s is a bad request', (_name, body, message) => {
  const error = refusal(() => apply(services, undefined, body));
  expect(error).toMatchObject({ reason: 'BadRequest', message: expect.stringMatching(message) });
});

import { describe, expect, it } from 'vitest';
import { configMaps, pods, type Resource, replicationControllers, services } from '../index.ts';
import { decode, decodeBody } from './decode.ts';
import { parseJson } from './parse-json.ts';

const pod = (spec: unknown) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec });

describe('decode answers a wrong form as Kubernetes does', () => {
  const cases: [string, Resource, unknown, string][] = [
    [
      'a string for a number',
      replicationControllers,
      { spec: { replicas: 'three' } },
      'ReplicationController in version "v1" cannot be handled as a ReplicationController: json: cannot unmarshal string into Go struct field ReplicationControllerSpec.spec.replicas of type int32',
    ],
    [
      'a number for a label',
      pods,
      { metadata: { labels: { a: 1 } } },
      'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      'a fraction',
      replicationControllers,
      { spec: { replicas: 1.5 } },
      'ReplicationController in version "v1" cannot be handled as a ReplicationController: json: cannot unmarshal number 1.5 into Go struct field ReplicationControllerSpec.spec.replicas of type int32',
    ],
    [
      'an object for a list',
      pods,
      pod({ containers: {} }),
      'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      'deep inside lists',
      pods,
      pod({ containers: [{ name: 'a' }, { env: [{ name: 'A', value: 1 }] }] }),
      'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string',
    ],
    [
      'a string for a struct',
      pods,
      pod('x'),
      'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec',
    ],
    [
      'no quantity',
      pods,
      pod({ containers: [{ resources: { limits: { cpu: 'much' } } }] }),
      'Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression \'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$\'',
    ],
    [
      'another kind',
      pods,
      { apiVersion: 'v1', kind: 'Service' },
      'Service in version "v1" cannot be handled as a Pod: no kind "Service" is registered for version "v1"',
    ],
    [
      'another version',
      pods,
      { apiVersion: 'v2', kind: 'Pod' },
      'the API version in the data (v2) does not match the expected API version (v1)',
    ],
  ];
  it.each(cases)('%s', (_, resource, body, message) => {
    expect(() => decode(resource, body)).toThrow(expect.objectContaining({ message, reason: 'BadRequest', code: 400 }));
  });
});

describe('unknown and duplicate fields', () => {
  const text =
    '{"metadata":{"name":"a","name":"b"},"spec":{"foo":1,"containers":[{"name":"c"},{"name":"d","imagee":"x"}]}}';
  const message =
    'strict decoding error: duplicate field "metadata.name", unknown field "spec.containers[1].imagee", unknown field "spec.foo"';

  it('are refused when validation is strict', () => {
    expect(() => decodeBody(pods, parseJson(text, 'Pod'), { fieldValidation: 'Strict' })).toThrow(message);
  });
  it('are warned of otherwise, and dropped', () => {
    const { object, warnings } = decodeBody(pods, parseJson(text, 'Pod'));
    expect(warnings).toEqual([
      'duplicate field "metadata.name"',
      'unknown field "spec.containers[1].imagee"',
      'unknown field "spec.foo"',
    ]);
    expect(object.spec).toEqual({
      containers: [
        { name: 'c', resources: {} },
        { name: 'd', resources: {} },
      ],
    });
  });
  it('are dropped silently when nobody wants to know', () => {
    expect(decodeBody(pods, parseJson(text, 'Pod'), { fieldValidation: 'Ignore' }).warnings).toEqual([]);
  });
});

describe('normalisation', () => {
  it('keeps structs that are always there and drops empty optional values', () => {
    const { object } = decode(services, {
      metadata: { name: 'a', labels: {} },
      spec: { type: '', ports: [{ port: 1 }] },
    });
    expect(object).toEqual({
      kind: 'Service',
      apiVersion: 'v1',
      metadata: { name: 'a' },
      spec: { ports: [{ port: 1, protocol: 'TCP', targetPort: 0 }] },
      status: { loadBalancer: {} },
    });
  });
  it('takes null as absent', () => {
    const { object } = decode(replicationControllers, {
      metadata: { name: 'a', labels: null },
      spec: { replicas: null },
    });
    expect(object).toEqual({
      kind: 'ReplicationController',
      apiVersion: 'v1',
      metadata: { name: 'a' },
      spec: {},
      status: { replicas: 0 },
    });
  });
  it('keeps what is empty behind a pointer', () => {
    const { object } = decode(
      pods,
      pod({ containers: [], securityContext: {}, volumes: [{ name: 'v', emptyDir: {} }] }),
    );
    expect(object.spec).toEqual({ volumes: [{ name: 'v', emptyDir: {} }], containers: [], securityContext: {} });
  });
  it('keeps a key that JavaScript would take for the prototype', () => {
    const { object } = decodeBody(configMaps, parseJson('{"data":{"__proto__":"x","b":"y"}}', 'ConfigMap'));
    expect(JSON.stringify(object.data)).toBe('{"__proto__":"x","b":"y"}');
  });
});

describe('parseJson names what it cannot read', () => {
  const cases: [string, string, string][] = [
    ['truncated', '{"kind":"Pod"', 'unexpected end of JSON input ({"kind":"Pod")'],
    ['a trailing comma', '{"a":1,}', `invalid character '}' looking for beginning of object key string ({"a":1,})`],
    ['text', 'hello', "invalid character 'h' looking for beginning of value (68656c6c6f)"],
    ['two values', '{} {}', "invalid character '{' after top-level value ({} {})"],
    ['nothing', '', 'unexpected end of JSON input (<empty>)'],
  ];
  it.each(cases)('%s', (_, text, problem) => {
    expect(() => parseJson(text, 'Pod')).toThrow(
      `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: ${problem}`,
    );
  });
});

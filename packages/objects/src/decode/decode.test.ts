import { describe, expect, it } from 'vitest';
import {
  configMaps,
  type DocumentType,
  events,
  pods,
  type Resource,
  replicationControllers,
  secrets,
  services,
} from '../index.ts';
import { type DecodeOptions, decode } from './decode.ts';
import { parseJson, parsePatch } from './parse-json.ts';

/** As the API server reads the text of a body. */
function decodeText<T>(type: DocumentType<T>, text: string, fieldValidation?: DecodeOptions['fieldValidation']) {
  const { value, duplicates } = parseJson(text, type.kind);
  return decode(type, value, { fieldValidation, duplicates });
}

const pod = (spec: unknown) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec });

describe('decode answers a wrong form as Kubernetes does', () => {
  const cases: [string, Resource, unknown, string | RegExp][] = [
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
      'Service in version "v1" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown conversion',
    ],
    [
      'a kind that is not served',
      pods,
      { apiVersion: 'example.com/v1', kind: 'Ship' },
      'Ship in version "v1" cannot be handled as a Pod: no kind "Ship" is registered for version "example.com/v1"',
    ],
    [
      'a list',
      pods,
      [],
      /^the object provided is unrecognized \(must be of type Pod\): couldn't get version\/kind; json parse error: json: cannot unmarshal array into Go value of type struct/,
    ],
    [
      'a number for the kind',
      pods,
      { kind: 1 },
      /json: cannot unmarshal number into Go struct field \.kind of type string$/,
    ],
    [
      'another version',
      pods,
      { apiVersion: 'v2', kind: 'Pod' },
      'the API version in the data (v2) does not match the expected API version (v1)',
    ],
  ];
  it.each(cases)('%s', (_, resource, body, message) => {
    const expected = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(() => decode(resource, body)).toThrow(
      expect.objectContaining({ message: expected, reason: 'BadRequest', code: 400 }),
    );
  });
});

describe('unknown and duplicate fields', () => {
  const text =
    '{"metadata":{"name":"a","name":"b"},"spec":{"foo":1,"containers":[{"name":"c"},{"name":"d","imagee":"x"}]}}';
  const message =
    'strict decoding error: duplicate field "metadata.name", unknown field "spec.foo", unknown field "spec.containers[1].imagee"';

  it('are refused when validation is strict', () => {
    expect(() => decodeText(pods, text, 'Strict')).toThrow(message);
  });
  it('are warned of otherwise, and dropped', () => {
    const { object, warnings } = decodeText(pods, text);
    expect(warnings).toEqual([
      'duplicate field "metadata.name"',
      'unknown field "spec.foo"',
      'unknown field "spec.containers[1].imagee"',
    ]);
    expect(object.spec).toEqual({
      containers: [
        { name: 'c', resources: {} },
        { name: 'd', resources: {} },
      ],
    });
  });
  it('are dropped silently when nobody wants to know', () => {
    expect(decodeText(pods, text, 'Ignore').warnings).toEqual([]);
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
    const { object } = decodeText(configMaps, '{"data":{"__proto__":"x","b":"y"}}');
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
    ['a bad literal', '{"a":nul}', "invalid character '}' in literal null (expecting 'l') ({\"a\":nul})"],
    ['a bad escape', '{"a":"\\x"}', 'invalid character \'x\' in string escape code ({"a":"\\x"})'],
    ['a bad number', '{"a":01}', 'invalid character \'1\' after object key:value pair ({"a":01})'],
    ['no colon', '{"a" 1}', 'invalid character \'1\' after object key ({"a" 1})'],
    ['a long text', `{"a":"${'x'.repeat(50)}`, `unexpected end of JSON input ({"a":"${'x'.repeat(24)} ...)`],
    ['what is nested too deep', '['.repeat(100_000), `exceeded max depth (${'5b'.repeat(30)} ...)`],
  ];
  it.each(cases)('%s', (_, text, problem) => {
    expect(() => parseJson(text, 'Pod')).toThrow(
      `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: ${problem}`,
    );
  });
});

describe('half a character of UTF-16', () => {
  // An object whose name no store can keep as it is would have two: one in memory, another after a start.
  it.each([
    ['"\\ud800"', '\ufffd'],
    ['{"\\udc00a":["x\\ud83d"]}', { '\ufffda': ['x\ufffd'] }],
    ['"\\ud83d\\udca5"', '💥'],
    ['"\\\\ud800"', '\\ud800'],
  ])('%s', (text, value) => {
    expect(parseJson(text, 'Pod').value).toEqual(value);
    expect(parsePatch(Buffer.from(text))).toEqual(value);
  });
});

describe('duplicate keys', () => {
  const cases: [string, string, string[]][] = [
    ['none', '{"a":{"b":1},"c":{"b":2}}', []],
    ['in a list', '{"a":[{"b":1},{"b":1,"b":2}]}', ['a[1].b']],
    ['written differently', '{"a":1,"\\u0061":2}', ['a']],
    ['beside colons and quotes in strings', '{"a":"x:\\"y:\\\\","b":":"}', []],
  ];
  it.each(cases)('%s', (_, text, fields) => {
    expect(parseJson(text, 'Pod').duplicates).toEqual(fields.map((field) => `duplicate field "${field}"`));
  });
});

describe('every type that encodes itself', () => {
  const event = (fields: object) => decode(events, { metadata: { name: 'a' }, involvedObject: {}, ...fields }).object;
  const given: [string, object, object][] = [
    ['a time', { firstTimestamp: '2026-01-01T02:00:00.5+01:00' }, { firstTimestamp: '2026-01-01T01:00:00Z' }],
    ['a finer time', { eventTime: '2026-01-01T01:00:00.12Z' }, { eventTime: '2026-01-01T01:00:00.120000Z' }],
    ['no time', { firstTimestamp: null }, {}],
  ];
  it.each(given)('%s', (_, fields, expected) => {
    expect(event(fields)).toMatchObject(expected);
  });
  it('is left out when it is not there', () => {
    expect(event({ firstTimestamp: null })).not.toHaveProperty('firstTimestamp');
  });

  const bad: [string, Resource, object, string][] = [
    [
      'a date for a time',
      events,
      { firstTimestamp: '2026-01-01' },
      'parsing time "2026-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
    ],
    [
      'a word for a time',
      events,
      { firstTimestamp: 'now' },
      'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
    ],
    [
      'a number for a time',
      events,
      { firstTimestamp: 1 },
      'json: cannot unmarshal number into Go value of type string',
    ],
    ['text for base64', secrets, { data: { a: 'ab!d' } }, 'illegal base64 data at input byte 2'],
    ['truncated base64', secrets, { data: { a: 'abcde' } }, 'illegal base64 data at input byte 4'],
    [
      'a boolean for a port',
      services,
      { spec: { ports: [{ port: 1, targetPort: true }] } },
      'json: cannot unmarshal bool into Go value of type int32',
    ],
    [
      'too large an integer',
      replicationControllers,
      { spec: { replicas: 2 ** 31 } },
      'json: cannot unmarshal number 2147483648 into Go struct field ReplicationControllerSpec.spec.replicas of type int32',
    ],
  ];
  it.each(bad)('refuses %s', (_, resource, body, problem) => {
    const { kind } = resource;
    expect(() => decode(resource, body)).toThrow(`${kind} in version "v1" cannot be handled as a ${kind}: ${problem}`);
  });
});

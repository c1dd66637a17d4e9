// Bad input through the front door: each broken manifest is the caller's clear 4xx that names the field, in Kubernetes'
// words, and nothing is stored.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.test.namespace('bad');
});
afterAll(() => server[Symbol.asyncDispose]());

type Json = Record<string, unknown>;

const pod = (metadata: Json, spec: Json): Json => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
const main = (more: Json = {}): Json => ({ name: 'main', image: 'nginx', ...more });
const podOf = (container: Json): Json => pod({ name: 'bad' }, { containers: [container] });
const service = (spec: Json, metadata: Json = { name: 'bad' }): Json => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec,
});
const controller = (spec: Json): Json => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'bad' },
  spec: {
    replicas: 1,
    selector: { app: 'bad' },
    template: { metadata: { labels: { app: 'bad' } }, spec: { containers: [main()] } },
    ...spec,
  },
});
const configMap = (more: Json, metadata: Json = { name: 'bad' }): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata,
  ...more,
});

interface BadInput {
  readonly what: string;
  readonly plural: string;
  /** Left out: the core group. */
  readonly group?: string;
  readonly body: Json | string;
  readonly code: number;
  readonly reason: string;
  /** The cause's field, of what is Invalid. */
  readonly field?: string;
  readonly message: RegExp;
}

const invalid = { code: 422, reason: 'Invalid' } as const;
const badRequest = { code: 400, reason: 'BadRequest' } as const;

const cases: readonly BadInput[] = [
  {
    what: 'nothing for a binding',
    plural: 'bindings',
    body: 'null',
    ...badRequest,
    message: /must be of type Binding/,
  },
  {
    what: 'truncated JSON',
    plural: 'pods',
    body: '{"apiVersion":"v1","kind":"Pod"',
    ...badRequest,
    message:
      /^the object provided is unrecognized \(must be of type Pod\): couldn't get version\/kind; json parse error: unexpected end of JSON input \(\{"apiVersion":"v1","kind":"Pod \.\.\.\)$/,
  },
  { what: 'no body', plural: 'pods', body: '', ...badRequest, message: /unexpected end of JSON input \(<empty>\)$/ },
  {
    what: 'not JSON',
    plural: 'pods',
    body: 'kind: Pod',
    ...badRequest,
    message: /json parse error: invalid character 'k' looking for beginning of value/,
  },
  { what: 'a list for an object', plural: 'pods', body: '[]', ...badRequest, message: /cannot unmarshal array/ },
  {
    what: 'another kind',
    plural: 'pods',
    body: service({ ports: [{ port: 80 }] }),
    ...badRequest,
    message: /Service in version "v1" cannot be handled as a Pod/,
  },
  {
    what: 'another version',
    plural: 'pods',
    body: { ...podOf(main()), apiVersion: 'v2' },
    ...badRequest,
    message: /the API version in the data \(v2\) does not match the expected API version \(v1\)/,
  },
  {
    what: 'a string for a number',
    plural: 'replicationcontrollers',
    body: controller({ replicas: 'three' }),
    ...badRequest,
    message:
      /ReplicationController in version "v1" cannot be handled as a ReplicationController: json: cannot unmarshal string into Go struct field .*replicas of type int32/,
  },
  {
    what: 'a number for a string',
    plural: 'configmaps',
    body: configMap({ data: { a: 1 } }),
    ...badRequest,
    message: /cannot unmarshal number into Go struct field ConfigMap\.data of type string/,
  },
  {
    what: 'an object for a list',
    plural: 'pods',
    body: pod({ name: 'bad' }, { containers: main() }),
    ...badRequest,
    message: /cannot unmarshal object into Go struct field PodSpec\.spec\.containers of type \[\]v1\.Container/,
  },
  {
    what: 'an unreadable quantity',
    plural: 'pods',
    body: podOf(main({ resources: { limits: { cpu: 'much' } } })),
    ...badRequest,
    message: /quantities must match the regular expression/,
  },
  {
    what: 'an unknown field',
    plural: 'pods',
    body: podOf(main({ imag: 'x' })),
    ...badRequest,
    message: /strict decoding error: unknown field "spec\.containers\[0\]\.imag"/,
  },
  {
    what: 'a field twice',
    plural: 'configmaps',
    body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bad","name":"bad"}}',
    ...badRequest,
    message: /strict decoding error: duplicate field "metadata\.name"/,
  },
  {
    what: 'no name',
    plural: 'configmaps',
    body: configMap({}, {}),
    ...invalid,
    field: 'metadata.name',
    message: /metadata\.name: Required value: name or generateName is required/,
  },
  {
    what: 'a bad name',
    plural: 'pods',
    body: pod({ name: 'Bad_Name' }, { containers: [main()] }),
    ...invalid,
    field: 'metadata.name',
    message: /Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of/,
  },
  {
    what: 'a name that is too long',
    plural: 'pods',
    body: pod({ name: 'x'.repeat(254) }, { containers: [main()] }),
    ...invalid,
    field: 'metadata.name',
    message: /must be no more than 253 (characters|bytes)/,
  },
  {
    // Found by the fuzzer: no store has keys that long.
    what: 'the name of a role that is too long',
    plural: 'roles',
    group: 'rbac.authorization.k8s.io',
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'x'.repeat(1_025) },
      rules: [],
    },
    ...invalid,
    field: 'metadata.name',
    message: /must be no more than 1024 bytes/,
  },
  {
    what: 'a service name that begins with a digit',
    plural: 'services',
    body: service({ ports: [{ port: 80 }] }, { name: '1st' }),
    ...invalid,
    field: 'metadata.name',
    message: /a DNS-1035 label must consist of/,
  },
  {
    what: 'another namespace than the path',
    plural: 'configmaps',
    body: configMap({}, { name: 'bad', namespace: 'default' }),
    ...badRequest,
    message: /the namespace of the provided object does not match the namespace sent on the request/,
  },
  {
    what: 'an over-long label value',
    plural: 'configmaps',
    body: configMap({}, { name: 'bad', labels: { a: 'x'.repeat(64) } }),
    ...invalid,
    field: 'metadata.labels',
    message: /must be no more than 63 (characters|bytes)/,
  },
  {
    what: 'a bad label key',
    plural: 'configmaps',
    body: configMap({}, { name: 'bad', labels: { 'a b': 'c' } }),
    ...invalid,
    field: 'metadata.labels',
    message: /name part must consist of alphanumeric characters/,
  },
  {
    what: 'annotations beyond 256 kB',
    plural: 'configmaps',
    body: configMap({}, { name: 'bad', annotations: { a: 'x'.repeat(263_000) } }),
    ...invalid,
    field: 'metadata.annotations',
    message: /Too long: may not be more than 262144 bytes/,
  },
  {
    what: 'no containers',
    plural: 'pods',
    body: pod({ name: 'bad' }, { containers: [] }),
    ...invalid,
    field: 'spec.containers',
    message: /spec\.containers: Required value/,
  },
  {
    what: 'a container without a name',
    plural: 'pods',
    body: podOf({ image: 'nginx' }),
    ...invalid,
    field: 'spec.containers[0].name',
    message: /Required value/,
  },
  {
    what: 'a container without an image',
    plural: 'pods',
    body: podOf({ name: 'main' }),
    ...invalid,
    field: 'spec.containers[0].image',
    message: /Required value/,
  },
  {
    what: 'two containers of one name',
    plural: 'pods',
    body: pod({ name: 'bad' }, { containers: [main(), main()] }),
    ...invalid,
    field: 'spec.containers[1].name',
    message: /Duplicate value: "main"/,
  },
  {
    what: 'a port out of range',
    plural: 'pods',
    body: podOf(main({ ports: [{ containerPort: 70_000 }] })),
    ...invalid,
    field: 'spec.containers[0].ports[0].containerPort',
    message: /must be between 1 and 65535, inclusive/,
  },
  {
    what: 'a host port twice',
    plural: 'pods',
    body: podOf(
      main({
        ports: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 80 },
        ],
      }),
    ),
    ...invalid,
    field: 'spec.containers[0].ports[1].hostPort',
    message: /Duplicate value/,
  },
  {
    what: 'an unknown restart policy',
    plural: 'pods',
    body: pod({ name: 'bad' }, { restartPolicy: 'Sometimes', containers: [main()] }),
    ...invalid,
    field: 'spec.restartPolicy',
    message:
      /Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"|Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"/,
  },
  {
    what: 'a mount of no volume',
    plural: 'pods',
    body: podOf(main({ volumeMounts: [{ name: 'none', mountPath: '/x' }] })),
    ...invalid,
    field: 'spec.containers[0].volumeMounts[0].name',
    message: /Not found: "none"/,
  },
  {
    what: 'requests above limits',
    plural: 'pods',
    body: podOf(main({ resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } })),
    ...invalid,
    field: 'spec.containers[0].resources.requests',
    message: /must be less than or equal to memory limit/,
  },
  {
    what: 'negative replicas',
    plural: 'replicationcontrollers',
    body: controller({ replicas: -1 }),
    ...invalid,
    field: 'spec.replicas',
    message: /Invalid value: -1: must be greater than or equal to 0/,
  },
  {
    what: 'a selector that does not match its template',
    plural: 'replicationcontrollers',
    body: controller({ selector: { app: 'other' } }),
    ...invalid,
    field: 'spec.template.metadata.labels',
    message: /`selector` does not match template `labels`/,
  },
  {
    what: 'a template that does not restart',
    plural: 'replicationcontrollers',
    body: controller({
      template: { metadata: { labels: { app: 'bad' } }, spec: { restartPolicy: 'Never', containers: [main()] } },
    }),
    ...invalid,
    field: 'spec.template.spec.restartPolicy',
    message: /Unsupported value: "Never": supported values: "Always"/,
  },
  {
    what: 'a service without ports',
    plural: 'services',
    body: service({}),
    ...invalid,
    field: 'spec.ports',
    message: /Required value/,
  },
  {
    what: 'a service port twice',
    plural: 'services',
    body: service({
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
    }),
    ...invalid,
    field: 'spec.ports[1]',
    message: /Duplicate value/,
  },
  {
    what: 'a node port out of range',
    plural: 'services',
    body: service({ type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
    ...invalid,
    field: 'spec.ports[0].nodePort',
    message: /provided port is not in the valid range\. The range of valid ports is 30000-32767/,
  },
  {
    what: 'an address outside the service network',
    plural: 'services',
    body: service({ clusterIP: '192.0.2.1', ports: [{ port: 80 }] }),
    ...invalid,
    field: 'spec.clusterIPs',
    message: /the provided IP \(192\.0\.2\.1\) is not in the valid range\. The range of valid IPs is 10\.96\.0\.0\/16/,
  },
  {
    what: 'a bad key of a ConfigMap',
    plural: 'configmaps',
    body: configMap({ data: { 'a/b': 'c' } }),
    ...invalid,
    field: 'data[a/b]',
    message: /a valid config key must consist of alphanumeric characters/,
  },
  {
    what: 'a Secret that is not base64',
    plural: 'secrets',
    body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bad' }, data: { a: '%%%' } },
    ...badRequest,
    message: /illegal base64 data at input byte 0/,
  },
];

test.each(cases.map((bad) => [bad.what, bad] as const))(
  '%s',
  async (_what, { plural, group, body, code, reason, field, message }) => {
    const path = `/${group ? `apis/${group}` : 'api'}/v1/namespaces/bad/${plural}`;
    const reply = await server.call('POST', `${path}?fieldValidation=Strict`, { body });
    expect(reply.json).toMatchObject({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      code,
      reason,
      message: expect.stringMatching(message),
    });
    expect(reply.code).toBe(code);
    if (field !== undefined) {
      const { causes = [] } = reply.json.details as { causes?: { field: string }[] };
      expect(causes.map((cause) => cause.field)).toContain(field);
    }
    const stored = await server.call('GET', path);
    expect(
      (stored.json.items ?? []).filter((item) => !(item.metadata as { name: string }).name.startsWith('kube-')),
    ).toEqual([]);
  },
);

// Owns the answers to broken fields of all kinds, word by word as Kubernetes gives them. What belongs to one kind's own
// rules stands in that kind's test.
import { describe, expect, it } from 'vitest';
import {
  certificateSigningRequests,
  clusterRoleBindings,
  configMaps,
  customResourceDefinitions,
  deployments,
  endpoints,
  events,
  limitRanges,
  mutatingWebhookConfigurations,
  nodes,
  podDisruptionBudgets,
  pods,
  type Resource,
  roleBindings,
  services,
} from '../resource.ts';
import { problemsOfCreate } from './manifest-fixture.ts';

const metadata = { name: 'a' };
const pod = (spec: object) => ({ metadata, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } });
const environment = (valueFrom: object) =>
  pod({ containers: [{ name: 'c', image: 'i', env: [{ name: 'E', valueFrom }] }] });
const volume = (source: object) => pod({ volumes: [{ name: 'v', ...source }] });
const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const podTerm = (term: object) => pod({ affinity: { podAffinity: { [required]: [term] } } });
const nodeField = (field: object) =>
  pod({ affinity: { nodeAffinity: { [required]: { nodeSelectorTerms: [{ matchFields: [field] }] } } } });
const affinity = `spec.affinity.podAffinity.${required}[0]`;
const fields = `spec.affinity.nodeAffinity.${required}.nodeSelectorTerms[0].matchFields[0]`;
const webhook = (change: object) => ({
  metadata,
  webhooks: [
    {
      name: 'w.example.com',
      clientConfig: { url: 'https://example.com' },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      ...change,
    },
  ],
});
const definition = (names: object) => ({
  metadata: { name: 'foos.ex.io' },
  spec: {
    group: 'ex.io',
    scope: 'Namespaced',
    names: { plural: 'foos', singular: 'foo', kind: 'Foo', listKind: 'FooList', ...names },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
});
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' };
const robot = { kind: 'ServiceAccount', name: 'robot' };

const qualified =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const emptyName = (field: string) => [
  `${field}: Invalid value: "": name part must be non-empty`,
  `${field}: Invalid value: "": ${qualified}`,
];
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const label1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

describe('a broken field is answered in Kubernetes’ words', () => {
  const cases: [string, Resource, object, string[]][] = [
    [
      'a finalizer without a domain',
      configMaps,
      { metadata: { ...metadata, finalizers: ['mine', 'orphan', 'example.com/mine'] } },
      [
        'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
      ],
    ],
    [
      'one where any will do',
      customResourceDefinitions,
      { ...definition({}), metadata: { name: 'foos.ex.io', finalizers: ['mine'] } },
      [],
    ],
    [
      'a name that only fits into a path',
      events,
      { metadata: { name: 'Pod_a:1' }, involvedObject: { namespace: 'default' } },
      [],
    ],
    ['the same of a budget', podDisruptionBudgets, { metadata: { name: 'A_b' }, spec: {} }, []],
    [
      'the same of a request',
      certificateSigningRequests,
      { metadata: { name: 'csr:A_b' }, spec: { request: '', signerName: '', usages: [] } },
      [
        'spec.usages: Required value: usages must be provided',
        'spec.signerName: Required value: signerName must be provided',
      ],
    ],
    [
      'system settings of a pod',
      pods,
      pod({
        securityContext: {
          sysctls: [
            { name: '', value: '1' },
            { name: 'Net.x', value: '1' },
            { name: 'net.ipv4/x', value: '1' },
            { name: 'net.ipv4/x', value: '2' },
          ],
        },
      }),
      [
        'spec.securityContext.sysctls[0].name: Required value',
        'spec.securityContext.sysctls[1].name: Invalid value: "Net.x": must have at most 253 characters and match regex ([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?',
        'spec.securityContext.sysctls[3].name: Duplicate value: "net.ipv4/x"',
      ],
    ],
    [
      'a seccomp profile of no type',
      pods,
      pod({ securityContext: { seccompProfile: {} } }),
      ['spec.securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set'],
    ],
    [
      'host aliases',
      pods,
      pod({ hostAliases: [{ ip: 'x', hostnames: ['ok', 'A'] }] }),
      [
        'spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        `spec.hostAliases[0].hostnames[1]: Invalid value: "A": ${subdomain}`,
      ],
    ],
    [
      'a reference to a secret without a name',
      pods,
      environment({ secretKeyRef: { key: 'k' } }),
      [`spec.containers[0].env[0].valueFrom.secretKeyRef.name: Invalid value: "": ${subdomain}`],
    ],
    ['a projected volume of nothing', pods, volume({ projected: { sources: [{}] } }), []],
    [
      'a token without a path',
      pods,
      volume({ projected: { sources: [{ serviceAccountToken: {} }] } }),
      ['spec.volumes[0].projected.path: Required value'],
    ],
    [
      'spread by nothing, and how not said',
      pods,
      pod({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: '' }] }),
      [
        'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
        'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "": supported values: "DoNotSchedule", "ScheduleAnyway"',
      ],
    ],
    [
      'together with pods nowhere',
      pods,
      podTerm({ topologyKey: '' }),
      [`${affinity}.topologyKey: Required value: can not be empty`, ...emptyName(`${affinity}.topologyKey`)],
    ],
    [
      'together with pods of no namespace',
      pods,
      podTerm({ topologyKey: 'zone', namespaces: ['A'] }),
      [
        `${affinity}.namespace: Invalid value: "A": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      ],
    ],
    [
      'on a node by its field, compared in no known way',
      pods,
      nodeField({ key: 'metadata.name', operator: 'Near', values: [] }),
      [`${fields}.operator: Invalid value: "Near": not a valid selector operator`],
    ],
    [
      'on a node of no name',
      pods,
      nodeField({ key: 'metadata.name', operator: 'In', values: ['A'] }),
      [`${fields}.values[0]: Invalid value: "A": ${subdomain}`],
    ],
    [
      'a taint without a key',
      nodes,
      { metadata, spec: { taints: [{ key: '', effect: 'NoSchedule' }] } },
      emptyName('metadata.taints[0].key'),
    ],
    [
      'a limit of nothing',
      limitRanges,
      { metadata, spec: { limits: [{ type: '' }] } },
      emptyName('spec.limits[0].type'),
    ],
    [
      'a limit of what there is not',
      limitRanges,
      { metadata, spec: { limits: [{ type: 'Disk' }] } },
      ['spec.limits[0].type: Invalid value: "Disk": must be a standard limit type or fully qualified'],
    ],
    [
      'a role of no kind',
      roleBindings,
      { metadata, roleRef: { ...roleRef, kind: 'X' } },
      ['roleRef.kind: Unsupported value: "X": supported values: "Role", "ClusterRole"'],
    ],
    ['a service account of the binding’s own namespace', roleBindings, { metadata, roleRef, subjects: [robot] }, []],
    [
      'one of none',
      clusterRoleBindings,
      { metadata, roleRef: { ...roleRef, kind: 'ClusterRole' }, subjects: [robot] },
      ['subjects[0].namespace: Required value'],
    ],
    [
      'a protocol of an application that has no name',
      services,
      { metadata, spec: { ports: [{ port: 80, appProtocol: '' }] } },
      emptyName('spec.ports[0].appProtocol'),
    ],
    [
      'the same of an endpoint',
      endpoints,
      { metadata, subsets: [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 80, appProtocol: '' }] }] },
      emptyName('subsets[0].ports[0].appProtocol'),
    ],
    [
      'policies of a webhook that are there, and empty',
      mutatingWebhookConfigurations,
      webhook({ failurePolicy: '', matchPolicy: '', sideEffects: '', reinvocationPolicy: '' }),
      [
        'webhooks[0].failurePolicy: Unsupported value: "": supported values: "Fail", "Ignore"',
        'webhooks[0].matchPolicy: Unsupported value: "": supported values: "Equivalent", "Exact"',
        'webhooks[0].sideEffects: Unsupported value: "": supported values: "None", "NoneOnDryRun"',
        'webhooks[0].reinvocationPolicy: Unsupported value: "": supported values: "IfNeeded", "Never"',
      ],
    ],
    [
      'a rule of a webhook',
      mutatingWebhookConfigurations,
      webhook({ rules: [{ operations: [''], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '' }] }),
      [
        'webhooks[0].rules[0].operations[0]: Unsupported value: "": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
        'webhooks[0].rules[0].scope: Unsupported value: "": supported values: "*", "Cluster", "Namespaced"',
      ],
    ],
    [
      'names that are empty',
      customResourceDefinitions,
      definition({ shortNames: [''], categories: [''] }),
      [
        `spec.names.shortNames[0]: Invalid value: "": ${label1035}`,
        `spec.names.categories[0]: Invalid value: "": ${label1035}`,
      ],
    ],
    [
      'a selector that compares in no known way',
      deployments,
      {
        metadata,
        spec: {
          selector: { matchExpressions: [{ key: 'a', operator: 'Near' }] },
          template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
        },
      },
      [
        'spec.selector.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator',
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{Key:"a", Operator:"Near", Values:[]string(nil)}}}: invalid label selector',
      ],
    ],
  ];
  it.each(cases)('%s', (_, resource, manifest, problems) => {
    expect(problemsOfCreate(resource, manifest)).toEqual(problems);
  });
});

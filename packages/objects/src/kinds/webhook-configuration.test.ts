import { describe, expect, it } from 'vitest';
import type { ValidatingWebhook } from '../api/types.ts';
import { mutatingWebhookConfigurations, validatingWebhookConfigurations } from '../resource.ts';
import { created, problemsOfCreate } from './manifest-fixture.ts';

const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const webhook = {
  name: 'a.example.com',
  clientConfig: { url: 'https://example.com/hook' },
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  rules: [rule],
};

function problems(more: object): string[] {
  const body = { metadata: { name: 'a' }, webhooks: [{ ...webhook, ...more }] };
  return problemsOfCreate(validatingWebhookConfigurations, body);
}

it('has defaults of its own', () => {
  const service = { namespace: 'n', name: 's' };
  const body = { metadata: { name: 'a' }, webhooks: [{ ...webhook, clientConfig: { service } }] };
  const defaults = {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    rules: [{ ...rule, scope: '*' }],
    clientConfig: { service: { ...service, port: 443 } },
  };
  expect(created(validatingWebhookConfigurations, body)).toMatchObject({ webhooks: [defaults] });
  expect(created(mutatingWebhookConfigurations, body)).toMatchObject({
    webhooks: [{ ...defaults, reinvocationPolicy: 'Never' }],
  });
});

describe('a broken webhook is answered as Kubernetes does', () => {
  const cases: { name: string; more: Partial<Record<keyof ValidatingWebhook, unknown>>; expected: string[] }[] = [
    { name: 'nothing', more: {}, expected: [] },
    { name: 'no name', more: { name: '' }, expected: ['webhooks[0].name: Required value'] },
    {
      name: 'a short name',
      more: { name: 'a.com' },
      expected: [
        'webhooks[0].name: Invalid value: "a.com": should be a domain with at least three segments separated by dots',
      ],
    },
    {
      name: 'nobody to call',
      more: { clientConfig: {} },
      expected: ['webhooks[0].clientConfig: Required value: exactly one of url or service is required'],
    },
    {
      name: 'a URL that is not secure, with more than there may be',
      more: { clientConfig: { url: 'http://me:secret@example.com/x?y=z#f' } },
      expected: [
        `webhooks[0].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
        'webhooks[0].clientConfig.url: Invalid value: "me": user information is not permitted in the URL',
        'webhooks[0].clientConfig.url: Invalid value: "f": fragments are not permitted in the URL',
        'webhooks[0].clientConfig.url: Invalid value: "y=z": query parameters are not permitted in the URL',
      ],
    },
    {
      name: 'a bad service',
      more: { clientConfig: { service: { namespace: '', name: 's', path: 'a//b', port: 0 } } },
      expected: [
        'webhooks[0].clientConfig.service.namespace: Required value: service namespace is required',
        'webhooks[0].clientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive',
        `webhooks[0].clientConfig.service.path: Invalid value: "a//b": must start with a '/'`,
        'webhooks[0].clientConfig.service.path: Invalid value: "a//b": segment[1] may not be empty',
      ],
    },
    {
      name: 'side effects',
      more: { sideEffects: 'Some' },
      expected: ['webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
    },
    {
      name: 'no word about side effects',
      more: { sideEffects: undefined },
      expected: ['webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun'],
    },
    {
      name: 'no version',
      more: { admissionReviewVersions: [] },
      expected: ['webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1'],
    },
    {
      name: 'versions that nobody knows',
      more: { admissionReviewVersions: ['v2', 'v2'] },
      expected: [
        'webhooks[0].admissionReviewVersions[1]: Invalid value: "v2": duplicate version',
        'webhooks[0].admissionReviewVersions: Invalid value: []string{"v2", "v2"}: must include at least one of v1, v1beta1',
      ],
    },
    {
      name: 'a long time',
      more: { timeoutSeconds: 31 },
      expected: ['webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds'],
    },
    {
      name: 'a rule of nothing',
      more: { rules: [{}] },
      expected: ['operations', 'apiGroups', 'apiVersions', 'resources'].map(
        (field) => `webhooks[0].rules[0].${field}: Required value`,
      ),
    },
    {
      name: 'stars that are not alone',
      more: {
        rules: [
          { operations: ['*', 'CREATE'], apiGroups: ['*', ''], apiVersions: ['*', 'v1'], resources: ['*', 'pods'] },
          { ...rule, resources: ['*/*', 'pods/status'] },
          { ...rule, resources: ['pods/*', 'pods/status'] },
          { ...rule, resources: ['*/status', 'pods/status'] },
        ],
      },
      expected: [
        `webhooks[0].rules[0].operations: Invalid value: []string{"*", "CREATE"}: if '*' is present, must not specify other operations`,
        `webhooks[0].rules[0].apiGroups: Invalid value: []string{"*", ""}: if '*' is present, must not specify other API groups`,
        `webhooks[0].rules[0].apiVersions: Invalid value: []string{"*", "v1"}: if '*' is present, must not specify other API versions`,
        `webhooks[0].rules[0].resources: Invalid value: []string{"*", "pods"}: if '*' is present, must not specify other resources without subresources`,
        `webhooks[0].rules[1].resources: Invalid value: []string{"*/*", "pods/status"}: if '*/*' is present, must not specify other resources`,
        `webhooks[0].rules[2].resources[1]: Invalid value: "pods/status": if 'pods/*' is present, must not specify pods/status`,
        `webhooks[0].rules[3].resources[1]: Invalid value: "pods/status": if '*/status' is present, must not specify pods/status`,
      ],
    },
    {
      name: 'an unknown scope and operation',
      more: { rules: [{ ...rule, scope: 'World', operations: ['READ'] }] },
      expected: [
        'webhooks[0].rules[0].operations[0]: Unsupported value: "READ": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
        'webhooks[0].rules[0].scope: Unsupported value: "World": supported values: "*", "Cluster", "Namespaced"',
      ],
    },
    {
      name: 'conditions without what they need',
      more: {
        matchConditions: [
          { name: '', expression: '' },
          { name: 'a b', expression: 'true' },
        ],
      },
      expected: [
        'webhooks[0].matchConditions[0].expression: Required value',
        'webhooks[0].matchConditions[0].name: Required value',
        'webhooks[0].matchConditions[1].name: Invalid value: "a b": name part must consist of',
      ],
    },
  ];

  it.each(cases)('$name', ({ more, expected }) => {
    const found = problems(more);
    expect(found).toHaveLength(expected.length);
    for (const [index, problem] of expected.entries()) expect(found[index]?.slice(0, problem.length)).toBe(problem);
  });

  it('two of one name', () => {
    const body = { metadata: { name: 'a' }, webhooks: [webhook, webhook] };
    expect(problemsOfCreate(mutatingWebhookConfigurations, body)).toEqual([
      'webhooks[1].name: Duplicate value: "a.example.com"',
    ]);
  });
});

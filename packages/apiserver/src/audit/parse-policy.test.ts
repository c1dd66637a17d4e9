import { expect, it } from 'vitest';
import { parseAuditPolicy } from './parse-policy.ts';

const head = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

it('reads a policy as Kubernetes documents them', () => {
  const policy = parseAuditPolicy(`${head}
omitStages: [RequestReceived]
rules:
  - level: RequestResponse
    resources:
    - group: ""
      resources: ["pods"]
  - level: None
    users: ["system:kube-proxy"]
    verbs: ["watch"]
    resources:
    - group: ""
      resources: ["endpoints", "services"]
  - level: None
    userGroups: ["system:authenticated"]
    nonResourceURLs: ["/api*", "/version"]
  - level: Metadata
    namespaces:
    omitStages: ["ResponseStarted"]
    omitManagedFields: false
`);
  expect(policy.omitStages).toEqual(['RequestReceived']);
  expect(policy.omitManagedFields).toBe(false);
  expect(policy.rules.map(({ level }) => level)).toEqual(['RequestResponse', 'None', 'None', 'Metadata']);
});

it.each([
  { name: 'another version', text: 'apiVersion: audit.k8s.io/v1beta1\nkind: Policy', says: 'unknown group version' },
  {
    name: 'another kind',
    text: 'apiVersion: audit.k8s.io/v1\nkind: Event',
    says: 'the kind must be Policy, not "Event"',
  },
  { name: 'no rules', text: head, says: 'loaded illegal policy with 0 rules' },
  { name: 'no map', text: '[]', says: 'the policy is not a map of fields' },
  { name: 'no YAML', text: 'rules: [', says: 'Flow sequence' },
  { name: 'a rule without a level', text: `${head}rules: [{}]`, says: 'rules[0].level: Required value' },
  {
    name: 'an unknown level',
    text: `${head}rules: [{level: All}]`,
    says: 'rules[0].level: Unsupported value: "All": supported values: "None", "Metadata", "Request", "RequestResponse"',
  },
  {
    name: 'an unknown stage',
    text: `${head}omitStages: [Late]\nrules: [{level: None}]`,
    says: 'omitStages[0]: Unsupported value: "Late"',
  },
  {
    name: 'an unknown field',
    text: `${head}rules: [{level: None, user: [a]}]`,
    says: 'rules[0].user: Invalid value: []string{"a"}: there is no such field',
  },
  {
    name: 'a name instead of a list',
    text: `${head}rules: [{level: None, users: jane}]`,
    says: 'rules[0].users: Invalid value: "jane": must be a list',
  },
  {
    name: 'paths together with resources',
    text: `${head}rules: [{level: None, nonResourceURLs: [/x], namespaces: [a]}]`,
    says: 'rules[0].nonResourceURLs: Invalid value: []string{"/x"}: rules cannot apply to both regular resources and non-resource URLs',
  },
  {
    name: 'a path without a slash',
    text: `${head}rules: [{level: None, nonResourceURLs: [x]}]`,
    says: "non-resource URL rules must begin with a '/' character",
  },
  {
    name: 'a star within a path',
    text: `${head}rules: [{level: None, nonResourceURLs: ["/a*/b"]}]`,
    says: "non-resource URL wildcards '*' must be the final character of the rule",
  },
  {
    name: 'names of no resource',
    text: `${head}rules: [{level: None, resources: [{resourceNames: [a]}]}]`,
    says: 'rules[0].resources[0].resourceNames: Invalid value: []string{"a"}: using resourceNames requires at least one resource',
  },
])('refuses $name', ({ text, says }) => {
  expect(() => parseAuditPolicy(text)).toThrow(says);
});

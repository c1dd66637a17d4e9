import type { RuleWithOperations } from '@berth/objects';
import { describe, expect, it } from 'vitest';
import { matchedBy, matchesRule, narrowing, selectsNamespace, selectsObject } from './matching.ts';
import type { ReviewedRequest } from './reviewed-request.ts';

const pod: ReviewedRequest = {
  operation: 'CREATE',
  kind: { group: '', version: 'v1', kind: 'Pod' },
  resource: { group: '', version: 'v1', resource: 'pods' },
  subresource: '',
  name: 'a',
  namespace: 'shop',
  object: () => null,
  oldObject: () => null,
};
const status = { ...pod, subresource: 'status' };
const node = { ...pod, namespace: '', resource: { group: '', version: 'v1', resource: 'nodes' } };
const namespace = { ...pod, resource: { group: '', version: 'v1', resource: 'namespaces' } };
const everything: RuleWithOperations = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] };

it.each<{ name: string; rule: Partial<RuleWithOperations>; request: ReviewedRequest; matches: boolean }>([
  { name: 'everything', rule: {}, request: status, matches: true },
  { name: 'an operation', rule: { operations: ['UPDATE', 'CREATE'] }, request: pod, matches: true },
  { name: 'another operation', rule: { operations: ['DELETE'] }, request: pod, matches: false },
  { name: 'the core group', rule: { apiGroups: [''] }, request: pod, matches: true },
  { name: 'another group', rule: { apiGroups: ['apps'] }, request: pod, matches: false },
  { name: 'another version', rule: { apiVersions: ['v1beta1'] }, request: pod, matches: false },
  { name: 'a resource', rule: { resources: ['pods'] }, request: pod, matches: true },
  { name: 'a resource, of its subresource', rule: { resources: ['pods'] }, request: status, matches: false },
  { name: 'a subresource', rule: { resources: ['pods/status'] }, request: status, matches: true },
  { name: 'a subresource, of its resource', rule: { resources: ['pods/status'] }, request: pod, matches: false },
  { name: 'all resources', rule: { resources: ['*'] }, request: pod, matches: true },
  { name: 'all resources, of a subresource', rule: { resources: ['*'] }, request: status, matches: false },
  { name: 'a resource and all within', rule: { resources: ['pods/*'] }, request: status, matches: true },
  { name: 'a resource and all within, of itself', rule: { resources: ['pods/*'] }, request: pod, matches: true },
  { name: 'a subresource of all', rule: { resources: ['*/status'] }, request: status, matches: true },
  { name: 'what is in a namespace', rule: { scope: 'Namespaced' }, request: pod, matches: true },
  { name: 'what is in none', rule: { scope: 'Cluster' }, request: pod, matches: false },
  { name: 'what is in none, of a node', rule: { scope: 'Cluster' }, request: node, matches: true },
  { name: 'what is in none, of a namespace', rule: { scope: 'Cluster' }, request: namespace, matches: true },
  { name: 'what is in a namespace, of one', rule: { scope: 'Namespaced' }, request: namespace, matches: false },
  { name: 'any scope', rule: { scope: '*' }, request: node, matches: true },
])('a rule of $name', ({ rule, request, matches }) => {
  expect(matchesRule({ ...everything, ...rule }, request)).toBe(matches);
});

describe('a rule of another version', () => {
  const applies = (request: ReviewedRequest) => matchesRule({ ...everything, apiVersions: ['v2'] }, request);
  const asked = { ...pod, object: () => ({ apiVersion: 'v1', kind: 'Pod', spec: 1 }) };
  const by = (matchPolicy: string, sameForm: boolean) =>
    matchedBy(applies, asked, { matchPolicy, otherVersions: () => [{ version: 'v2', sameForm }] });

  it('is met in that version', () => {
    const other = by('Equivalent', true);
    expect(other).toMatchObject({ kind: { kind: 'Pod', version: 'v2' }, resource: { version: 'v2' } });
    expect([other?.object(), other?.oldObject()]).toEqual([{ apiVersion: 'v2', kind: 'Pod', spec: 1 }, null]);
  });

  it('is met as it came, where its form is another one', () => {
    expect(by('Equivalent', false)).toBe(asked);
  });

  it('is not met where it is taken literally', () => {
    expect(by('Exact', true)).toBe(undefined);
  });
});

const labelled = (labels: object) => () => ({ metadata: { labels } });
const web = narrowing({ matchLabels: { app: 'web' } });
const notWeb = narrowing({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] });

describe('an object selector', () => {
  it.each([
    {
      name: 'takes the new object',
      selector: web,
      request: { ...pod, object: labelled({ app: 'web' }) },
      selects: true,
    },
    {
      name: 'takes the old object',
      selector: web,
      request: { ...pod, oldObject: labelled({ app: 'web' }) },
      selects: true,
    },
    { name: 'leaves others out', selector: web, request: { ...pod, object: labelled({ app: 'db' }) }, selects: false },
    {
      name: 'takes what has no labels',
      selector: notWeb,
      request: { ...pod, object: () => ({ metadata: {} }) },
      selects: true,
    },
    {
      name: 'leaves out what has no metadata',
      selector: notWeb,
      request: { ...pod, object: () => ({}) },
      selects: false,
    },
    { name: 'takes everything if it is empty', selector: narrowing({}), request: pod, selects: true },
  ])('$name', ({ selector, request, selects }) => {
    expect(selectsObject(selector, request)).toBe(selects);
  });
});

describe('a namespace selector', () => {
  const ofNamespaces = async (name: string) => (name === 'shop' ? { app: 'web' } : undefined);
  it.each([
    { name: 'takes what is in such a namespace', selector: web, request: pod, selects: true },
    { name: 'leaves out what is in another', selector: web, request: { ...pod, namespace: 'bank' }, selects: false },
    { name: 'takes what is in none', selector: web, request: node, selects: true },
    {
      name: 'looks at the labels that a namespace is to have',
      selector: web,
      request: { ...namespace, object: labelled({ app: 'web' }) },
      selects: true,
    },
    {
      name: 'looks at those of one that goes',
      selector: web,
      request: { ...namespace, oldObject: labelled({ app: 'db' }) },
      selects: false,
    },
  ])('$name', async ({ selector, request, selects }) => {
    expect(await selectsNamespace(selector, request, ofNamespaces)).toBe(selects);
  });
});

import { pods } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { ruleAllows, ruleAllowsPath, shownRule, uncovered } from './rules.ts';

const podReader = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };
const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };

describe('a rule', () => {
  test.each([
    { name: 'of the verb and the resource', rule: podReader, asked: { verb: 'get' }, allowed: true },
    { name: 'of another verb', rule: podReader, asked: { verb: 'delete' }, allowed: false },
    { name: 'of another group', rule: { ...podReader, apiGroups: ['apps'] }, asked: { verb: 'get' }, allowed: false },
    { name: 'of the whole only', rule: podReader, asked: { verb: 'get', subresource: 'log' }, allowed: false },
    {
      name: 'of a subresource only',
      rule: { ...podReader, resources: ['pods/log'] },
      asked: { verb: 'get' },
      allowed: false,
    },
    {
      name: 'of a subresource of everything',
      rule: { ...podReader, resources: ['*/log'] },
      asked: { verb: 'get', subresource: 'log' },
      allowed: true,
    },
    { name: 'of everything', rule: everything, asked: { verb: 'x', subresource: 'exec' }, allowed: true },
    {
      name: 'of one object, which it is',
      rule: { ...podReader, resourceNames: ['a'] },
      asked: { verb: 'get', name: 'a' },
      allowed: true,
    },
    {
      name: 'of one object, which it is not',
      rule: { ...podReader, resourceNames: ['a'] },
      asked: { verb: 'get', name: 'b' },
      allowed: false,
    },
    {
      name: 'of one object, and none is named',
      rule: { ...podReader, resourceNames: ['a'] },
      asked: { verb: 'list' },
      allowed: false,
    },
  ])('$name: $allowed', ({ rule, asked, allowed }) => {
    expect(ruleAllows(rule, { resource: pods, ...asked })).toBe(allowed);
  });

  test.each([
    { pattern: '/metrics', path: '/metrics', allowed: true },
    { pattern: '/metrics', path: '/metrics/x', allowed: false },
    { pattern: '/api/*', path: '/api/v1', allowed: true },
    { pattern: '/api/*', path: '/api', allowed: false },
    { pattern: '*', path: '/anything', allowed: true },
  ])('of the paths $pattern allows $path: $allowed', ({ pattern, path, allowed }) => {
    const rule = { verbs: ['get'], nonResourceURLs: [pattern] };
    expect(ruleAllowsPath(rule, { verb: 'get', path })).toBe(allowed);
    expect(ruleAllowsPath(rule, { verb: 'post', path })).toBe(false);
  });
});

describe('what rules do not cover', () => {
  test.each([
    { name: 'the same', granted: [podReader], wanted: podReader, missing: [] },
    { name: 'a part', granted: [podReader], wanted: { ...podReader, verbs: ['get'] }, missing: [] },
    { name: 'everything covers all', granted: [everything], wanted: podReader, missing: [] },
    {
      name: 'two rules together',
      granted: [podReader, { ...podReader, verbs: ['watch'] }],
      wanted: { ...podReader, verbs: ['get', 'watch'] },
      missing: [],
    },
    {
      name: 'one verb more',
      granted: [podReader],
      wanted: { ...podReader, verbs: ['get', 'delete'] },
      missing: ['{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}'],
    },
    {
      name: 'a star where each was granted by name',
      granted: [podReader],
      wanted: { ...podReader, verbs: ['*'] },
      missing: ['{APIGroups:[""], Resources:["pods"], Verbs:["*"]}'],
    },
    {
      name: 'all objects where one was granted',
      granted: [{ ...podReader, resourceNames: ['a'] }],
      wanted: { ...podReader, verbs: ['get'] },
      missing: ['{APIGroups:[""], Resources:["pods"], Verbs:["get"]}'],
    },
    {
      name: 'one object where another was granted',
      granted: [{ ...podReader, resourceNames: ['a'] }],
      wanted: { ...podReader, verbs: ['get'], resourceNames: ['a', 'b'] },
      missing: ['{APIGroups:[""], Resources:["pods"], ResourceNames:["b"], Verbs:["get"]}'],
    },
    {
      name: 'paths',
      granted: [{ verbs: ['get'], nonResourceURLs: ['/api/*'] }],
      wanted: { verbs: ['get'], nonResourceURLs: ['/api/v1', '/metrics', '/api/*'] },
      missing: ['{NonResourceURLs:["/metrics"], Verbs:["get"]}'],
    },
  ])('$name', ({ granted, wanted, missing }) => {
    expect(uncovered(granted, [wanted]).map(shownRule)).toEqual(missing);
  });
});

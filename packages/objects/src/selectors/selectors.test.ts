import { describe, expect, it } from 'vitest';
import { clusterRoles, configMaps, kindOf, nodes, type Pod, pods } from '../index.ts';
import { parseFieldSelector } from './field-selector.ts';
import { parseLabelSelector, selectorFrom, selectorFromMap } from './label-selector.ts';

describe('a label selector', () => {
  const labels = { app: 'web', tier: 'front', n: '5', empty: '' };
  const cases: [string, boolean][] = [
    ['', true],
    ['app', true],
    ['!app', false],
    ['! canary', true],
    ['app=web', true],
    ['app == web', true],
    ['app!=web', false],
    ['canary!=x', true],
    ['app in (api, web)', true],
    ['app notin (api,web)', false],
    ['canary notin (x)', true],
    ['app=web,tier=back', false],
    ['app=web, tier in (front),!canary', true],
    ['n>4', true],
    ['n<5', false],
    ['app>1', false],
    ['empty=', true],
    ['app=', false],
    ['empty in (,x)', true],
    ['in in (in)', false],
    ['constructor', false],
    ['app in ()', false],
    ['empty in ()', true],
    ['canary notin ()', true],
  ];
  it.each(cases)('%s: %s', (text, matches) => {
    expect(parseLabelSelector(text).matches(labels)).toBe(matches);
  });

  const bad: [string, string][] = [
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['!a=b', "found '=', expected: ',' or 'end of string'"],
    ['!a in (b)', "found 'in', expected: ',' or 'end of string'"],
    ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    ['a=!b', "unable to parse requirement: found '!', expected: identifier"],
    [
      'a>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    [
      'a>9223372036854775808',
      "unable to parse requirement: values[0]: Invalid value: \"9223372036854775808\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    [
      'x/',
      "unable to parse requirement: <nil>: Invalid value: \"x/\": name part must be non-empty; name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
  ];
  it.each(bad)('%s is refused', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ message, reason: 'BadRequest' }));
  });

  it('is written in the grammar', () => {
    const text = 'a=b,c!=d,e in (f,g),h notin (i,j),k,!l,m>1';
    expect(parseLabelSelector(text).toString()).toBe(text);
  });
  it('comes from a map', () => {
    expect(selectorFromMap({ app: 'web' }).matches(labels)).toBe(true);
    expect(selectorFromMap({ app: 'api' }).matches(labels)).toBe(false);
    expect(selectorFromMap(undefined).matchesAll).toBe(true);
  });
  it('comes from its structured form, where missing is not empty', () => {
    const selector = selectorFrom({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['front'] },
        { key: 'canary', operator: 'DoesNotExist' },
      ],
    });
    expect(selector?.matches(labels)).toBe(true);
    expect(selector?.matches({ app: 'web' })).toBe(false);
    expect(selectorFrom({})?.matches({})).toBe(true);
    expect(selectorFrom(undefined)).toBeUndefined();
  });
});

describe('a field selector', () => {
  const kind = kindOf(pods);
  const pod = {
    metadata: { name: 'a,b', namespace: 'default' },
    spec: { nodeName: 'n1', containers: [] },
    status: { phase: 'Running' },
  } as unknown as Pod;
  const parse = (text: string) => parseFieldSelector(text, kind as never);
  const cases: [string, boolean][] = [
    ['', true],
    ['spec.nodeName=n1', true],
    ['spec.nodeName==n1,status.phase!=Failed', true],
    ['spec.nodeName!=n1', false],
    ['metadata.name=a\\,b', true],
    ['metadata.namespace=other', false],
    ['status.podIP=', true],
    ['spec.hostNetwork=false', true],
    ['=', true],
    ['!=,spec.nodeName=n1', true],
    ['spec.nodeName!=a\\=b', true],
  ];
  it.each(cases)('%s: %s', (text, matches) => {
    expect(parse(text).matches(pod)).toBe(matches);
  });
  it('tells which value a field must have', () => {
    expect(parse('spec.nodeName=n1').required('spec.nodeName')).toBe('n1');
    expect(parse('spec.nodeName!=n1').required('spec.nodeName')).toBeUndefined();
  });
  const bad: [string, string][] = [
    ['spec.foo=1', 'field label not supported: spec.foo'],
    ['constructor=1', 'field label not supported: constructor'],
    ['spec.nodeName', "invalid selector: 'spec.nodeName'; can't understand 'spec.nodeName'"],
    ['spec.nodeName=a\\b', 'invalid field selector: invalid escape sequence: \\b'],
    ['spec.nodeName=a\\', 'invalid field selector: invalid escape sequence: \\'],
    ['spec.nodeName=a=b', 'invalid field selector: unescaped character in value: 61'],
    ['=a', 'field label not supported: '],
  ];
  it.each(bad)('%s is refused', (text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ message, reason: 'BadRequest' }));
  });
  it('over a kind of the cluster that offers fields of its own knows no namespace', () => {
    expect(() => parseFieldSelector('metadata.namespace=a', kindOf(nodes) as never)).toThrow(
      'field label not supported: metadata.namespace',
    );
    expect(parseFieldSelector('metadata.namespace=', kindOf(clusterRoles) as never).matchesAll).toBe(false);
  });
  it('over a kind that offers none is refused in other words', () => {
    expect(() => parseFieldSelector('data=1', kindOf(configMaps) as never)).toThrow(
      '"data" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });
});

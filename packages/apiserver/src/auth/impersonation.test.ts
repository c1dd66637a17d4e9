import type { UserInfo } from '@berth/objects';
import { expect, test } from 'vitest';
import type { Attributes, Authorizer } from '../registry/authorization.ts';
import { impersonated } from './impersonation.ts';

const caller: UserInfo = { name: 'caller', groups: ['system:authenticated'] };
const asked: string[] = [];

/** Allows what is on the list, written as `resource[/subresource] name`, `namespace/name` for what is in one. */
function allowing(...allowed: string[]): Authorizer {
  const text = ({ resource, subresource, namespace, name }: Attributes) =>
    `${resource.plural}${subresource ? `/${subresource}` : ''} ${namespace ? `${namespace}/` : ''}${name}`;
  return {
    allows(_user, attributes) {
      asked.push(text(attributes));
      return attributes.verb === 'impersonate' && allowed.includes(text(attributes));
    },
  };
}

const cases: {
  name: string;
  headers: Record<string, string>;
  allowed: string[];
  expected: UserInfo | { code: number };
}[] = [
  { name: 'nobody else', headers: {}, allowed: [], expected: caller },
  {
    name: 'a user',
    headers: { 'impersonate-user': 'ann' },
    allowed: ['users ann'],
    expected: { name: 'ann', groups: ['system:authenticated'] },
  },
  { name: 'another user', headers: { 'impersonate-user': 'bob' }, allowed: ['users ann'], expected: { code: 403 } },
  {
    name: 'a user in groups',
    headers: { 'impersonate-user': 'ann', 'impersonate-group': 'a, b' },
    allowed: ['users ann', 'groups a', 'groups b'],
    expected: { name: 'ann', groups: ['a', 'b', 'system:authenticated'] },
  },
  {
    name: 'a user in a group that is not allowed',
    headers: { 'impersonate-user': 'ann', 'impersonate-group': 'system:masters' },
    allowed: ['users ann'],
    expected: { code: 403 },
  },
  {
    name: 'a service account, with the groups that it has',
    headers: { 'impersonate-user': 'system:serviceaccount:shop:robot' },
    allowed: ['serviceaccounts shop/robot'],
    expected: {
      name: 'system:serviceaccount:shop:robot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
    },
  },
  {
    name: 'nobody known',
    headers: { 'impersonate-user': 'system:anonymous' },
    allowed: ['users system:anonymous'],
    expected: { name: 'system:anonymous', groups: ['system:unauthenticated'] },
  },
  {
    name: 'a user with a uid and more',
    headers: { 'impersonate-user': 'ann', 'impersonate-uid': 'u', 'impersonate-extra-example.com%2fteam': 'x' },
    allowed: ['users ann', 'uids u', 'userextras/example.com/team x'],
    expected: { name: 'ann', uid: 'u', groups: ['system:authenticated'], extra: { 'example.com/team': ['x'] } },
  },
  { name: 'a group of no user', headers: { 'impersonate-group': 'a' }, allowed: ['groups a'], expected: { code: 400 } },
];

test.each(cases)('$name', ({ headers, allowed, expected }) => {
  const act = () => impersonated(caller, headers, allowing(...allowed));
  if ('code' in expected) expect(act).toThrow(expect.objectContaining(expected));
  else expect(act()).toEqual(expected);
});

test('each thing is asked for by itself', () => {
  asked.length = 0;
  impersonated(caller, { 'impersonate-user': 'ann', 'impersonate-group': 'a' }, allowing('users ann', 'groups a'));
  expect(asked).toEqual(['users ann', 'groups a']);
});

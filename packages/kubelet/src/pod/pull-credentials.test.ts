import type { KubeObject, Secret } from '@berth/objects';
import { expect, test } from 'vitest';
import { podOf } from '../testing/pods.ts';
import { pullCredentials, registryOf } from './pull-credentials.ts';

test.each([
  ['redis', 'index.docker.io'],
  ['library/redis:7', 'index.docker.io'],
  ['localhost/redis', 'localhost'],
  ['registry.example/team/app:1', 'registry.example'],
  ['host:5000/app@sha256:abc', 'host:5000'],
])('the registry of %s is %s', (image, expected) => {
  expect(registryOf(image)).toBe(expected);
});

function secretOf(data: Record<string, unknown>): Secret {
  const metadata = { name: 's', uid: 's', resourceVersion: '1', creationTimestamp: '' };
  const encoded = Object.entries(data).map(([key, value]) => [
    key,
    btoa(typeof value === 'string' ? value : JSON.stringify(value)),
  ]);
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: Object.fromEntries(encoded) };
}

const login = { username: 'me', password: 'pass:word' };
const cases: [string, Record<string, Secret>, object | undefined][] = [
  ['a name and a password', { a: secretOf({ '.dockerconfigjson': { auths: { 'host:5000': login } } }) }, login],
  [
    'both in one',
    { a: secretOf({ '.dockerconfigjson': { auths: { 'https://host:5000/v1/': { auth: btoa('me:pass:word') } } } }) },
    login,
  ],
  ['the older form', { a: secretOf({ '.dockercfg': { 'host:5000': login } }) }, login],
  ['the second secret', { b: secretOf({ '.dockerconfigjson': { auths: { 'host:5000': login } } }) }, login],
  ['another registry', { a: secretOf({ '.dockerconfigjson': { auths: { other: login } } }) }, undefined],
  ['nonsense', { a: secretOf({ '.dockerconfigjson': '{' }) }, undefined],
  ['an empty entry', { a: secretOf({ '.dockerconfigjson': { auths: { 'host:5000': null } } }) }, undefined],
];

test.each(cases)('credentials: %s', async (_name, stored, expected) => {
  const references = {
    async read<T extends KubeObject>(_resource: unknown, name: string) {
      return stored[name] as unknown as T | undefined;
    },
  };
  const pod = podOf({ imagePullSecrets: [{ name: 'a' }, { name: 'b' }] });
  expect(await pullCredentials(pod, 'host:5000/app', references)).toEqual(
    expected && { server: 'host:5000', ...expected },
  );
});

import { expect, test } from 'vitest';
import { compareVersions } from './version-order.ts';

test('versions are in the order of the documentation', () => {
  // The example of Kubernetes' documentation.
  const inOrder = ['v10', 'v2', 'v1', 'v11beta2', 'v10beta3', 'v3beta1', 'v12alpha1', 'v11alpha2', 'foo1', 'foo10'];
  expect([...inOrder].sort()).not.toEqual(inOrder);
  expect([...inOrder].sort().sort(compareVersions)).toEqual(inOrder);
});

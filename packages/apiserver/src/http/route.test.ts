import { kinds } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { ServedKinds } from '../registry/served-kinds.ts';
import { createRouter } from './route.ts';

const router = createRouter(new ServedKinds(kinds));

function routed(path: string) {
  const route = router(path);
  if (!route) return undefined;
  const { kind, ...rest } = route;
  return { kind: kind.resource.kind, ...rest };
}

describe('paths that name something', () => {
  test.each([
    ['/api/v1/pods', { kind: 'Pod' }],
    ['/api/v1/pods/', { kind: 'Pod' }],
    ['/api/v1/namespaces/default/pods', { kind: 'Pod', namespace: 'default' }],
    ['/api/v1/namespaces/default/pods/web', { kind: 'Pod', namespace: 'default', name: 'web' }],
    ['/api/v1/namespaces/default/pods/web/log', { kind: 'Pod', namespace: 'default', name: 'web', subresource: 'log' }],
    ['/api/v1/namespaces', { kind: 'Namespace' }],
    ['/api/v1/namespaces/default', { kind: 'Namespace', name: 'default' }],
    ['/api/v1/namespaces/default/status', { kind: 'Namespace', name: 'default', subresource: 'status' }],
    ['/api/v1/namespaces/status/pods', { kind: 'Pod', namespace: 'status' }],
    ['/api/v1/nodes/n1', { kind: 'Node', name: 'n1' }],
    ['/api/v1/nodes/n1/proxy', { kind: 'Node', name: 'n1', subresource: 'proxy', proxied: '' }],
    ['/api/v1/nodes/proxy/proxy/', { kind: 'Node', name: 'proxy', subresource: 'proxy', proxied: '/' }],
    [
      '/api/v1/namespaces/a/pods/https:b:8443/proxy//c%2Fd/proxy/%zz',
      { kind: 'Pod', namespace: 'a', name: 'https:b:8443', subresource: 'proxy', proxied: '//c%2Fd/proxy/%zz' },
    ],
    ['/api/v1/namespaces/a/pods/proxy', { kind: 'Pod', namespace: 'a', name: 'proxy' }],
    ['/apis/coordination.k8s.io/v1/leases', { kind: 'Lease' }],
    ['/apis/coordination.k8s.io/v1/namespaces/a/leases/b', { kind: 'Lease', namespace: 'a', name: 'b' }],
    ['/api/v1/watch/pods', { kind: 'Pod', watchPath: true }],
    ['/api/v1/watch/namespaces/a/pods/b', { kind: 'Pod', namespace: 'a', name: 'b', watchPath: true }],
    ['/api/v1/watch/namespaces/a', { kind: 'Namespace', name: 'a', watchPath: true }],
  ])('%s', (path, expected) => {
    expect(routed(path)).toEqual({
      namespace: undefined,
      name: undefined,
      subresource: undefined,
      watchPath: false,
      ...expected,
    });
  });
});

test.each([
  ['/'],
  ['/api'],
  ['/api/v1'],
  ['/api/v2/pods'],
  ['/api/v1/trees'],
  ['/api/v1/pods/web'],
  ['/api/v1/nodes/a%2Fb'],
  ['/api/v1/namespaces/default/nodes'],
  ['/api/v1/namespaces/default/pods/web/scale'],
  ['/api/v1/namespaces/default/pods/web/log/more'],
  ['/api/v1//pods'],
  ['/api/v1/nodes/n1/prox%79'],
  ['/api/v1/namespaces/a/configmaps/b/proxy/c'],
  ['/api/v1/pods/b/proxy/c'],
  ['/api/v1/nodes/%E0%A4%A'],
  ['/apis/coordination.k8s.io/leases'],
  ['/apis/v1/pods'],
])('%s names nothing', (path) => {
  expect(router(path)).toBeUndefined();
});

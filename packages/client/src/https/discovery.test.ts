import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { openConnection } from './connection.ts';
import { discover } from './discovery.ts';

const resourceOf = (resource: string, kind: string, more: object = {}) => ({
  resource,
  responseKind: { group: '', version: 'v1', kind },
  scope: 'Namespaced',
  singularResource: kind.toLowerCase(),
  verbs: ['get', 'list'],
  ...more,
});
const answers: Readonly<Record<string, object>> = {
  '/api': {
    items: [
      { metadata: {}, versions: [{ version: 'v1', resources: [resourceOf('pods', 'Pod', { shortNames: ['po'] })] }] },
    ],
  },
  '/apis': {
    items: [
      {
        metadata: { name: 'example.com' },
        versions: [
          { version: 'v2', resources: [resourceOf('boxes', 'Box', { subresources: [{ subresource: 'status' }] })] },
          { version: 'v1', resources: [resourceOf('boxes', 'Box'), resourceOf('lids', 'Lid', { scope: 'Cluster' })] },
        ],
      },
      { metadata: { name: 'empty.example.com' }, versions: [{ version: 'v1' }] },
    ],
  },
};

test('of each resource the first version is told, and what the server knows of it', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push(headers.accept);
    response.end(JSON.stringify(answers[url]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connection = openConnection({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const found = await discover(connection);
  await connection.close();
  server.close();
  expect(new Set(asked)).toEqual(new Set(['application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList']));
  expect(found).toMatchObject([
    { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true, shortNames: ['po'], subresources: [] },
    { group: 'example.com', version: 'v2', plural: 'boxes', singular: 'box', subresources: ['status'] },
    { group: 'example.com', version: 'v1', plural: 'lids', namespaced: false, verbs: ['get', 'list'] },
  ]);
  expect(found).toHaveLength(3);
});

// What programs do that know no kind beforehand, such as k9s, Headlamp and metadata informers: they walk through
// discovery, and list and watch whatever stands there.
import type { APIGroupList, APIResource, APIResourceList } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.call('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'one' } } });
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string, Accept: string) => server.call('GET', path, { headers: { Accept } });

async function groupVersions(): Promise<string[]> {
  const { json } = await server.call('GET', '/apis');
  const { groups } = json as unknown as APIGroupList;
  return ['/api/v1', ...groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => `/apis/${groupVersion}`))];
}

/** Each with the path of its group and version. */
async function resources(): Promise<(APIResource & { readonly at: string })[]> {
  const lists = await Promise.all(
    (await groupVersions()).map(async (at) => {
      const { code, json } = await server.call('GET', at);
      expect(code, at).toBe(200);
      return (json as unknown as APIResourceList).resources.map((resource) => ({ ...resource, at }));
    }),
  );
  return lists.flat();
}

const listed = async () => (await resources()).filter(({ verbs }) => verbs.includes('list'));

const forms = [
  ['itself', 'application/json', 'List'],
  ['rows of a Table', 'application/json;as=Table;v=v1;g=meta.k8s.io', 'Table'],
  ['metadata', 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', 'PartialObjectMetadataList'],
] as const;

describe('whatever discovery lists', () => {
  test.each(forms)('can be listed as %s', async (_, accept, kind) => {
    const all = await listed();
    expect(all.length).toBeGreaterThan(20);
    for (const { at, name } of all) {
      const { code, json } = await get(`${at}/${name}?limit=500`, accept);
      expect([code, json.kind], name).toEqual([200, expect.stringMatching(new RegExp(`${kind}$`))]);
    }
  });

  test('is sent as protobuf to those who prefer it and take JSON', async () => {
    for (const { at, name } of await listed()) {
      const { code, headers } = await get(`${at}/${name}`, 'application/vnd.kubernetes.protobuf,application/json');
      expect(code, name).toBe(200);
      expect(headers['content-type'], name).toMatch(/^application\/(vnd\.kubernetes\.protobuf|json)$/);
    }
  });

  test('stands in the aggregated document too', async () => {
    const { json } = await get('/apis', 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    const { json: core } = await get('/api', 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    interface Group {
      readonly metadata: { readonly name?: string };
      readonly versions: { readonly version: string; readonly resources: { readonly resource: string }[] }[];
    }
    const groups = [...(core.items as unknown as Group[]), ...(json.items as unknown as Group[])];
    const aggregated = groups.flatMap(({ metadata, versions }) =>
      versions.flatMap(({ version, resources: found }) =>
        found.map(({ resource }) => `${metadata.name ? `/apis/${metadata.name}` : '/api'}/${version}/${resource}`),
      ),
    );
    const plain = (await resources()).filter(({ name }) => !name.includes('/')).map(({ at, name }) => `${at}/${name}`);
    expect(aggregated.sort()).toEqual(plain.sort());
  });
});

describe('an informer of client-go 0.35', () => {
  /** As its reflector asks, which waits for the bookmark and would never be done without it. */
  const query =
    'allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&timeoutSeconds=1&watch=true';

  test.each([
    ['objects', 'application/json', ''],
    ['metadata', 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'PartialObjectMetadata'],
  ])('of %s knows of every resource when it has seen all of it', async (_, accept, form) => {
    const watched = (await listed()).filter(({ verbs }) => verbs.includes('watch'));
    await Promise.all(
      watched.map(async ({ at, name, kind }) => {
        const { code, text } = await get(`${at}/${name}?${query}`, accept);
        expect(code, name).toBe(200);
        const events = text
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line));
        const ends = events.filter(
          ({ object }) => object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true',
        );
        expect(ends, name).toHaveLength(1);
        expect(ends[0], name).toMatchObject({ type: 'BOOKMARK', object: { kind: form || kind } });
        expect(Number(ends[0].object.metadata.resourceVersion), name).toBeGreaterThan(0);
      }),
    );
  });

  test('of a kind with objects gets them first', async () => {
    const { text } = await get(`/api/v1/configmaps?${query}`, 'application/json');
    const types = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).type);
    expect(types.slice(0, 2)).toEqual(['ADDED', 'BOOKMARK']);
  });
});

import { kinds, measuredKinds, StatusError, transientKinds } from '@berth/objects';
import { describe, expect, test } from 'vitest';
import { ServedKinds } from '../registry/served-kinds.ts';
import { boxKinds } from '../testing/boxes.ts';
import { createDocuments, type StoredDocument } from './documents.ts';

const build = {
  commit: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  treeState: 'clean',
  date: '2026-01-01T00:00:00Z',
} as const;

const publicKey = { use: 'sig', kty: 'EC', kid: 'k', alg: 'ES256', crv: 'P-256', x: 'AQ', y: 'Ag' } as const;

const documents = createDocuments({
  served: new ServedKinds([...kinds, ...transientKinds, ...measuredKinds]),
  version: { gitVersion: 'v1.32.3+berth', platform: 'linux/amd64', runtimeVersion: 'node v20', build },
  serverAddress: () => '127.0.0.1:6443',
  tokens: { issuer: 'https://issuer.example', publicKeys: [publicKey] },
});

interface Json {
  readonly [name: string]: Json & Json[] & string;
}

function json(path: string, accept?: string): Json {
  const document = documents(path, accept);
  if (!document) throw new Error(`there is no ${path}`);
  return JSON.parse(document.body.toString()) as Json;
}

/** Every value under a key of this name, however deep. */
function valuesOf(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...(key === name ? [inner] : []), ...valuesOf(inner, name)]);
}

test('a type without fields is an object of whatever it holds', () => {
  const { definitions } = json('/openapi/v2');
  const type = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus';
  expect(definitions?.[type]).toEqual({ type: 'object' });
});

describe('discovery', () => {
  test('of the core group', () => {
    expect(json('/api')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const { resources } = json('/api/v1');
    const named = (name: string) => resources?.find((resource) => resource.name === name);
    expect(named('pods')).toMatchObject({
      singularName: 'pod',
      namespaced: true,
      kind: 'Pod',
      shortNames: ['po'],
      categories: ['all'],
    });
    expect(named('pods')?.verbs).toEqual([
      'create',
      'delete',
      'deletecollection',
      'get',
      'list',
      'patch',
      'update',
      'watch',
    ]);
    expect(named('namespaces')?.verbs).not.toContain('deletecollection');
    expect(named('pods/log')).toEqual({
      name: 'pods/log',
      singularName: '',
      namespaced: true,
      kind: 'Pod',
      verbs: ['get'],
    });
    expect(named('replicationcontrollers/scale')).toMatchObject({ group: 'autoscaling', version: 'v1', kind: 'Scale' });
    expect(named('pods/exec')).toMatchObject({ kind: 'PodExecOptions', verbs: ['create', 'get'] });
    const verbs = ['create', 'delete', 'get', 'patch', 'update'];
    expect(named('nodes/proxy')).toMatchObject({ kind: 'NodeProxyOptions', namespaced: false, verbs });
    expect(named('services/proxy')).toMatchObject({ kind: 'ServiceProxyOptions', namespaced: true, verbs });
  });

  test('says in what form objects are kept, of what is kept', () => {
    const hashes = (path: string) =>
      json(path).resources?.map(({ name, storageVersionHash }) => [String(name), storageVersionHash]);
    expect(hashes('/api/v1')).toContainEqual(['pods', 'xPOwRZ+Yhw8=']);
    expect(hashes('/api/v1')).toContainEqual(['events', 'r2yiGXH7wu8=']);
    expect(hashes('/apis/events.k8s.io/v1')).toEqual([['events', 'r2yiGXH7wu8=']]);
    expect(hashes('/api/v1')).toContainEqual(['pods/status', undefined]);
    expect(hashes('/apis/metrics.k8s.io/v1beta1')).toContainEqual(['nodes', undefined]);
    expect(hashes('/apis/authentication.k8s.io/v1')).toContainEqual(['tokenreviews', undefined]);
  });

  test('of the other groups', () => {
    const preferredVersion = { groupVersion: 'coordination.k8s.io/v1', version: 'v1' };
    expect(json('/apis').groups).toContainEqual(
      expect.objectContaining({ name: 'coordination.k8s.io', preferredVersion }),
    );
    expect(json('/apis/coordination.k8s.io')).toMatchObject({ kind: 'APIGroup', name: 'coordination.k8s.io' });
    expect(json('/apis/coordination.k8s.io/v1').resources).toMatchObject([{ name: 'leases', kind: 'Lease' }]);
  });

  test('of a subresource whose body is of another group', () => {
    const { resources } = json('/api/v1');
    expect(resources?.find(({ name }) => String(name) === 'pods/eviction')).toEqual({
      name: 'pods/eviction',
      singularName: '',
      namespaced: true,
      group: 'policy',
      version: 'v1',
      kind: 'Eviction',
      verbs: ['create'],
    });
  });

  test.each([['v2'], ['v2beta1']])('aggregated, %s, by Accept alone', (version) => {
    const accept = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList,application/json`;
    const document = documents('/api', accept);
    expect(document?.contentType).toBe(`application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`);
    const { kind, apiVersion, items } = json('/api', accept);
    expect([kind, apiVersion]).toEqual(['APIGroupDiscoveryList', `apidiscovery.k8s.io/${version}`]);
    const resources = items?.[0]?.versions?.[0]?.resources;
    expect(resources?.map(({ resource }) => resource)).toContain('pods');
    const pods = resources?.find(({ resource }) => String(resource) === 'pods');
    expect(pods).toMatchObject({
      scope: 'Namespaced',
      singularResource: 'pod',
      responseKind: { group: '', version: 'v1', kind: 'Pod' },
    });
    expect(pods?.subresources).toContainEqual({
      subresource: 'log',
      responseKind: { group: '', version: 'v1', kind: 'Pod' },
      verbs: ['get'],
    });
    expect(json('/apis', accept).items?.map(({ metadata }) => metadata?.name)).toContain('coordination.k8s.io');
  });

  test('plain where the client prefers that, or knows another version only', () => {
    const plain = documents(
      '/api',
      'application/json,application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    );
    expect(plain?.contentType).toBe('application/json');
    expect(
      documents('/api', 'application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,application/json')
        ?.contentType,
    ).toBe('application/json');
  });
});

describe('OpenAPI', () => {
  const patchesOf = (paths: Json | undefined) =>
    Object.entries(paths ?? {})
      .filter(([path, item]) => path.endsWith('{name}') && item.patch)
      .map(([, item]) => item.patch as Json);

  test('version 3 is found by hashed addresses', () => {
    const { paths } = json('/openapi/v3');
    expect(Object.keys(paths ?? {})).toEqual(expect.arrayContaining(['api/v1', 'apis/coordination.k8s.io/v1']));
    for (const [name, { serverRelativeURL }] of Object.entries(paths ?? {})) {
      const { etag } = documents(`/openapi/v3/${name}`, undefined) as StoredDocument;
      expect(serverRelativeURL).toBe(`/openapi/v3/${name}?hash=${etag.slice(1, -1).toUpperCase()}`);
    }
  });

  test.each([['/openapi/v3/api/v1'], ['/openapi/v2']])('%s has every method of what is proxied', (document) => {
    const { paths } = json(document);
    const path = '/api/v1/namespaces/{namespace}/services/{name}/proxy';
    for (const item of [paths?.[path], paths?.[`${path}/{path}`]]) {
      const methods = Object.fromEntries(Object.entries(item ?? {}).filter(([key]) => key !== 'parameters'));
      expect(Object.keys(methods).sort()).toEqual(['delete', 'get', 'head', 'options', 'patch', 'post', 'put']);
      expect(valuesOf(methods, 'x-kubernetes-action')).toEqual(Array(7).fill('connect'));
    }
    expect(valuesOf(paths?.[`${path}/{path}`]?.parameters, 'name')).toEqual(['namespace', 'name', 'path']);
  });

  test.each([['/openapi/v3/api/v1'], ['/openapi/v3/apis/coordination.k8s.io/v1'], ['/openapi/v2']])(
    '%s refers only to what it holds',
    (path) => {
      const document = json(path);
      const schemas = Object.keys(document.components?.schemas ?? document.definitions ?? {});
      // A schema of schemas has a field of this name itself.
      const refs = valuesOf(document, '$ref').filter((ref) => typeof ref === 'string');
      const referred = new Set(refs.map((ref) => ref.split('/').at(-1)));
      expect(referred.size).toBeGreaterThan(5);
      for (const name of referred) expect(schemas).toContain(name);
    },
  );

  test('every PATCH tells its kind, its media types and the parameters that kubectl looks for', () => {
    const patches = patchesOf(json('/openapi/v3/api/v1').paths);
    expect(patches.map((patch) => patch['x-kubernetes-group-version-kind']?.kind)).toContain('Pod');
    for (const patch of patches) {
      expect(Object.keys(patch.requestBody?.content ?? {})).toContain('application/strategic-merge-patch+json');
      const parameters = patch.parameters?.map(({ name }) => name);
      expect(parameters).toEqual(expect.arrayContaining(['fieldValidation', 'dryRun', 'fieldManager']));
    }
    for (const patch of patchesOf(json('/openapi/v2').paths))
      expect(patch.consumes).toContain('application/strategic-merge-patch+json');
  });

  test('schemas carry what the API facts know', () => {
    const { schemas } = json('/openapi/v3/api/v1').components as Json;
    expect(schemas?.['io.k8s.api.core.v1.Pod']).toMatchObject({
      type: 'object',
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        spec: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodSpec' }] },
      },
      'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Pod' }],
    });
    expect(schemas?.['io.k8s.api.core.v1.PodSpec']).toMatchObject({
      required: ['containers'],
      properties: {
        containers: {
          type: 'array',
          items: { $ref: '#/components/schemas/io.k8s.api.core.v1.Container' },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          'x-kubernetes-patch-merge-key': 'name',
          'x-kubernetes-patch-strategy': 'merge',
        },
      },
    });
    expect(schemas?.['io.k8s.api.core.v1.PodList']).toMatchObject({ required: ['items'] });
  });

  test.each([
    ['version 3 as protobuf', '/openapi/v3/api/v1', 'application/com.github.proto-openapi.spec.v3@v1.0+protobuf'],
    ['version 2 as text', '/openapi/v2', 'text/plain'],
  ])('%s is not served', (_name, path, accept) => {
    expect(() => documents(path, accept)).toThrow(StatusError);
  });
});

test('the version says what API is spoken and who speaks it', () => {
  expect(json('/version')).toMatchObject({
    major: '1',
    minor: '32',
    gitVersion: 'v1.32.3+berth',
    gitCommit: build.commit,
    gitTreeState: 'clean',
    buildDate: build.date,
    platform: 'linux/amd64',
  });
});

test('whoever has a token of a service account to check finds how', () => {
  expect(json('/.well-known/openid-configuration')).toEqual({
    issuer: 'https://issuer.example',
    jwks_uri: 'https://127.0.0.1:6443/openid/v1/jwks',
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  });
  expect(json('/openid/v1/jwks')).toEqual({ keys: [publicKey] });
  expect(documents('/openid/v1/jwks', undefined)?.contentType).toBe('application/jwk-set+json');
});

test('the root lists what there is', () => {
  const { paths } = json('/') as unknown as { paths: string[] };
  for (const path of ['/api/v1', '/apis/coordination.k8s.io', '/openapi/v2', '/version']) {
    expect(paths).toContain(path);
    expect(documents(path, undefined)).toBeDefined();
  }
});

test('there is no document elsewhere', () => {
  expect(documents('/apis/example.com/v1', undefined)).toBeUndefined();
});

describe('when kinds come and go', () => {
  const served = new ServedKinds(kinds);
  const changing = createDocuments({
    served,
    version: { gitVersion: 'v1.32.3+berth', platform: 'linux/amd64', runtimeVersion: 'node v20', build },
    serverAddress: () => '127.0.0.1:6443',
    tokens: undefined,
  });
  const read = (path: string) => changing(path, undefined);
  const paths = ['/apis/apps/v1', '/openapi/v3/apis/apps/v1'];
  const described = ['/apis/example.com', '/apis/example.com/v2', '/openapi/v3/apis/example.com/v1'];

  test('they are described, and nothing else changes', () => {
    const [before, index] = [paths.map(read), read('/openapi/v3')?.etag];
    expect(described.map(read)).toEqual([undefined, undefined, undefined]);
    const { storage, versions } = boxKinds('v1');
    served.put({ storage, versions });
    expect(described.every((path) => read(path) !== undefined)).toBe(true);
    expect(paths.map((path, at) => read(path) === before[at])).toEqual([true, true]);
    expect(read('/openapi/v3')?.etag).not.toBe(index);
    served.remove(storage.resource);
    expect(described.map(read)).toEqual([undefined, undefined, undefined]);
    expect(read('/openapi/v3')?.etag).toBe(index);
  });

  test('a group has all of its versions, the best first', () => {
    const { storage, versions } = boxKinds('v1');
    served.put({ storage, versions });
    const group = JSON.parse(read('/apis/example.com')!.body.toString()) as Json;
    expect(group.versions?.map(({ version }) => version)).toEqual(['v2', 'v1']);
    expect(group.preferredVersion).toMatchObject({ version: 'v2' });
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const all = JSON.parse(changing('/apis', accept)!.body.toString()) as Json;
    const found = all.items?.filter(({ metadata }) => String(metadata?.name) === 'example.com');
    expect(found?.map(({ versions }) => versions?.map(({ version }) => version))).toEqual([['v2', 'v1']]);
  });

  test('both versions of a kind tell the one in which it is kept', () => {
    const hashes = (path: string) =>
      (JSON.parse(read(path)!.body.toString()) as Json).resources?.map(({ storageVersionHash }) => storageVersionHash);
    for (const [version, hash] of [
      ['v1', 'Wqms/68nJjI='],
      ['v2', 'CnRjko52x8c='],
    ] as const) {
      served.put(boxKinds(version));
      expect(hashes('/apis/example.com/v1')).toEqual([hash]);
      expect(hashes('/apis/example.com/v2')).toEqual([hash]);
    }
    served.put(boxKinds('v1'));
  });

  test('of a kind that takes any field, old clients are told of none', () => {
    const { storage } = boxKinds('v1');
    const schema = () => ({ type: 'object', description: 'Anything.', 'x-kubernetes-preserve-unknown-fields': true });
    const open = { ...storage, documents: { ...storage.documents!, schema } };
    served.put({ storage: open, versions: [open] });
    const described = (path: string) => JSON.parse(read(path)!.body.toString()) as Json;
    expect(described('/openapi/v2').definitions?.['com.example.v1.Box']).toEqual({
      type: 'object',
      'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Box' }],
    });
    expect(described('/openapi/v3/apis/example.com/v1').components?.schemas?.['com.example.v1.Box']).toMatchObject({
      description: 'Anything.',
      properties: { kind: { type: 'string' } },
    });
    served.put(boxKinds('v1'));
  });

  test('a kind is described by its own schema, and as what it can', () => {
    const document = JSON.parse(read('/openapi/v3/apis/example.com/v1')!.body.toString()) as Json;
    const { schemas } = document.components!;
    expect(schemas?.['com.example.v1.Box']).toMatchObject({
      type: 'object',
      properties: {
        kind: { type: 'string' },
        metadata: { allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }] },
        size: { type: 'integer' },
      },
      'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Box' }],
    });
    expect(schemas?.['com.example.v1.BoxList']).toMatchObject({
      'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Boxes' }],
    });
    const { patch, put } = document.paths!['/apis/example.com/v1/namespaces/{namespace}/boxes/{name}']!;
    expect(Object.keys(patch?.requestBody?.content ?? {})).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/apply-patch+yaml',
    ]);
    expect(Object.keys(put?.requestBody?.content ?? {})).toEqual(['application/json', 'application/yaml']);
  });
});

// The official JavaScript client against one cluster of simulated nodes: typed calls, patches of every type, informers
// that outlive the server and its memory, and tokens.
import { join } from 'node:path';
import {
  ApiException,
  AppsV1Api,
  AuthenticationV1Api,
  AuthorizationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  type Informer,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  type ListWatch,
  makeInformer,
  PatchStrategy,
  PolicyV1Api,
  RbacAuthorizationV1Api,
  SchedulingV1Api,
  setHeaderOptions,
  type V1ConfigMap,
  VersionApi,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { eventually } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample', '--runtime', 'simulated', '--nodes', '1'] });
const namespace = 'client-node';
const config = new KubeConfig();
let core: CoreV1Api;

beforeAll(async () => {
  await cluster.start();
  config.loadFromFile(join(cluster.dataDir, 'admin.kubeconfig'));
  core = config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  await eventually('its service account', () => core.readNamespacedServiceAccount({ namespace, name: 'default' }));
});

afterAll(() => cluster.discard());

const container = { name: 'main', image: 'berth/hello:1' };

describe('typed calls', () => {
  it('create, read, replace, list and delete', async () => {
    const name = 'settings';
    const created = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { a: '1' } } });
    expect(created.metadata?.creationTimestamp).toBeInstanceOf(Date);
    const read = await core.readNamespacedConfigMap({ namespace, name });
    expect(read).toEqual(created);
    const replaced = await core.replaceNamespacedConfigMap({ namespace, name, body: { ...read, data: { a: '2' } } });
    expect(replaced.data).toEqual({ a: '2' });
    const { items } = await core.listNamespacedConfigMap({ namespace, fieldSelector: `metadata.name=${name}` });
    expect(items.map(({ data }) => data)).toEqual([{ a: '2' }]);
    const deleted = await core.deleteNamespacedConfigMap({ namespace, name });
    expect(deleted).toMatchObject({ status: 'Success', details: { name, kind: 'configmaps' } });
  });

  it('of a service answer a delete with the service', async () => {
    const spec = { selector: { app: 'gone' }, ports: [{ port: 80 }] };
    await core.createNamespacedService({ namespace, body: { metadata: { name: 'gone' }, spec } });
    const deleted = await core.deleteNamespacedService({ namespace, name: 'gone' });
    expect(deleted).toMatchObject({ metadata: { name: 'gone' }, spec: { selector: { app: 'gone' } } });
  });

  it('page through a list', async () => {
    const names = ['page-1', 'page-2', 'page-3'];
    const labels = { page: 'yes' };
    for (const name of names) await core.createNamespacedSecret({ namespace, body: { metadata: { name, labels } } });
    const seen: (string | undefined)[] = [];
    let next: string | undefined;
    do {
      const page = await core.listNamespacedSecret({ namespace, labelSelector: 'page=yes', limit: 1, _continue: next });
      expect(page.items).toHaveLength(1);
      seen.push(page.items[0]?.metadata?.name);
      next = page.metadata?._continue;
    } while (next);
    expect(seen).toEqual(names);
    await core.deleteCollectionNamespacedSecret({ namespace, labelSelector: 'page=yes' });
    expect((await core.listNamespacedSecret({ namespace, labelSelector: 'page=yes' })).items).toEqual([]);
  });

  it('run a deployment, and scale it', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: 'web' };
    const spec = {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    };
    await apps.createNamespacedDeployment({ namespace, body: { metadata: { name: 'web' }, spec } });
    const ready = (count: number) =>
      eventually(`${count} ready`, async () => {
        const { status } = await apps.readNamespacedDeploymentStatus({ namespace, name: 'web' });
        return status?.readyReplicas === count;
      });
    await ready(1);
    const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
    expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 1 }, status: { selector: 'app=web' } });
    const body = { ...scale, spec: { replicas: 2 } };
    await apps.replaceNamespacedDeploymentScale({ namespace, name: 'web', body });
    await ready(2);
    expect((await apps.listNamespacedReplicaSet({ namespace, labelSelector: 'app=web' })).items).toHaveLength(1);
  });

  it('evict a pod', async () => {
    await core.createNamespacedPod({
      namespace,
      body: { metadata: { name: 'evicted' }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } },
    });
    const eviction = await core.createNamespacedPodEviction({
      namespace,
      name: 'evicted',
      body: { metadata: { name: 'evicted' } },
    });
    expect(eviction.kind).toBe('Status');
    await eventually('it is gone', () =>
      core.readNamespacedPod({ namespace, name: 'evicted' }).then(
        () => false,
        (error: unknown) => error instanceof ApiException && error.code === 404,
      ),
    );
  });

  it('of the other groups', async () => {
    const clients = {
      leases: config.makeApiClient(CoordinationV1Api).listNamespacedLease({ namespace: 'kube-node-lease' }),
      slices: config.makeApiClient(DiscoveryV1Api).listEndpointSliceForAllNamespaces(),
      budgets: config.makeApiClient(PolicyV1Api).listPodDisruptionBudgetForAllNamespaces(),
      roles: config.makeApiClient(RbacAuthorizationV1Api).listClusterRole({ limit: 1 }),
      priorities: config.makeApiClient(SchedulingV1Api).listPriorityClass(),
    };
    expect((await clients.leases).items).toHaveLength(1);
    expect((await clients.slices).kind).toBe('EndpointSliceList');
    expect((await clients.budgets).items).toEqual([]);
    expect((await clients.roles).metadata?._continue).not.toBe('');
    expect((await clients.priorities).items.map(({ value }) => value)).toContain(2_000_001_000);
    const me = await config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
    expect(me.status?.userInfo?.groups).toContain('system:masters');
    const spec = { resourceAttributes: { namespace, verb: 'get', resource: 'pods' } };
    const review = await config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({ body: { spec } });
    expect(review.status?.allowed).toBe(true);
    expect((await config.makeApiClient(VersionApi).getCode()).minor).toBe('32');
  });

  it.each([
    ['what is not there', 404, 'NotFound', () => core.readNamespacedPod({ namespace, name: 'nothing' })],
    ['what is there', 409, 'AlreadyExists', () => core.createNamespace({ body: { metadata: { name: namespace } } })],
    ['what is wrong', 422, 'Invalid', () => core.createNamespace({ body: { metadata: { name: 'Bad_Name' } } })],
  ])('throw an ApiException for %s', async (_, code, reason, call) => {
    const error = await call().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ApiException);
    expect(error).toMatchObject({ code });
    expect(JSON.parse((error as ApiException<string>).body)).toMatchObject({ kind: 'Status', reason });
  });
});

describe('patches', () => {
  const name = 'patched';
  const patch = (strategy: PatchStrategy, body: unknown, more: object = {}) =>
    core.patchNamespacedConfigMap({ namespace, name, body, ...more }, setHeaderOptions('Content-Type', strategy));

  beforeAll(() =>
    core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { a: '1', b: '2' } } }),
  );

  it.each([
    ['JSON', PatchStrategy.JsonPatch, [{ op: 'replace', path: '/data/a', value: '3' }], { a: '3', b: '2' }],
    ['merge', PatchStrategy.MergePatch, { data: { b: null } }, { a: '3' }],
    ['strategic merge', PatchStrategy.StrategicMergePatch, { data: { c: '4' } }, { a: '3', c: '4' }],
  ])('%s', async (_, strategy, body, data) => {
    expect((await patch(strategy, body)).data).toEqual(data);
  });

  it('apply, and the conflict of two managers', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { d: '5' } };
    const applied = await patch(PatchStrategy.ServerSideApply, body, { fieldManager: 'one' });
    expect(applied.data).toEqual({ a: '3', c: '4', d: '5' });
    const other = { ...body, data: { d: '6' } };
    await expect(patch(PatchStrategy.ServerSideApply, other, { fieldManager: 'two' })).rejects.toMatchObject({
      code: 409,
    });
    const forced = await patch(PatchStrategy.ServerSideApply, other, { fieldManager: 'two', force: true });
    expect(forced.data?.d).toBe('6');
  });
});

it('the generic client finds the way to any kind', async () => {
  const client = KubernetesObjectApi.makeApiClient(config);
  const spec = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'generic', namespace } };
  const created = await client.create({ ...spec, rules: [] } as KubernetesObject);
  expect(created.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/);
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
  const applied = { ...spec, rules } as KubernetesObject;
  await client.patch(applied, undefined, undefined, 'test', true, PatchStrategy.ServerSideApply);
  expect(await client.read({ ...spec, metadata: { name: 'generic', namespace } })).toMatchObject({ rules });
  const { items } = await client.list(spec.apiVersion, spec.kind, namespace);
  expect(items.map(({ metadata }) => metadata?.name)).toEqual(['generic']);
  await client.delete(spec);
  await expect(client.read(spec)).rejects.toMatchObject({ code: 404 });
});

it('a watch tells of what comes, and ends when it is aborted', async () => {
  const seen: string[] = [];
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const abort = await new Watch(config).watch(
    `/api/v1/namespaces/${namespace}/configmaps`,
    { fieldSelector: 'metadata.name=watched' },
    (type: string, object: V1ConfigMap) => seen.push(`${type} ${object.data?.step ?? ''}`),
    () => end(),
  );
  const name = 'watched';
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { step: '1' } } });
  await core.deleteNamespacedConfigMap({ namespace, name });
  await eventually('both events', async () => seen.length === 2);
  expect(seen).toEqual(['ADDED 1', 'DELETED 1']);
  abort.abort();
  await ended;
});

describe('an informer', () => {
  const labelSelector = 'informed=yes';
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  let informer: Informer<V1ConfigMap> & ListWatch<V1ConfigMap>;
  let lists = 0;

  const create = (name: string) =>
    core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { informed: 'yes' } } } });
  const knows = (...names: string[]) =>
    eventually(`it knows ${names}`, async () => {
      const known = informer.list(namespace).map(({ metadata }) => metadata?.name);
      return JSON.stringify(known.sort()) === JSON.stringify(names) || undefined;
    });

  const startAgain = () => void setTimeout(() => informer.start(), 200);

  beforeAll(async () => {
    const list = () => {
      lists++;
      return core.listNamespacedConfigMap({ namespace, labelSelector });
    };
    informer = makeInformer(config, path, list, labelSelector) as typeof informer;
    await create('a');
    await informer.start();
  });

  afterAll(() => informer.stop());

  it('knows what is there and what comes', async () => {
    await knows('a');
    await create('b');
    await knows('a', 'b');
    await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
    await knows('b');
    expect(lists).toBe(1);
  });

  it('goes on across a restart of the server', async () => {
    // As the client's documentation has it: after an error, start again.
    informer.on('error', startAgain);
    const command = await cluster.kill('server');
    await cluster.startAgain(command);
    await eventually('the server answers', () => create('c'));
    await knows('b', 'c');
    await core.deleteNamespacedConfigMap({ namespace, name: 'b' });
    await knows('c');
  });

  it('lists again when its past is forgotten', async () => {
    informer.off('error', startAgain);
    await informer.stop();
    const before = lists;
    await core.deleteNamespacedConfigMap({ namespace, name: 'c' });
    await create('d');
    // A server remembers no change from before its start.
    const command = await cluster.kill('server');
    await cluster.startAgain(command);
    await eventually('the server answers', () => core.readNamespace({ name: namespace }));
    await informer.start();
    await knows('d');
    expect(lists).toBe(before + 1);
  });
});

it('a token of a service account is who it says', async () => {
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'robot' } } });
  const request = await core.createNamespacedServiceAccountToken({
    namespace,
    name: 'robot',
    body: { spec: { audiences: [], expirationSeconds: 600 } },
  });
  const robot = new KubeConfig();
  const { name, server, caData } = config.getCurrentCluster()!;
  robot.loadFromOptions({
    clusters: [{ name, server, caData }],
    users: [{ name: 'robot', token: request.status?.token }],
    contexts: [{ name: 'robot', cluster: name, user: 'robot' }],
    currentContext: 'robot',
  });
  const { status } = await robot.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
  expect(status?.userInfo?.username).toBe(`system:serviceaccount:${namespace}:robot`);
  await expect(robot.makeApiClient(CoreV1Api).listNamespacedPod({ namespace })).rejects.toMatchObject({ code: 403 });
});

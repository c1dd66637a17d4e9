// YAML from the editor to the API and back, over the real core of the API server.
import {
  configMaps,
  customResourceDefinitions,
  isReason,
  type KubeObject,
  type Resource,
  replicationControllers,
  secrets,
  services,
} from '@berth/objects';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Browser, startTestGateway, type TestGateway } from './testing/test-gateway.ts';

let running: TestGateway;
let browser: Browser;

beforeEach(async () => {
  running = await startTestGateway();
  await running.api.namespace('shop');
  browser = await running.signedIn();
});

afterEach(() => running[Symbol.asyncDispose]());

function configMap(data: string, more = ''): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n${more}data:\n  ${data}\n`;
}

const controller = `
apiVersion: v1
kind: ReplicationController
metadata: { name: web, labels: { tier: front } }
spec:
  replicas: 2
  selector: { app: web }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: main, image: berth/hello, ports: [{ containerPort: 80 }] }
`;

const apply = (yaml: string) => browser.trpc.manifests.apply.mutate({ yaml, namespace: 'shop' });
const preview = (yaml: string) => browser.trpc.manifests.preview.mutate({ yaml, namespace: 'shop' });

test('several documents are created in order, then unchanged, then configured', async () => {
  const text = `# first\n---\n${controller}---\n${configMap('a: "1"')}`;
  expect(await preview(text)).toMatchObject({ failed: 0, documents: [{ outcome: 'created' }, { outcome: 'created' }] });
  const missing = await running.client.get(configMaps, { namespace: 'shop', name: 'settings' }).catch((error) => error);
  expect(isReason(missing, 'NotFound')).toBe(true);

  const first = await apply(text);
  expect(first.documents).toMatchObject([
    { index: 0, kind: 'ReplicationController', namespace: 'shop', name: 'web', outcome: 'created' },
    { index: 1, kind: 'ConfigMap', namespace: 'shop', name: 'settings', outcome: 'created' },
  ]);
  const again = await apply(text);
  expect(again.documents.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
  const edited = text.replace('replicas: 2', 'replicas: 5');
  const outcomes = async (what: typeof apply) => (await what(edited)).documents.map(({ outcome }) => outcome);
  expect(await outcomes(preview)).toEqual(['configured', 'unchanged']);
  expect(await outcomes(apply)).toEqual(['configured', 'unchanged']);
  const stored = await running.client.get(replicationControllers, { namespace: 'shop', name: 'web' });
  expect(stored.spec.replicas).toBe(5);
});

test('a preview knows that a namespace of the same text will be there', async () => {
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: lab }\n';
  const text = `${namespace}---\n${configMap('a: "1"', '  namespace: lab\n')}`;
  const { documents } = await preview(text);
  expect(documents).toMatchObject([
    { outcome: 'created' },
    { outcome: 'created', message: 'once namespace lab exists' },
  ]);
  expect((await apply(text)).failed).toBe(0);
});

test('what the text says no more goes; what others set stays', async () => {
  await apply(configMap('a: "1"', '  labels: { mine: "x" }\n'));
  const name = { namespace: 'shop', name: 'settings' };
  await running.client.patch(configMaps, name, {
    type: 'application/merge-patch+json',
    body: { data: { theirs: '2' } },
  });
  await apply(configMap('b: "3"'));
  const { data, metadata } = await running.client.get(configMaps, name);
  expect(data).toEqual({ b: '3', theirs: '2' });
  expect(metadata.labels).toBeUndefined();
});

test('applying a service again keeps the addresses that it was given', async () => {
  const text = `apiVersion: v1
kind: Service
metadata: { name: front }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }
`;
  await apply(text);
  const name = { namespace: 'shop', name: 'front' };
  const before = await running.client.get(services, name);
  expect((await apply(text.replace('app: web', 'app: shop'))).documents[0]).toMatchObject({ outcome: 'configured' });
  const after = await running.client.get(services, name);
  expect(after.spec.clusterIP).toBe(before.spec.clusterIP);
  expect(after.spec.ports).toEqual(before.spec.ports);
});

test('each broken document says what is wrong and where; the others are applied', async () => {
  const text = [
    'a: [',
    'just words',
    'kind: ConfigMap',
    'apiVersion: v1\nkind: Unicorn\nmetadata: { name: a }',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {}',
    controller.replace('replicas: 2', 'replicas: -1'),
    controller.replace('replicas: 2', 'replicaz: 2'),
    'a: 1\na: 2',
    configMap('a: "1"'),
  ].join('\n---\n');
  const { documents, failed } = await apply(text);
  expect(failed).toBe(8);
  expect(documents.map(({ outcome }) => outcome)).toEqual([...Array(8).fill('failed'), 'created']);
  const messages = documents.map(({ message = '', problems }) => `${message} ${problems.map(({ field }) => field)}`);
  expect(messages[1]).toContain('not an object');
  expect(messages[2]).toContain('apiVersion and kind');
  expect(messages[3]).toContain('no matches for kind "Unicorn" in version "v1"');
  expect(messages[4]).toContain('metadata.name');
  expect(messages[5]).toContain('spec.replicas');
  expect(messages[6]).toContain('unknown field "spec.replicaz"');
  expect(messages[7]).toContain('unique');
  expect(documents.map(({ line }) => line)).toEqual([...documents.map(({ line }) => line)].sort((a, b) => a - b));
});

test('an object’s text is edited and saved; an older one is a conflict', async () => {
  await apply(configMap('a: "1"'));
  const target = { resource: 'configmaps', namespace: 'shop', name: 'settings' };
  const { yaml, resourceVersion } = await browser.trpc.manifests.get.query(target);
  const edited = yaml.replace('a: "1"', 'a: "2"');
  const saved = await browser.trpc.manifests.save.mutate({ ...target, yaml: edited, resourceVersion });
  expect(saved.previousYaml).toBe(yaml);
  expect((await browser.trpc.manifests.get.query(target)).yaml).toBe(saved.yaml);
  const { entries } = await browser.trpc.audit.list.query({ resource: 'configmaps', limit: 1 });
  expect(entries[0]?.detail).toContain('-   a: "1"\n+   a: "2"');
  const late = browser.trpc.manifests.save.mutate({ ...target, yaml: edited, resourceVersion });
  await expect(late).rejects.toMatchObject({ data: { code: 'CONFLICT' } });
  const renamed = browser.trpc.manifests.save.mutate({
    ...target,
    yaml: edited.replace('name: settings', 'name: other'),
    resourceVersion: saved.resourceVersion,
  });
  await expect(renamed).rejects.toMatchObject({ data: { code: 'BAD_REQUEST' } });
});

test('a secret’s values are sent only when asked for, and survive an edit that did not see them', async () => {
  const value = Buffer.from('hunter2').toString('base64');
  await apply(`apiVersion: v1\nkind: Secret\nmetadata: { name: key }\ndata: { password: ${value}, other: ${value} }\n`);
  const target = { resource: 'secrets', namespace: 'shop', name: 'key' };
  const hidden = await browser.trpc.manifests.get.query(target);
  expect(hidden.redacted).toBe(true);
  expect(hidden.yaml).not.toContain(value);
  const fresh = Buffer.from('fresh').toString('base64');
  const yaml = hidden.yaml.replace(/other: "?\(hidden\)"?/, `other: ${fresh}`);
  const saved = await browser.trpc.manifests.save.mutate({ ...target, yaml, resourceVersion: hidden.resourceVersion });
  expect(JSON.stringify(saved)).not.toContain(fresh);
  expect((await running.client.get(secrets, { namespace: 'shop', name: 'key' })).data).toEqual({
    password: value,
    other: fresh,
  });
  const shown = await browser.trpc.manifests.revealSecret.mutate({ namespace: 'shop', name: 'key' });
  expect(shown.yaml).toContain(value);
  const audit = await browser.trpc.audit.list.query({ limit: 200 });
  expect(audit.entries[0]).toMatchObject({ verb: 'reveal', resource: 'secrets', name: 'key' });
  expect(JSON.stringify(audit)).not.toContain(value);
  expect(JSON.stringify(audit)).not.toContain(fresh);
});

test('an object of a kind that is defined in the cluster is applied like any other', async () => {
  const { client } = running;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const names = { plural: 'boxes', kind: 'Box' };
  const versions = [{ name: 'v1', served: true, storage: true, schema }];
  const spec = { group: 'example.com', scope: 'Namespaced' as const, names, versions };
  const made = await client.create(customResourceDefinitions, {
    metadata: { name: 'boxes.example.com' },
    spec,
  } as never);
  const conditions = ['NamesAccepted', 'Established'].map((type) => ({ type, status: 'True' as const }));
  const status = { ...made.status, acceptedNames: names, conditions };
  await client.updateStatus(customResourceDefinitions, { ...made, status } as typeof made);
  const served = async () => (await client.discover()).find(({ plural }) => plural === 'boxes');
  while (!(await served())) await new Promise((resolve) => setImmediate(resolve));
  const box = (size: number) => `apiVersion: example.com/v1\nkind: Box\nmetadata: { name: a }\nsize: ${size}\n`;
  expect(await preview(box(1))).toMatchObject({ failed: 0, documents: [{ kind: 'Box', outcome: 'created' }] });
  for (const [size, outcome] of [
    [1, 'created'],
    [1, 'unchanged'],
    [2, 'configured'],
  ] as const)
    expect((await apply(box(size))).documents).toMatchObject([{ namespace: 'shop', name: 'a', outcome }]);
  const boxes = (await served()) as Resource<KubeObject & { readonly size: number }>;
  expect((await client.get(boxes, { namespace: 'shop', name: 'a' })).size).toBe(2);
});

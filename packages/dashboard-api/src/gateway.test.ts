// The gateway as a browser meets it, over the real core of the API server: views, commands, and what they leave behind.
import { type New, type Node, nodes, type Pod, pods, replicationControllers, services } from '@berth/objects';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Browser, startTestGateway, type TestGateway, ViewRecord } from './testing/test-gateway.ts';

let running: TestGateway;
let browser: Browser;

beforeEach(async () => {
  running = await startTestGateway();
  await running.api.namespace('shop');
  browser = await running.signedIn();
});

afterEach(() => running[Symbol.asyncDispose]());

function pod(name: string, labels: Record<string, string> = { app: 'web' }): New<Pod> {
  return {
    metadata: { name, namespace: 'shop', labels },
    spec: { containers: [{ name: 'main', image: 'berth/hello' }] },
  };
}

const web = { namespace: 'shop', name: 'web' };

async function createController(replicas: number): Promise<void> {
  const { metadata: _, ...template } = pod('');
  await running.client.create(replicationControllers, {
    metadata: web,
    spec: {
      replicas,
      selector: { app: 'web' },
      template: { metadata: { labels: { app: 'web' } }, ...template } as never,
    },
  });
}

async function createService(name: string, selector: Record<string, string>): Promise<void> {
  await running.client.create(services, {
    metadata: { namespace: 'shop', name },
    spec: { selector, ports: [{ port: 80 }] },
  });
}

/** The newest entry of the audit. */
async function lastAudit() {
  return (await browser.trpc.audit.list.query({ limit: 1 })).entries[0];
}

describe('live views', () => {
  test('a view follows the cluster: rows come, change and go, with exact totals', async () => {
    await running.client.create(pods, pod('web-1'));
    const socket = browser.socket();
    const view = await ViewRecord.open(socket, 'v', { noun: 'pods', labelSelector: 'app in (web)' });
    await view.until(({ names }) => names.length === 1);
    await running.client.create(pods, pod('web-0'));
    await running.client.create(pods, pod('db-0', { app: 'db' }));
    await view.until(({ total }) => total === 2);
    expect(view.names).toEqual(['web-0', 'web-1']);
    await running.client.delete(pods, { namespace: 'shop', name: 'web-1' }, { gracePeriodSeconds: 0 });
    await view.until(({ total }) => total === 1);
    expect(view.names).toEqual(['web-0']);
    socket.disconnect();
  });

  test('a stream that cannot be opened says why and leaves the others alone', async () => {
    const socket = browser.socket();
    await expect(ViewRecord.open(socket, 'bad', { noun: 'pods', labelSelector: 'app in (web' })).rejects.toThrow(
      'unable to parse',
    );
    const missing = await socket.emitWithAck('openLog', 'log', { namespace: 'shop', pod: 'nobody' });
    expect(missing).toMatchObject({ ok: false });
    const view = await ViewRecord.open(socket, 'good', { noun: 'namespaces' as never }).catch((error: Error) => error);
    expect(view).toBeInstanceOf(Error);
    await ViewRecord.open(socket, 'good', { noun: 'pods' });
    socket.disconnect();
  });
});

describe('pods', () => {
  test('a page shows the object, its text, and who selects it', async () => {
    await createController(1);
    await createService('front', { app: 'web' });
    await createService('all', {});
    await running.client.create(pods, pod('web-1'));
    const detail = await browser.trpc.pods.get.query({ namespace: 'shop', name: 'web-1' });
    expect(detail.object.metadata.name).toBe('web-1');
    expect(detail.yaml).toMatch(/^apiVersion: v1\nkind: Pod\n/);
    expect(detail.yaml).not.toContain('managedFields');
    expect(detail.row).toMatchObject({ name: 'web-1', state: 'pending', services: ['front'] });
    expect(detail.selectedBy).toMatchObject([
      { kind: 'Service', name: 'front' },
      { kind: 'ReplicationController', name: 'web', owns: false },
    ]);
  });

  test('labels: a preview of who gains and loses the pod, the change, its undo, and a conflict', async () => {
    await createService('front', { app: 'web' });
    await createService('back', { app: 'db' });
    await running.client.create(pods, pod('web-1'));
    const name = { namespace: 'shop', name: 'web-1' };
    const preview = await browser.trpc.pods.previewLabels.query({ ...name, labels: { app: 'db' } });
    expect(preview).toMatchObject({ gains: [{ name: 'back' }], loses: [{ name: 'front' }] });

    const { object } = await browser.trpc.pods.get.query(name);
    const { resourceVersion } = object.metadata;
    const change = await browser.trpc.pods.setLabels.mutate({ ...name, resourceVersion, labels: { app: 'db' } });
    expect(change).toMatchObject({ previous: { app: 'web' }, labels: { app: 'db' } });
    expect(await lastAudit()).toMatchObject({
      user: 'admin',
      verb: 'label',
      resource: 'pods',
      ...name,
      outcome: 'ok',
      detail: 'app: web → db',
      command: 'kubectl label pod web-1 -n shop --overwrite app=db',
    });
    const stale = browser.trpc.pods.setLabels.mutate({ ...name, resourceVersion, labels: { app: 'x' } });
    await expect(stale).rejects.toMatchObject({ data: { code: 'CONFLICT', cause: { reason: 'Conflict' } } });
    expect(await lastAudit()).toMatchObject({ verb: 'label', outcome: 'failed' });
    await browser.trpc.pods.setLabels.mutate({
      ...name,
      resourceVersion: change.resourceVersion,
      labels: change.previous,
    });
  });

  test('a label that is not one is refused with the field named', async () => {
    const { metadata } = await running.client.create(pods, pod('web-1'));
    const { resourceVersion } = metadata;
    const change = { namespace: 'shop', name: 'web-1', resourceVersion, labels: { app: 'not a label' } };
    await expect(browser.trpc.pods.setLabels.mutate(change)).rejects.toMatchObject({
      data: { code: 'UNPROCESSABLE_CONTENT', cause: { problems: [{ field: 'metadata.labels' }] } },
    });
  });

  test('deleting one that is gone is a 404, and both tries are in the audit with their command', async () => {
    await running.client.create(pods, pod('web-1'));
    const target = { namespace: 'shop', name: 'web-1', gracePeriodSeconds: 0 };
    await browser.trpc.pods.delete.mutate(target);
    await expect(browser.trpc.pods.delete.mutate(target)).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } });
    const { entries } = await browser.trpc.audit.list.query({ resource: 'pods', limit: 2 });
    expect(entries.map(({ outcome }) => outcome)).toEqual(['failed', 'ok']);
    expect(entries[0]?.command).toBe('kubectl delete pod web-1 -n shop --grace-period=0');
  });
});

describe('replication controllers', () => {
  test('scaling answers with the old count, and refuses when somebody else scaled before', async () => {
    await createController(3);
    const change = await browser.trpc.replicationControllers.scale.mutate({ ...web, expected: 3, replicas: 8 });
    expect(change).toMatchObject({ previous: 3, replicas: 8 });
    expect(await lastAudit()).toMatchObject({
      detail: 'replicas 3 → 8',
      command: 'kubectl scale rc web -n shop --current-replicas=3 --replicas=8',
    });
    const late = browser.trpc.replicationControllers.scale.mutate({ ...web, expected: 3, replicas: 0 });
    await expect(late).rejects.toMatchObject({ data: { code: 'CONFLICT' } });
    const undo = await browser.trpc.replicationControllers.scale.mutate({ ...web, expected: 8, replicas: 0 });
    expect(undo.previous).toBe(8);
    const { row } = await browser.trpc.replicationControllers.get.query(web);
    expect(row.desired).toBe(0);
  });

  test('a preview comes from the scheduler', async () => {
    await createController(3);
    const preview = await browser.trpc.replicationControllers.previewScale.query({ ...web, replicas: 5 });
    expect(preview).toEqual({ current: 3, replicas: 5, placements: [], unplaced: 0, reasons: [], removed: [] });
  });
});

test('a service that leads nowhere says so, and services that share pods name each other', async () => {
  await createService('front', { app: 'web' });
  const empty = await browser.trpc.services.get.query({ namespace: 'shop', name: 'front' });
  expect(empty.findings).toEqual(['No pod matches its selector: it leads nowhere.']);
  await createService('other', { app: 'web' });
  await running.client.create(pods, pod('web-1'));
  const socket = browser.socket();
  const view = await ViewRecord.open(socket, 'v', { noun: 'services', name: 'front' });
  await view.until(({ rows }) => rows[0]?.pods.length === 1);
  const detail = await browser.trpc.services.get.query({ namespace: 'shop', name: 'front' });
  expect(detail).toMatchObject({
    pods: [{ row: { name: 'web-1' }, endpoint: 'missing' }],
    overlaps: [{ service: 'other', pods: 1 }],
    findings: ['None of the pods that it selects is ready: it leads nowhere.'],
  });
  socket.disconnect();
});

test('a node is cordoned and uncordoned', async () => {
  await running.client.create(nodes, { metadata: { name: 'node-0' }, spec: {} } as New<Node>);
  const set = (schedulable: boolean) => browser.trpc.nodes.setSchedulable.mutate({ name: 'node-0', schedulable });
  expect(await set(false)).toEqual({ previous: true });
  expect((await browser.trpc.nodes.get.query({ name: 'node-0' })).row).toMatchObject({ schedulable: false });
  expect(await lastAudit()).toMatchObject({ command: 'kubectl cordon node-0' });
  expect(await set(true)).toEqual({ previous: false });
  expect((await running.client.get(nodes, { name: 'node-0' })).spec.unschedulable).toBeUndefined();
});

test('namespaces are listed, created and deleted', async () => {
  await browser.trpc.namespaces.create.mutate({ name: 'lab' });
  const names = (await browser.trpc.namespaces.list.query()).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['default', 'lab', 'shop']));
  await browser.trpc.namespaces.delete.mutate({ name: 'lab' });
  const lab = (await browser.trpc.namespaces.list.query()).find(({ name }) => name === 'lab');
  expect(lab?.phase ?? 'gone').not.toBe('Active');
});

test('saved views belong to a person, and saving under the same name replaces', async () => {
  const { views } = browser.trpc;
  await views.save.mutate({ name: 'Mine', noun: 'pods', query: 'labels=app%3Dweb' });
  const { id } = await views.save.mutate({ name: 'Mine', noun: 'pods', query: 'labels=app%3Ddb' });
  expect(await views.list.query()).toMatchObject([{ id, name: 'Mine', query: 'labels=app%3Ddb' }]);
  await views.delete.mutate({ id });
  expect(await views.list.query()).toEqual([]);
});

test('the audit is paged without gap or double while entries come', async () => {
  for (let n = 0; n < 5; n++) await browser.trpc.namespaces.create.mutate({ name: `n${n}` });
  const first = await browser.trpc.audit.list.query({ resource: 'namespaces', limit: 2 });
  await browser.trpc.namespaces.create.mutate({ name: 'late' });
  const second = await browser.trpc.audit.list.query({ resource: 'namespaces', limit: 2, cursor: first.nextCursor });
  const third = await browser.trpc.audit.list.query({ resource: 'namespaces', limit: 2, cursor: second.nextCursor });
  const names = [first, second, third].flatMap(({ entries }) => entries.map(({ name }) => name));
  expect(names).toEqual(['n4', 'n3', 'n2', 'n1', 'n0']);
  expect(third.nextCursor).toBeUndefined();
});

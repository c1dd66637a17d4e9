// Server-side apply with real kubectl, old and new: ownership, conflicts, force, dry runs, diff, and the way there from
// client-side apply.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigMap, configMaps, deployments, replicationControllers } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeKubeconfig } from '../auth/kubeconfig.ts';
import { kubectlOf, kubectlVersions, type RunKubectl } from './testing/kubectl.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let directory: string;
let kubeconfig: string;

beforeAll(async () => {
  server = await startTestServer();
  directory = await mkdtemp(join(tmpdir(), 'berth-apply-'));
  kubeconfig = join(directory, 'kubeconfig');
  const { ca, admin } = server.credentials;
  await writeKubeconfig(kubeconfig, { server: server.address, ca, user: 'kubernetes-admin', credentials: admin });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const map = (data: Record<string, string>) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shared' }, data });
const controller = (replicas: number | undefined) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { app: 'web' },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'main', image: 'nginx', ports: [{ containerPort: 80 }] }] },
      },
    },
  });
const apply = ['apply', '--server-side', '-f', '-'];

describe.each(kubectlVersions)('kubectl %s', (version) => {
  const namespace = `apply-${version.replace('.', '-')}`;
  let kubectl: RunKubectl;
  const run = (args: readonly string[], stdin?: string) => kubectl(['-n', namespace, ...args], { stdin });
  const shared = (): Promise<ConfigMap> =>
    server.test.api.get(server.test.admin, configMaps, { namespace, name: 'shared' });
  const managers = async () =>
    (await shared()).metadata.managedFields!.map(({ manager, operation }) => `${manager} ${operation}`);

  beforeAll(async () => {
    await server.test.namespace(namespace);
    kubectl = await kubectlOf(version, kubeconfig);
  });

  test('creates, and then changes nothing', async () => {
    expect((await run(apply, map({ a: '1', b: '2' }))).out).toContain('configmap/shared serverside-applied');
    const before = await shared();
    expect(before.metadata.managedFields).toMatchObject([
      { manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } },
    ]);
    expect((await run(apply, map({ a: '1', b: '2' }))).code).toBe(0);
    expect(await shared()).toBe(before);
  });

  test('a field of another manager is a conflict, unless it is forced', async () => {
    const other = await run([...apply, '--field-manager', 'other'], map({ a: '9' }));
    expect(other.code).toBe(1);
    expect(other.out).toContain('Apply failed with 1 conflict: conflict with "kubectl": .data.a');
    expect((await run([...apply, '--field-manager', 'other', '--force-conflicts'], map({ a: '9' }))).code).toBe(0);
    expect((await shared()).data).toEqual({ a: '9', b: '2' });
    expect(await managers()).toEqual(['kubectl Apply', 'other Apply']);
  });

  test('what is no longer applied goes, what another has stays', async () => {
    expect((await run(apply, map({ c: '3' }))).code).toBe(0);
    expect((await shared()).data).toEqual({ a: '9', c: '3' });
  });

  test('the managers are shown when they are asked for', async () => {
    const hidden = await run(['get', 'configmap', 'shared', '-o', 'yaml']);
    expect(hidden.out).not.toContain('managedFields');
    const shown = await run(['get', 'configmap', 'shared', '-o', 'yaml', '--show-managed-fields']);
    expect(shown.out).toMatch(
      /managedFields:\n {2}- apiVersion: v1\n {4}fieldsType: FieldsV1\n {4}fieldsV1:\n {6}f:data:/,
    );
  });

  test('a dry run and a diff show what would be, and write nothing', async () => {
    const before = await shared();
    const dry = await run([...apply, '--dry-run=server', '-o', 'jsonpath={.data.c}'], map({ c: '4' }));
    expect(dry.out).toBe('4');
    const diff = await run(['diff', '--server-side', '-f', '-'], map({ c: '4' }));
    expect(diff.code).toBe(1);
    expect(diff.out).toMatch(/^-\s+c: "3"$/m);
    expect(diff.out).toMatch(/^\+\s+c: "4"$/m);
    expect(await shared()).toBe(before);
  });

  test('an unknown field is refused', async () => {
    const wrong = JSON.stringify({ ...JSON.parse(map({})), extra: 1 });
    const { code, out } = await run(apply, wrong);
    expect(code).toBe(1);
    expect(out).toContain('field not declared in schema');
  });

  test('a Deployment: what kubectl set changes is a conflict, its selector is one field', async () => {
    const labels = { app: 'front' };
    const containers = [{ name: 'main', image: 'nginx:1' }];
    const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } };
    const body = JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'front' }, spec });
    expect((await run(apply, body)).out).toContain('deployment.apps/front serverside-applied');
    const target = { namespace, name: 'front' };
    const { metadata } = await server.test.api.get(server.test.admin, deployments, target);
    const { 'f:spec': fields } = metadata.managedFields![0]!.fieldsV1 as Record<string, Record<string, unknown>>;
    expect(fields?.['f:selector']).toEqual({});
    expect((await run(['set', 'image', 'deployment/front', 'main=nginx:2'])).code).toBe(0);
    const again = await run(apply, body);
    expect(again.out).toContain(
      'conflict with "kubectl-set" using apps/v1: .spec.template.spec.containers[name="main"].image',
    );
    expect((await run([...apply, '--force-conflicts'], body)).code).toBe(0);
  });

  test('kubectl scale takes the replicas over, and client-side apply becomes server-side apply', async () => {
    const get = () => server.test.api.get(server.test.admin, replicationControllers, { namespace, name: 'web' });
    expect((await run(['apply', '-f', '-'], controller(2))).code).toBe(0);
    expect((await get()).metadata.managedFields).toMatchObject([
      { manager: 'kubectl-client-side-apply', operation: 'Update' },
    ]);
    expect((await run(apply, controller(3))).code).toBe(0);
    const migrated = (await get()).metadata;
    // kubectl keeps the annotation as a manager of its own.
    expect(migrated.managedFields!.map(({ manager, operation }) => `${manager} ${operation}`)).toEqual([
      'kubectl Apply',
      'kubectl-last-applied Apply',
    ]);
    expect(migrated.annotations!['kubectl.kubernetes.io/last-applied-configuration']).toContain('"replicas":3');
    expect((await run(['scale', 'rc/web', '--replicas=5'])).code).toBe(0);
    expect((await run(apply, controller(2))).out).toMatch(
      /conflict with "kubectl" with subresource "scale" using v1: \.spec\.replicas/,
    );
    expect((await run(apply, controller(undefined))).code).toBe(0);
    expect((await get()).spec.replicas).toBe(5);
  });
});

// Real kubectl, old and new, against the real API server: a watch, and what people see of it. The commands that end stand
// in e2e/kubectl-matrix.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configMaps } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeKubeconfig } from '../auth/kubeconfig.ts';
import { kubectlOf, kubectlVersions, type RunKubectl } from './testing/kubectl.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let directory: string;

beforeAll(async () => {
  server = await startTestServer();
  directory = await mkdtemp(join(tmpdir(), 'berth-kubectl-'));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

describe.each(kubectlVersions)('kubectl %s', (version) => {
  const namespace = `kubectl-${version}`.replace('.', '-');
  let kubectl: RunKubectl;

  beforeAll(async () => {
    const file = join(directory, `${namespace}.kubeconfig`);
    const { ca, admin } = server.credentials;
    await writeKubeconfig(file, { server: server.address, ca, user: 'kubernetes-admin', credentials: admin });
    const plain = await kubectlOf(version, file);
    kubectl = (args, options) => plain(['--namespace', namespace, ...args], options);
    await server.test.namespace(namespace);
  });

  test('get -w shows what is there and what comes', async () => {
    const { api, admin } = server.test;
    const metadata = { name: 'watched', labels: { step: 'a' } };
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    await api.create(admin, configMaps, { namespace }, body);
    const watching = kubectl(['get', 'cm', 'watched', '-w', '--request-timeout=3s', '-L', 'step', '--no-headers']);
    await expect
      .poll(() =>
        server
          .call('GET', '/metrics')
          .then(({ text }) => /apiserver_longrunning_requests\{verb="WATCH".*resource="configmaps".*\} 1/.test(text)),
      )
      .toBe(true);
    const patch = { type: 'application/merge-patch+json', body: { metadata: { labels: { step: 'b' } } } } as const;
    await api.patch(admin, configMaps, { namespace, name: 'watched' }, patch);
    const { out } = await watching;
    expect(out).toMatch(/^watched +0 +\d+s +a$/m);
    expect(out).toMatch(/^watched +0 +\d+s +b$/m);
    await api.delete(admin, configMaps, { namespace, name: 'watched' });
  });
});

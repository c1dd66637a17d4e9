// Events of both groups with real kubectl, old and new: one object under two names.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeKubeconfig } from '../auth/kubeconfig.ts';
import { kubectlOf, kubectlVersions, type RunKubectl } from './testing/kubectl.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let directory: string;
let kubeconfig: string;

beforeAll(async () => {
  server = await startTestServer();
  directory = await mkdtemp(join(tmpdir(), 'berth-events-'));
  kubeconfig = join(directory, 'kubeconfig');
  const { ca, admin } = server.credentials;
  await writeKubeconfig(kubeconfig, { server: server.address, ca, user: 'kubernetes-admin', credentials: admin });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const event = (namespace: string) =>
  JSON.stringify({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'started' },
    regarding: { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', namespace },
    eventTime: new Date().toISOString().replace('Z', '000Z'),
    reportingController: 'example.com/controller',
    reportingInstance: 'controller-1',
    action: 'Starting',
    reason: 'Started',
    note: 'It began.',
    type: 'Normal',
  });

describe.each(kubectlVersions)('kubectl %s', (version) => {
  const namespace = `events-${version.replace('.', '-')}`;
  let kubectl: RunKubectl;
  const run = async (args: readonly string[], stdin?: string) => {
    const { code, out } = await kubectl(['-n', namespace, ...args], { stdin });
    expect(code, out).toBe(0);
    return out;
  };
  const row = /^\S+ +Normal +Started +configmap\/settings +It began\.$/m;

  beforeAll(async () => {
    await server.test.namespace(namespace);
    kubectl = await kubectlOf(version, kubeconfig);
    expect(await run(['create', '-f', '-'], event(namespace))).toContain('event.events.k8s.io/started created');
  });

  test.each<{ args: readonly string[]; shows: readonly RegExp[] }>([
    { args: ['get', 'events'], shows: [row] },
    { args: ['get', 'events.events.k8s.io'], shows: [row] },
    { args: ['get', 'events', '-o', 'yaml'], shows: [/apiVersion: v1\n +eventTime/, /message: It began\./] },
    {
      args: ['get', 'events.v1.events.k8s.io', 'started', '-o', 'yaml'],
      shows: [/^apiVersion: events\.k8s\.io\/v1$/m, /^note: It began\.$/m, /^regarding:$/m],
    },
    { args: ['get', 'events.events.k8s.io', '--field-selector', 'regarding.name=settings'], shows: [row] },
    { args: ['get', 'events', '--field-selector', 'involvedObject.name=settings'], shows: [row] },
    { args: ['events'], shows: [/Normal +Started +ConfigMap\/settings +It began\./] },
    { args: ['explain', 'events.regarding', '--api-version=events.k8s.io/v1'], shows: [/fieldPath\t<string>/] },
    {
      args: ['api-resources', '--api-group=events.k8s.io'],
      shows: [/^events +ev +events\.k8s\.io\/v1 +true +Event$/m],
    },
  ])('$args', async ({ args, shows }) => {
    const out = await run(args);
    for (const expression of shows) expect(out).toMatch(expression);
  });

  test('annotates, applies to and deletes what the other group shows', async () => {
    await run(['annotate', 'events.events.k8s.io', 'started', 'seen=yes']);
    expect(await run(['get', 'events', 'started', '-o', 'jsonpath={.metadata.annotations.seen}'])).toBe('yes');
    await run(
      ['apply', '--server-side', '--force-conflicts', '-f', '-'],
      event(namespace).replace(/"eventTime":"[^"]*",/, ''),
    );
    await run(['delete', 'events', 'started']);
    expect(await run(['get', 'events.events.k8s.io'])).toContain('No resources found');
  });
});

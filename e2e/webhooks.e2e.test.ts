// Webhooks that run in the cluster, as people run them: a real HTTPS program in a real pod behind a service, which
// mutates what is created and converts custom resources.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import type { Kubectl } from './harness/kubectl.ts';
import { eventually, output } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample', '--nodes', '1'] });
const scratch = mkdtempSync(join(tmpdir(), 'berth-webhooks-'));
let kubectl: Kubectl;
let caBundle: string;

/** Answers reviews of both kinds, and says on its output what it was asked. */
const program = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const tls = { key: readFileSync('/hook/key.pem'), cert: readFileSync('/hook/cert.pem') };
createServer(tls, async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { kind, apiVersion, request: asked } = JSON.parse(Buffer.concat(chunks).toString());
  console.log(request.url, request.headers.host);
  const { uid, objects, desiredAPIVersion } = asked;
  const patch = JSON.stringify([{ op: 'add', path: '/data', value: { seen: 'yes' } }]);
  const answer = kind === 'ConversionReview'
    ? {
        uid,
        result: { status: 'Success' },
        convertedObjects: objects.map((object) => ({ ...object, apiVersion: desiredAPIVersion })),
      }
    : {
        uid,
        allowed: true,
        patchType: 'JSONPatch',
        patch: Buffer.from(patch).toString('base64'),
        warnings: ['seen'],
      };
  response.end(JSON.stringify({ kind, apiVersion, response: answer }));
}).listen(8443);
`;

beforeAll(async () => {
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=hook'];
  const files = ['-keyout', join(scratch, 'key.pem'), '-out', join(scratch, 'cert.pem')];
  await output('openssl', [...request, ...files, '-addext', 'subjectAltName=DNS:hook.default.svc']);
  const certificate = await output('cat', [join(scratch, 'cert.pem')]);
  caBundle = Buffer.from(certificate).toString('base64');
  writeFileSync(join(scratch, 'hook.mjs'), program);
  await cluster.start();
  kubectl = await cluster.kubectl();
  await apply(pod, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'hook' }, spec });
  await kubectl('wait', '--for=condition=Ready', 'pod/hook', '--timeout=60s');
});

afterAll(async () => {
  await cluster.remove();
  rmSync(scratch, { recursive: true, force: true });
});

const spec = { selector: { app: 'hook' }, ports: [{ port: 443, targetPort: 8443 }] };

/** The image has no Node.js: the pod borrows this machine's, with its libraries. */
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'hook', labels: { app: 'hook' } },
  spec: {
    containers: [
      {
        name: 'main',
        image: 'berth/hello:1',
        imagePullPolicy: 'IfNotPresent',
        command: [process.execPath, '/hook/hook.mjs'],
        readinessProbe: { tcpSocket: { port: 8443 }, periodSeconds: 1 },
        volumeMounts: ['/usr', '/lib', '/lib64', '/hook'].map((mountPath) => ({
          name: mountPath.slice(1),
          mountPath,
          readOnly: true,
        })),
      },
    ],
    volumes: ['usr', 'lib', 'lib64', 'hook'].map((name) => ({
      name,
      hostPath: { path: name === 'hook' ? scratch : `/${name}` },
    })),
  },
};

async function apply(...items: readonly object[]): Promise<string> {
  const { code, stdout, stderr } = await kubectl.run(['apply', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  });
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

const clientConfig = (path: string) => ({ service: { namespace: 'default', name: 'hook', path }, caBundle });

it('a mutating webhook changes what kubectl creates, and warns', async () => {
  const rules = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }];
  await apply({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'hook' },
    webhooks: [
      {
        name: 'hook.example.com',
        clientConfig: clientConfig('/mutate'),
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        rules,
      },
    ],
  });
  const created = await kubectl.run(['create', 'configmap', 'a']);
  expect(created).toEqual({ code: 0, stdout: 'configmap/a created\n', stderr: 'Warning: seen\n' });
  expect(await kubectl('get', 'configmap', 'a', '-o', 'jsonpath={.data.seen}')).toBe('yes');
  expect(await kubectl('logs', 'hook')).toContain('/mutate?timeout=10s hook.default.svc:443\n');
});

it('a conversion webhook shows a custom resource in its other version', async () => {
  const version = (name: string, storage: boolean) => ({
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  });
  await apply({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'boxes.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'boxes', singular: 'box', kind: 'Box', listKind: 'BoxList' },
      versions: [version('v1', true), version('v2', false)],
      conversion: {
        strategy: 'Webhook',
        webhook: { clientConfig: clientConfig('/convert'), conversionReviewVersions: ['v1'] },
      },
    },
  });
  await kubectl('wait', '--for=condition=Established', 'crd/boxes.example.com', '--timeout=30s');
  const box = { apiVersion: 'example.com/v1', kind: 'Box', metadata: { name: 'a' }, size: 3 };
  await eventually('the resource is served', () => apply(box));
  const shown = await kubectl.json<{ apiVersion: string; size: number }>('get', 'boxes.v2.example.com', 'a');
  expect(shown).toMatchObject({ apiVersion: 'example.com/v2', size: 3 });
  expect(await kubectl('logs', 'hook')).toContain('/convert?timeout=30s hook.default.svc:443\n');
});

it('a webhook whose pod is gone stops what it was to look at', async () => {
  await kubectl('delete', 'pod', 'hook', '--grace-period=1');
  const refused = await eventually('it is refused', async () => {
    const { stderr } = await kubectl.run(['create', 'configmap', 'b', '--dry-run=server']);
    return stderr.includes('no endpoints available for service "hook"') && stderr;
  });
  expect(refused).toContain('failed calling webhook "hook.example.com": failed to call webhook: Post "https://hook.');
  await kubectl('delete', 'mutatingwebhookconfiguration', 'hook');
  await kubectl('create', 'configmap', 'b');
});

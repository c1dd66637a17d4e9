// Real kubectl against the real API server, with a webhook that runs beside them, and with policies: what a person sees.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodes, pods } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeKubeconfig } from '../auth/kubeconfig.ts';
import { kubectlOf, kubectlVersions, type RunKubectl } from '../http/testing/kubectl.ts';
import { startTestServer, type TestServer } from '../http/testing/test-server.ts';
import { connectToLoopback, startFakeAgent } from '../streams/testing/fake-agent.ts';
import { patching, startWebhookServer, type WebhookServer } from '../webhooks/testing/webhook-server.ts';

let server: TestServer;
let hook: WebhookServer;
let directory: string;
let kubeconfig: string;

beforeAll(async () => {
  [server, hook] = await Promise.all([startTestServer(), startWebhookServer()]);
  directory = await mkdtemp(join(tmpdir(), 'berth-webhooks-'));
  kubeconfig = join(directory, 'kubeconfig');
  const { address, credentials } = server;
  await writeKubeconfig(kubeconfig, {
    server: address,
    ca: credentials.ca,
    user: 'admin',
    credentials: credentials.admin,
  });
});
afterAll(async () => {
  await hook[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const manifest = (namespace: string) => `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: marks-${namespace}}
webhooks:
- name: marks.example.com
  clientConfig: {url: "${hook.url}/mutate", caBundle: ${hook.caBundle}}
  admissionReviewVersions: [v1]
  sideEffects: None
  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${namespace}}}
  rules:
  - {operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [configmaps], scope: "*"}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guards-${namespace}}
webhooks:
- name: guards.example.com
  clientConfig: {url: "${hook.url}/validate", caBundle: ${hook.caBundle}}
  admissionReviewVersions: [v1]
  sideEffects: None
  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${namespace}}}
  matchConditions:
  - {name: not-spared, expression: "!request.name.startsWith('spared')"}
  rules:
  - {operations: [CREATE, DELETE, CONNECT], apiGroups: [""], apiVersions: [v1], resources: ["configmaps", "pods/exec"], scope: "*"}
`;

describe.each(kubectlVersions)('kubectl %s', (version) => {
  let kubectl: RunKubectl;
  const namespace = `hooks-${version.replace('.', '-')}`;

  beforeAll(async () => {
    kubectl = await kubectlOf(version, kubeconfig);
    await kubectl(['create', 'namespace', namespace]);
    const applied = await kubectl(['apply', '-f', '-'], { stdin: manifest(namespace) });
    expect(applied).toEqual({
      code: 0,
      out: `mutatingwebhookconfiguration.admissionregistration.k8s.io/marks-${namespace} created\nvalidatingwebhookconfiguration.admissionregistration.k8s.io/guards-${namespace} created\n`,
    });
    hook.answer(({ request: { name, operation } }, path) => {
      if (path.startsWith('/mutate')) return patching({ op: 'add', path: '/data', value: { seen: 'yes' } });
      if (name === 'bad' || operation === 'CONNECT') return { allowed: false, status: { message: `no ${name}` } };
      return { allowed: true, warnings: [`${operation} of ${name}`] };
    });
  });

  test('lists and explains them', async () => {
    const { out } = await kubectl(['get', 'mutatingwebhookconfigurations,validatingwebhookconfigurations']);
    expect(out).toMatch(/NAME +WEBHOOKS +AGE/);
    expect(out).toMatch(new RegExp(`validatingwebhookconfiguration.*/guards-${namespace} +1 `));
    const explained = await kubectl(['explain', 'validatingwebhookconfigurations.webhooks.clientConfig']);
    expect(explained.out).toMatch(/caBundle\s+<string>/);
    const again = await kubectl(['apply', '-f', '-'], { stdin: manifest(namespace) });
    expect(again.out.match(/unchanged/g)).toHaveLength(2);
  });

  test('writes what the webhook makes of it, and shows its warnings', async () => {
    const made = await kubectl(['create', 'configmap', 'good', '-n', namespace]);
    expect(made).toEqual({ code: 0, out: `configmap/good created\nWarning: CREATE of good\n` });
    const { out } = await kubectl(['get', 'configmap', 'good', '-n', namespace, '-o', 'jsonpath={.data.seen}']);
    expect(out).toBe('yes');
    const deleted = await kubectl(['delete', 'configmap', 'good', '-n', namespace]);
    expect(deleted.out).toContain('Warning: DELETE of good');
  });

  test('says who refused, and why', async () => {
    expect(await kubectl(['create', 'configmap', 'bad', '-n', namespace])).toEqual({
      code: 1,
      out: 'error: failed to create configmap: admission webhook "guards.example.com" denied the request: no bad\n',
    });
    const applied = await kubectl(['apply', '-n', namespace, '-f', '-'], {
      stdin: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\n',
    });
    expect(applied.out).toContain(
      'Error from server: error when creating "STDIN": admission webhook "guards.example.com" denied the request: no bad',
    );
    expect((await kubectl(['create', 'configmap', 'spared', '-n', namespace])).out).toBe('configmap/spared created\n');
  });

  test('is kept out of a pod', async () => {
    const pod = `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"x"}]}}`;
    await kubectl(['create', '-n', namespace, '-f', '-'], { stdin: pod });
    const status = '{"status":{"phase":"Running"}}';
    const patch = ['patch', 'pod', 'a', '-n', namespace, '--subresource=status', '--type=merge', '-p', status];
    await kubectl(patch);
    const { out } = await kubectl(['exec', 'a', '-n', namespace, '--', 'ls']);
    expect(out).toContain('admission webhook "guards.example.com" denied the request: no a');
  });
});

const policy = (name: string) => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: ${name}}
spec:
  matchConstraints:
    resourceRules:
    - {operations: [CREATE, UPDATE], apiGroups: [apps], apiVersions: [v1], resources: [deployments]}
  validations:
  - {expression: "object.spec.replicas <= 5", messageExpression: "'at most 5, not ' + string(object.spec.replicas)"}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: ${name}}
spec:
  policyName: ${name}
  validationActions: [Deny]
  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${name}}}}
`;

test.each(kubectlVersions)('kubectl %s and a policy', async (version) => {
  const kubectl = await kubectlOf(version, kubeconfig);
  const name = `policy-${version.replace('.', '-')}`;
  await kubectl(['create', 'namespace', name]);
  const applied = await kubectl(['apply', '-f', '-'], { stdin: policy(name) });
  expect(applied).toEqual({
    code: 0,
    out: `validatingadmissionpolicy.admissionregistration.k8s.io/${name} created\nvalidatingadmissionpolicybinding.admissionregistration.k8s.io/${name} created\n`,
  });
  const { out } = await kubectl(['get', 'validatingadmissionpolicies,validatingadmissionpolicybindings']);
  expect(out).toMatch(/NAME +VALIDATIONS +PARAMKIND +AGE/);
  expect(out).toMatch(new RegExp(`${name} +1 +<unset> `));
  expect(out).toMatch(/NAME +POLICYNAME +PARAMREF +AGE/);
  const deployment = ['create', 'deployment', 'web', '--image=x', '-n', name];
  const refused = await kubectl([...deployment, '--replicas=6']);
  expect(refused.code).toBe(1);
  expect(refused.out).toContain(
    `deployments.apps "web" is forbidden: ValidatingAdmissionPolicy '${name}' with binding '${name}' denied request: at most 5, not 6`,
  );
  expect((await kubectl([...deployment, '--replicas=5'])).code).toBe(0);
  const broken = policy(name).replace('object.spec.replicas <= 5', 'object.spec.replicas <=');
  expect((await kubectl(['apply', '-f', '-'], { stdin: broken })).out).toMatch(
    /is invalid: spec.validations\[0\].expression: Invalid value: "object.spec.replicas <=": compilation failed: ERROR: <input>:1:/,
  );
});

test('a webhook that is gone stops what it was to look at, until it is taken away', async () => {
  const kubectl = await kubectlOf('1.35', kubeconfig);
  const gone = manifest('default').replaceAll(hook.url, 'https://127.0.0.1:1');
  await kubectl(['apply', '-f', '-'], { stdin: gone });
  expect(await kubectl(['create', 'configmap', 'a'])).toEqual({
    code: 1,
    out: 'error: failed to create configmap: Internal error occurred: failed calling webhook "marks.example.com": failed to call webhook: Post "https://127.0.0.1:1/mutate?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused\n',
  });
  expect((await kubectl(['create', 'secret', 'generic', 'a'])).code).toBe(0);
  const removed = await kubectl(['delete', '-f', '-'], { stdin: gone });
  expect(removed.code).toBe(0);
  expect((await kubectl(['create', 'configmap', 'a'])).out).toBe('configmap/a created\n');
});

test.each(kubectlVersions)('kubectl %s and a webhook in a pod, behind a service', async (version) => {
  const kubectl = await kubectlOf(version, kubeconfig);
  const namespace = `service-${version.replace('.', '-')}`;
  const host = `hook.${namespace}.svc`;
  await using inPod = await startWebhookServer([host]);
  await using agent = await startFakeAgent(server.credentials, namespace);
  agent.onExec = connectToLoopback;
  inPod.answer(() => ({ ...patching({ op: 'add', path: '/data', value: { seen: 'yes' } }), warnings: ['looked at'] }));
  const { api, admin } = server.test;
  const merge = (status: object) => ({ type: 'application/merge-patch+json', body: { status } }) as const;
  await kubectl(['create', 'namespace', namespace]);
  await api.create(admin, nodes, {}, { metadata: { name: namespace } });
  await api.patch(admin, nodes, { name: namespace, subresource: 'status' }, merge(agent.status));
  const applied = await kubectl(['apply', '-n', namespace, '-f', '-'], {
    stdin: `apiVersion: v1
kind: Pod
metadata: {name: hook, labels: {app: hook}}
spec: {nodeName: ${namespace}, containers: [{name: main, image: x}]}
---
apiVersion: v1
kind: Service
metadata: {name: hook}
spec: {ports: [{port: 443, targetPort: ${inPod.port}}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: hook}
subsets:
- addresses: [{ip: 10.244.0.2, targetRef: {kind: Pod, name: hook, namespace: ${namespace}}}]
  ports: [{port: ${inPod.port}}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: ${namespace}}
webhooks:
- name: hook.example.com
  clientConfig: {service: {namespace: ${namespace}, name: hook}, caBundle: ${inPod.caBundle}}
  admissionReviewVersions: [v1]
  sideEffects: None
  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${namespace}}}
  rules:
  - {operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [configmaps], scope: "*"}
`,
  });
  expect(applied.code).toBe(0);
  const running = { phase: 'Running', podIP: '10.244.0.2', podIPs: [{ ip: '10.244.0.2' }] };
  await api.patch(admin, pods, { namespace, name: 'hook', subresource: 'status' }, merge(running));
  const made = await kubectl(['create', 'configmap', 'a', '-n', namespace]);
  expect(made).toEqual({ code: 0, out: 'configmap/a created\nWarning: looked at\n' });
  expect((await kubectl(['get', 'configmap', 'a', '-n', namespace, '-o', 'jsonpath={.data.seen}'])).out).toBe('yes');
  inPod.answer(() => (request) => void request.socket.destroy());
  agent.refuseExec(404, 'the pod is not here');
  expect(await kubectl(['create', 'configmap', 'b', '-n', namespace])).toEqual({
    code: 1,
    out: `error: failed to create configmap: Internal error occurred: failed calling webhook "hook.example.com": failed to call webhook: Post "https://${host}:443/?timeout=10s": the pod is not here\n`,
  });
});

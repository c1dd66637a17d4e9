// What a pod is to the API: a real kubectl in a real container, with nothing but what its pod was given, reaches the
// API at the address of its service and may do what a role says, for as long as the pod is there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { type Kubectl, kubectl as kubectlOf } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--no-sample'] });
const scratch = mkdtempSync(join(tmpdir(), 'berth-identity-'));
const files = '/var/run/secrets/kubernetes.io/serviceaccount';
let kubectl: Kubectl;

beforeAll(async () => {
  await cluster.start();
  kubectl = await kubectlOf(cluster.kubeconfig);
  const manifest = join(scratch, 'pods.json');
  const items = [pod('robot', { serviceAccountName: 'robot' }), pod('silent', { automountServiceAccountToken: false })];
  writeFileSync(manifest, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  await kubectl('create', 'serviceaccount', 'robot');
  await kubectl('create', 'rolebinding', 'robot', '--clusterrole=view', '--serviceaccount=default:robot');
  await kubectl('apply', '-f', manifest);
  const waited = await kubectl.run(['wait', '--for=condition=Ready', 'pod/robot', 'pod/silent', '--timeout=60s']);
  // What kept them from it is worth more than that they are late.
  if (waited.code !== 0) throw new Error(await kubectl('describe', 'pods'));
});

afterAll(async () => {
  await cluster.remove();
  rmSync(scratch, { recursive: true, force: true });
});

function pod(name: string, spec: object) {
  const container = {
    name: 'main',
    image: 'berth/hello:1',
    imagePullPolicy: 'IfNotPresent',
    volumeMounts: [{ name: 'tools', mountPath: '/tools', readOnly: true }],
  };
  const volumes = [{ name: 'tools', hostPath: { path: dirname(kubectl.path) } }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { ...spec, volumes, containers: [container] } };
}

/** Both outputs together. */
async function inside(name: string, ...command: string[]): Promise<string> {
  const { stdout, stderr } = await kubectl.run(['exec', name, '--', ...command]);
  return stdout + stderr;
}

describe('a pod', () => {
  it('finds the API, its token, the authority and its namespace', async () => {
    expect(await inside('robot', 'ls', files)).toBe('ca.crt\nnamespace\ntoken\n');
    expect(await inside('robot', 'cat', `${files}/namespace`)).toBe('default');
    expect(await inside('robot', 'sh', '-c', 'echo $KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT')).toBe(
      '10.96.0.1:443\n',
    );
  });

  it('is known to the API, by its account and by itself', async () => {
    const known = await inside('robot', '/tools/kubectl', 'auth', 'whoami');
    expect(known).toMatch(/Username +system:serviceaccount:default:robot/);
    expect(known).toMatch(/authentication\.kubernetes\.io\/pod-name +\[robot\]/);
    expect(known).toMatch(/authentication\.kubernetes\.io\/node-name +\[node-\d\]/);
  });

  it('may do what its role says, and no more', async () => {
    await eventually('the role has its rules', async () =>
      (await inside('robot', '/tools/kubectl', 'get', 'pods', '-o', 'name')).includes('pod/robot'),
    );
    expect(await inside('robot', '/tools/kubectl', 'get', 'secrets')).toContain('secrets is forbidden');
    expect(await inside('robot', '/tools/kubectl', 'delete', 'pod', 'silent')).toContain(
      'cannot delete resource "pods"',
    );
  });

  it('that wants no token has none', async () => {
    expect(await inside('silent', 'ls', files)).toContain('No such file');
  });

  it('takes its token with it when it goes', async () => {
    const token = await inside('robot', 'cat', `${files}/token`);
    const review = join(scratch, 'review.json');
    const question = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
    writeFileSync(review, JSON.stringify(question));
    const path = '/apis/authentication.k8s.io/v1/tokenreviews';
    const isGood = async (): Promise<unknown> =>
      JSON.parse(await kubectl('create', '--raw', path, '-f', review)).status.authenticated;
    expect(await isGood()).toBe(true);
    await kubectl('delete', 'pod', 'robot', '--now');
    // As Kubernetes does, the answer leaves out what is not so.
    expect(await isGood()).toBeUndefined();
  });
});

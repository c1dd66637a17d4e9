// Real kubectl, old and new, on who may do what: tokens, roles, bindings, and the questions about them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { writeKubeconfig } from '../auth/kubeconfig.ts';
import { kubectlOf, kubectlVersions, type RunKubectl } from './testing/kubectl.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

interface Step {
  readonly does: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly shows: readonly RegExp[];
  readonly code?: number;
  /** kubectl before 1.28 only asks beta versions of the API, which Kubernetes 1.32 does not serve either. */
  readonly asksBeta?: boolean;
}

const robot = ['--as=system:serviceaccount:default:robot'];
const ann = ['--as=ann', '--as-group=staff'];
const reconciled = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: pod-reader, namespace: default}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get, list, watch, delete]}
`;

const steps: readonly Step[] = [
  {
    does: 'auth whoami',
    args: ['auth', 'whoami'],
    asksBeta: true,
    shows: [/Username +kubernetes-admin/, /Groups +\[system:masters/],
  },
  {
    does: 'auth whoami of another',
    args: ['auth', 'whoami', ...ann],
    asksBeta: true,
    shows: [/Username +ann/, /staff/],
  },
  {
    does: 'what everybody may do',
    args: ['auth', 'can-i', '--list', ...ann],
    shows: [
      /^selfsubjectaccessreviews\.authorization\.k8s\.io +\[\] +\[\] +\[create\]$/m,
      /\[\/openapi\/\*\] +\[\] +\[get\]/,
    ],
  },
  { does: 'may not yet', args: ['auth', 'can-i', 'list', 'pods', ...robot], shows: [/^no$/m], code: 1 },
  {
    does: 'create serviceaccount',
    args: ['create', 'serviceaccount', 'robot'],
    shows: [/serviceaccount\/robot created/],
  },
  {
    does: 'create role',
    args: ['create', 'role', 'pod-reader', '--verb=get,list,watch', '--resource=pods,pods/log'],
    shows: [/role\.rbac\.authorization\.k8s\.io\/pod-reader created/],
  },
  {
    does: 'create rolebinding',
    args: ['create', 'rolebinding', 'robot', '--role=pod-reader', '--serviceaccount=default:robot'],
    shows: [/rolebinding\.rbac\.authorization\.k8s\.io\/robot created/],
  },
  { does: 'may now', args: ['auth', 'can-i', 'list', 'pods', ...robot], shows: [/^yes$/m] },
  { does: 'may read logs', args: ['auth', 'can-i', 'get', 'pods', '--subresource=log', ...robot], shows: [/^yes$/m] },
  {
    does: 'not elsewhere',
    args: ['auth', 'can-i', 'list', 'pods', '-n', 'kube-system', ...robot],
    shows: [/^no$/m],
    code: 1,
  },
  { does: 'not for its path', args: ['auth', 'can-i', 'get', '/metrics', ...robot], shows: [/^no$/m], code: 1 },
  { does: 'get pods as it', args: ['get', 'pods', ...robot], shows: [/No resources found in default namespace/] },
  {
    does: 'get secrets as it',
    args: ['get', 'secrets', ...robot],
    shows: [/secrets is forbidden: User "system:serviceaccount:default:robot" cannot list resource "secrets"/],
    code: 1,
  },
  {
    does: 'get roles and bindings',
    args: ['get', 'roles,rolebindings', '-o', 'wide'],
    shows: [/role\.rbac\.authorization\.k8s\.io\/pod-reader +20\d\d-/, /robot +Role\/pod-reader +\S+ +default\/robot/],
  },
  {
    does: 'describe role',
    args: ['describe', 'role', 'pod-reader'],
    shows: [/pods\/log +\[\] +\[\] +\[get list watch\]/],
  },
  {
    does: 'auth reconcile',
    args: ['auth', 'reconcile', '-f', '-'],
    stdin: reconciled,
    shows: [/role\.rbac\.authorization\.k8s\.io\/pod-reader reconciled/, /missing rules added|reconciliation required/],
  },
  { does: 'may delete since', args: ['auth', 'can-i', 'delete', 'pods', ...robot], shows: [/^yes$/m] },
  {
    does: 'create clusterrole',
    args: ['create', 'clusterrole', 'meter', '--verb=get', '--non-resource-url=/metrics'],
    shows: [/clusterrole\.rbac\.authorization\.k8s\.io\/meter created/],
  },
  {
    does: 'create clusterrolebinding',
    args: ['create', 'clusterrolebinding', 'meters', '--clusterrole=meter', '--group=staff'],
    shows: [/clusterrolebinding\.rbac\.authorization\.k8s\.io\/meters created/],
  },
  { does: 'get --raw as a group', args: ['get', '--raw', '/metrics', ...ann], shows: [/apiserver_request_total/] },
  {
    does: 'no escalation',
    args: ['create', 'clusterrolebinding', 'up', '--clusterrole=cluster-admin', '--user=ann', ...ann],
    shows: [/clusterrolebindings\.rbac\.authorization\.k8s\.io is forbidden/],
    code: 1,
  },
  {
    does: 'a role cannot be exchanged',
    args: ['patch', 'rolebinding', 'robot', '-p', '{"roleRef":{"name":"other"}}'],
    shows: [/cannot change roleRef/],
    code: 1,
  },
  { does: 'the default roles', args: ['get', 'clusterroles'], shows: [/^cluster-admin +/m, /^edit +/m, /^view +/m] },
  {
    does: 'delete',
    args: ['delete', 'role/pod-reader', 'rolebinding/robot', 'clusterrole/meter', 'clusterrolebinding/meters'],
    shows: [/"meters" deleted/],
  },
  { does: 'may no more', args: ['auth', 'can-i', 'list', 'pods', ...robot], shows: [/^no$/m], code: 1 },
];

let server: TestServer;
let directory: string;
beforeAll(async () => {
  server = await startTestServer({ tokens: true });
  directory = await mkdtemp(join(tmpdir(), 'berth-kubectl-'));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

describe.each(kubectlVersions)('kubectl %s', (version) => {
  let kubectl: RunKubectl;
  beforeAll(async () => {
    const kubeconfig = join(directory, version);
    const { ca, admin } = server.credentials;
    await writeKubeconfig(kubeconfig, { server: server.address, ca, user: 'admin', credentials: admin });
    kubectl = await kubectlOf(version, kubeconfig);
  });
  afterAll(() => kubectl(['delete', 'serviceaccount', 'robot']));

  test.each(steps.filter(({ asksBeta }) => !asksBeta || version !== '1.27'))(
    '$does',
    async ({ args, stdin, shows, code = 0 }) => {
      const outcome = await kubectl(args, { stdin });
      for (const expression of shows) expect(outcome.out).toMatch(expression);
      expect(outcome.code, outcome.out).toBe(code);
    },
  );

  test('create token, and what its holder is', async () => {
    const { out: token, code } = await kubectl(['create', 'token', 'robot', '--duration=10m']);
    expect(code, token).toBe(0);
    const ca = Buffer.from(server.credentials.ca).toString('base64');
    const file = join(directory, `${version}-robot`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: server.address, 'certificate-authority-data': ca } }],
      users: [{ name: 'u', user: { token: token.trim() } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    };
    await writeFile(file, stringify(config), { mode: 0o600 });
    const holder = await kubectl(['get', 'secrets', '--kubeconfig', file]);
    expect(holder.out).toContain('User "system:serviceaccount:default:robot" cannot list resource "secrets"');
  });
});

// Real kubectl, old and new, against the real API server: what a person types, and what must come of it.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configMaps, type ReplicationController, replicationControllers, type Service, services } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeKubeconfig } from '../auth/kubeconfig.ts';
import { type KubectlOptions, kubectlOf, kubectlVersions, type RunKubectl } from './testing/kubectl.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const controller = (replicas: number) => `apiVersion: v1
kind: ReplicationController
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: ${replicas}
  selector: {app: web}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: main
        image: nginx
        ports: [{containerPort: 80}]
`;

interface Step {
  readonly does: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What must stand in the output; each expression once. */
  readonly shows: readonly RegExp[];
  readonly code?: number;
  /** What must be true of the cluster afterwards. */
  readonly effect?: (server: TestServer, namespace: string) => Promise<void>;
}

const getController = ({ test: { api, admin } }: TestServer, namespace: string): Promise<ReplicationController> =>
  api.get(admin, replicationControllers, { namespace, name: 'web' });
const getService = ({ test: { api, admin } }: TestServer, namespace: string): Promise<Service> =>
  api.get(admin, services, { namespace, name: 'web' });
const replicas = (count: number) => async (server: TestServer, namespace: string) =>
  expect((await getController(server, namespace)).spec.replicas).toBe(count);

const editor = '#!/bin/sh\nsed -i "s/replicas: .*/replicas: 5/" "$1"\n';

const steps: readonly Step[] = [
  { does: 'version', args: ['version'], shows: [/Server Version: .*v1\.32\.\d+\+berth/] },
  {
    does: 'api-resources',
    args: ['api-resources'],
    shows: [
      /^pods +po +v1 +true +Pod$/m,
      /^nodes +no +v1 +false +Node$/m,
      /^replicationcontrollers +rc +v1 +true +ReplicationController$/m,
      /^leases +coordination\.k8s\.io\/v1 +true +Lease$/m,
    ],
  },
  { does: 'api-versions', args: ['api-versions'], shows: [/^coordination\.k8s\.io\/v1$/m, /^v1$/m] },
  {
    does: 'explain',
    args: ['explain', 'pod.spec.containers'],
    shows: [
      /KIND: +Pod/,
      /FIELD: containers <\[\]Container>/,
      /^ {2}image\t<string>/m,
      /^ {2}name\t<string> -required-/m,
    ],
  },
  {
    does: 'explain a list',
    args: ['explain', 'rc', '--recursive'],
    shows: [/KIND: +ReplicationController/, /replicas\t<integer>/],
  },
  { does: 'get nothing', args: ['get', 'pods'], shows: [/No resources found/] },
  {
    does: 'create -f',
    args: ['create', '-f', '-'],
    stdin: controller(2),
    shows: [/^replicationcontroller\/web created$/m],
    effect: replicas(2),
  },
  {
    does: 'create again',
    args: ['create', '-f', '-'],
    stdin: controller(2),
    shows: [/AlreadyExists.*replicationcontrollers "web" already exists/],
    code: 1,
  },
  { does: 'delete', args: ['delete', 'rc', 'web'], shows: [/^replicationcontroller "web" deleted/m] },
  {
    does: 'apply what is new',
    args: ['apply', '-f', '-'],
    stdin: controller(2),
    shows: [/^replicationcontroller\/web created$/m],
    effect: replicas(2),
  },
  {
    does: 'apply the same',
    args: ['apply', '-f', '-'],
    stdin: controller(2),
    shows: [/^replicationcontroller\/web unchanged$/m],
  },
  {
    does: 'diff',
    args: ['diff', '-f', '-'],
    stdin: controller(4),
    shows: [/^- {2}replicas: 2$/m, /^\+ {2}replicas: 4$/m],
    code: 1,
    effect: replicas(2),
  },
  {
    does: 'apply a change',
    args: ['apply', '-f', '-'],
    stdin: controller(3),
    shows: [/^replicationcontroller\/web configured$/m],
    effect: replicas(3),
  },
  {
    does: 'apply, dry',
    args: ['apply', '--dry-run=server', '-f', '-'],
    stdin: controller(9),
    shows: [/configured \(server dry run\)/],
    effect: replicas(3),
  },
  {
    does: 'edit',
    args: ['edit', 'rc', 'web'],
    env: { EDITOR: 'editor' },
    shows: [/^replicationcontroller\/web edited$/m],
    effect: replicas(5),
  },
  {
    does: 'scale',
    args: ['scale', 'rc', 'web', '--replicas=7'],
    shows: [/^replicationcontroller\/web scaled$/m],
    effect: replicas(7),
  },
  {
    does: 'scale from what is not so',
    args: ['scale', 'rc', 'web', '--current-replicas=1', '--replicas=2'],
    shows: [/expected replicas to be 1, was 7|Expected replicas to be 1, was 7/],
    code: 1,
    effect: replicas(7),
  },
  {
    does: 'label',
    args: ['label', 'rc', 'web', 'tier=front'],
    shows: [/^replicationcontroller\/web labeled$/m],
    effect: async (server, namespace) => {
      expect((await getController(server, namespace)).metadata.labels).toEqual({ app: 'web', tier: 'front' });
    },
  },
  { does: 'label again', args: ['label', 'rc', 'web', 'tier=back'], shows: [/already has a value/], code: 1 },
  {
    does: 'unlabel',
    args: ['label', 'rc', 'web', 'tier-'],
    shows: [/^replicationcontroller\/web unlabeled$/m],
    effect: async (server, namespace) => {
      expect((await getController(server, namespace)).metadata.labels).toEqual({ app: 'web' });
    },
  },
  {
    does: 'annotate',
    args: ['annotate', 'rc', 'web', 'why=because'],
    shows: [/^replicationcontroller\/web annotated?$/m],
    effect: async (server, namespace) => {
      expect((await getController(server, namespace)).metadata.annotations).toMatchObject({ why: 'because' });
    },
  },
  {
    does: 'expose',
    args: ['expose', 'rc', 'web', '--port=80', '--target-port=8080'],
    shows: [/^service\/web exposed$/m],
    effect: async (server, namespace) => {
      const { spec } = await getService(server, namespace);
      expect(spec).toMatchObject({
        type: 'ClusterIP',
        selector: { app: 'web' },
        ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
      });
      expect(spec.clusterIP).toMatch(/^10\.96\./);
    },
  },
  { does: 'run', args: ['run', 'one', '--image=nginx', '--labels=app=one'], shows: [/^pod\/one created$/m] },
  {
    does: 'get',
    args: ['get', 'pods'],
    shows: [/^NAME +READY +STATUS +RESTARTS +AGE$/m, /^one +0\/1 +Pending +0 +\d+s$/m],
  },
  {
    does: 'get -o wide',
    args: ['get', 'pods', '-o', 'wide'],
    shows: [/^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES$/m],
  },
  {
    does: 'get rc -o wide',
    args: ['get', 'rc', '-o', 'wide'],
    shows: [
      /^NAME +DESIRED +CURRENT +READY +AGE +CONTAINERS +IMAGES +SELECTOR$/m,
      /^web +7 +0 +0 +\d+s +main +nginx +app=web$/m,
    ],
  },
  {
    does: 'get svc',
    args: ['get', 'svc', 'web'],
    shows: [
      /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE$/m,
      /^web +ClusterIP +10\.96\.\d+\.\d+ +<none> +80\/TCP +\d+s$/m,
    ],
  },
  {
    does: 'get -o yaml',
    args: ['get', 'pod', 'one', '-o', 'yaml'],
    shows: [/^kind: Pod$/m, /^ {2}name: one$/m, /^ {2}- image: nginx$/m],
  },
  { does: 'get -o json', args: ['get', 'pods', '-o', 'json'], shows: [/"kind": "List"/, /"name": "one"/] },
  { does: 'get -o name', args: ['get', 'pods', '-o', 'name'], shows: [/^pod\/one$/m] },
  { does: 'get -o jsonpath', args: ['get', 'rc', 'web', '-o', 'jsonpath={.spec.replicas}'], shows: [/^7$/] },
  {
    does: 'get -o custom-columns',
    args: ['get', 'pods', '-o', 'custom-columns=N:.metadata.name,I:.spec.containers[0].image'],
    shows: [/^one +nginx$/m],
  },
  { does: 'get -l', args: ['get', 'pods', '-l', 'app in (one,two),!gone'], shows: [/^one /m] },
  { does: 'get -l, none', args: ['get', 'pods', '-l', 'app=two'], shows: [/No resources found/] },
  { does: 'get -A', args: ['get', 'pods', '-A'], shows: [/^NAMESPACE +NAME +READY/m, /^kubectl-1-\d+ +one /m] },
  {
    does: 'get --field-selector',
    args: ['get', 'pods', '--field-selector', 'status.phase=Pending,metadata.name!=two'],
    shows: [/^one /m],
  },
  {
    does: 'get --field-selector, bad',
    args: ['get', 'pods', '--field-selector', 'spec.colour=red'],
    shows: [/field label not supported: spec\.colour/],
    code: 1,
  },
  { does: 'get --show-labels', args: ['get', 'pods', '--show-labels'], shows: [/LABELS$/m, /app=one$/m] },
  { does: 'get --sort-by', args: ['get', 'pods', '--sort-by=.metadata.name'], shows: [/^one /m] },
  { does: 'get all', args: ['get', 'all'], shows: [/^pod\/one /m, /^replicationcontroller\/web /m, /^service\/web /m] },
  { does: 'get several', args: ['get', 'pod/one', 'rc/web'], shows: [/^pod\/one /m, /^replicationcontroller\/web /m] },
  {
    does: 'get what is not there',
    args: ['get', 'pod', 'two'],
    shows: [/\(NotFound\): pods "two" not found/],
    code: 1,
  },
  {
    does: 'get what is not known',
    args: ['get', 'tree'],
    shows: [/the server doesn't have a resource type "tree"/],
    code: 1,
  },
  {
    does: 'describe a pod',
    args: ['describe', 'pod', 'one'],
    shows: [/^Name: +one$/m, /^Status: +Pending$/m, /^ {4}Image: +nginx$/m],
  },
  {
    does: 'describe a controller',
    args: ['describe', 'rc', 'web'],
    shows: [/^Selector: +app=web$/m, /^Replicas: +0 current \/ 7 desired$/m],
  },
  {
    does: 'describe a service',
    args: ['describe', 'svc', 'web'],
    shows: [/^Type: +ClusterIP$/m, /^IP: +10\.96\./m, /^TargetPort: +8080\/TCP$/m],
  },
  {
    does: 'describe a namespace',
    args: ['describe', 'ns', 'default'],
    shows: [/^Name: +default$/m, /^Status: +Active$/m],
  },
  {
    does: 'replace',
    args: ['replace', '-f', '-'],
    stdin: controller(1),
    shows: [/^replicationcontroller\/web replaced$/m],
    effect: replicas(1),
  },
  {
    does: 'replace what is not there',
    args: ['replace', '-f', '-'],
    stdin: controller(1).replace('name: web', 'name: none'),
    shows: [/\(NotFound\)/],
    code: 1,
  },
  {
    does: 'patch, strategic',
    args: [
      'patch',
      'rc',
      'web',
      '-p',
      '{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"other"}]}}}}',
    ],
    shows: [/^replicationcontroller\/web patched$/m],
    effect: async (server, namespace) => {
      const { spec } = await getController(server, namespace);
      expect(spec.template?.spec?.containers).toMatchObject([
        { name: 'main', image: 'other', ports: [{ containerPort: 80 }] },
      ]);
    },
  },
  {
    does: 'patch, JSON',
    args: ['patch', 'rc', 'web', '--type=json', '-p', '[{"op":"replace","path":"/spec/replicas","value":2}]'],
    shows: [/patched/],
    effect: replicas(2),
  },
  {
    does: 'create what is wrong',
    args: ['create', '-f', '-'],
    stdin: controller(-1).replace('name: web', 'name: wrong'),
    shows: [/is invalid: spec\.replicas: Invalid value: -1/],
    code: 1,
  },
  {
    does: 'create with an unknown field',
    args: ['create', '-f', '-'],
    stdin: controller(1).replace('replicas:', 'replicase:').replace('name: web', 'name: typo'),
    shows: [/strict decoding error: unknown field "spec\.replicase"/],
    code: 1,
  },
  {
    does: 'create with an unknown field, warned',
    args: ['create', '--validate=warn', '--dry-run=server', '-f', '-'],
    stdin: controller(1).replace('replicas:', 'replicase:').replace('name: web', 'name: typo'),
    shows: [/^Warning: unknown field "spec\.replicase"$/m, /created \(server dry run\)/],
  },
  {
    does: 'delete --grace-period',
    args: ['delete', 'pod', 'one', '--grace-period=0', '--force'],
    shows: [/pod "one" force deleted/],
  },
  {
    does: 'delete -l',
    args: ['delete', 'rc,svc', '-l', 'app=web'],
    shows: [/replicationcontroller "web" deleted/, /service "web" deleted/],
  },
  { does: 'delete what is not there', args: ['delete', 'rc', 'web'], shows: [/\(NotFound\)/], code: 1 },
  // From kubectl 1.32 on, these send protobuf.
  {
    does: 'create configmap',
    args: ['create', 'configmap', 'typed', '--from-literal=a=b'],
    shows: [/^configmap\/typed created$/m],
    effect: async ({ test: { api, admin } }, namespace) => {
      const target = { namespace, name: 'typed' };
      expect((await api.get(admin, configMaps, target)).data).toEqual({ a: 'b' });
    },
  },
  {
    does: 'create secret',
    args: ['create', 'secret', 'generic', 'typed', '--from-literal=a=b'],
    shows: [/^secret\/typed created$/m],
  },
  {
    does: 'create serviceaccount',
    args: ['create', 'serviceaccount', 'typed'],
    shows: [/^serviceaccount\/typed created$/m],
  },
  {
    does: 'create service',
    args: ['create', 'service', 'clusterip', 'web', '--tcp=80:http'],
    shows: [/^service\/web created$/m],
    effect: async (server, namespace) => {
      const { ports, selector } = (await getService(server, namespace)).spec;
      expect(ports).toEqual([{ name: '80-http', port: 80, protocol: 'TCP', targetPort: 'http' }]);
      expect(selector).toEqual({ app: 'web' });
    },
  },
  { does: 'get --raw', args: ['get', '--raw', '/readyz?verbose'], shows: [/^readyz check passed$/m] },
];

let server: TestServer;
let directory: string;

beforeAll(async () => {
  server = await startTestServer();
  directory = await mkdtemp(join(tmpdir(), 'berth-kubectl-'));
  await writeFile(join(directory, 'editor'), editor);
  await chmod(join(directory, 'editor'), 0o700);
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

  test.each(steps.map((step) => [step.does, step] as const))('%s', async (_does, step) => {
    const options: KubectlOptions = {
      ...(step.stdin === undefined ? {} : { stdin: step.stdin }),
      env: step.env ? { EDITOR: join(directory, 'editor') } : {},
    };
    const { code, out } = await kubectl(step.args, options);
    for (const shown of step.shows) expect(out).toMatch(shown);
    expect(code, out).toBe(step.code ?? 0);
    await step.effect?.(server, namespace);
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

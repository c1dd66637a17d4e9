// Deployments, replica sets, endpoint slices and disruption budgets, from kubectl to pods that run: what a person
// types, and what must come of it. On simulated nodes, as no container's inside is looked at.
import type { Deployment, ObjectList, Pod, PodDisruptionBudget, ReplicaSet } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { type Kubectl, kubectl as kubectlOf, kubectlVersions } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';

const cluster = new Cluster({ flags: ['--runtime', 'simulated', '--no-sample'] });

beforeAll(() => cluster.start());
afterAll(() => cluster.remove());

interface Step {
  readonly does: string;
  /** The words of the command line, separated by spaces. */
  readonly line: string;
  /** What must stand in the output; each expression once. */
  readonly shows: readonly RegExp[];
  readonly code?: number;
}

const rolledOut = { line: 'rollout status deployment/web --timeout=60s', shows: [/successfully rolled out/] };
const jsonpath = (path: string) => `-o jsonpath={${path}}`;

/** In this order: each begins with what the one before left. */
const steps: readonly Step[] = [
  {
    does: 'api-resources',
    line: 'api-resources',
    shows: [
      /^deployments +deploy +apps\/v1 +true +Deployment$/m,
      /^replicasets +rs +apps\/v1 +true +ReplicaSet$/m,
      /^endpointslices +discovery\.k8s\.io\/v1 +true +EndpointSlice$/m,
      /^poddisruptionbudgets +pdb +policy\/v1 +true +PodDisruptionBudget$/m,
    ],
  },
  {
    does: 'explain',
    line: 'explain deployment.spec.strategy.rollingUpdate',
    shows: [/GROUP: +apps/, /maxSurge\t<IntOrString>/, /maxUnavailable\t<IntOrString>/],
  },
  {
    does: 'create deployment',
    line: 'create deployment web --image=web:1 --replicas=3 --port=80',
    shows: [/deployment.apps\/web created/],
  },
  { does: 'rollout status', ...rolledOut },
  {
    does: 'get -o wide',
    line: 'get deploy -o wide',
    shows: [
      /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE +CONTAINERS +IMAGES +SELECTOR$/m,
      /^web +3\/3 +3 +3 +\S+ +web +web:1 +app=web$/m,
    ],
  },
  {
    does: 'get replica sets',
    line: 'get rs -o wide',
    shows: [/^web-\w+ +3 +3 +3 +\S+ +web +web:1 +app=web,pod-template-hash=\w+$/m],
  },
  { does: 'expose', line: 'expose deployment web', shows: [/service\/web exposed/] },
  {
    does: 'wait for the endpoint slice',
    line: `wait endpointslice -l kubernetes.io/service-name=web --for=jsonpath={.endpoints[2].conditions.ready}=true --timeout=30s`,
    shows: [/condition met/],
  },
  {
    does: 'get endpoint slices',
    line: 'get endpointslices -l kubernetes.io/service-name=web',
    shows: [/^NAME +ADDRESSTYPE +PORTS +ENDPOINTS +AGE$/m, /^web-\w+ +IPv4 +80 +10\.244\S+,10\.244\S+,10\.244\S+ /m],
  },
  { does: 'set image', line: 'set image deployment/web web=web:2', shows: [/image updated/] },
  { does: 'rollout status of the second', ...rolledOut },
  {
    does: 'annotate its cause',
    line: 'annotate deployment/web kubernetes.io/change-cause=second',
    shows: [/annotated/],
  },
  {
    does: 'rollout history',
    line: 'rollout history deployment/web',
    shows: [/^1 +<none>$/m, /^2 +second$/m],
  },
  {
    does: 'rollout history of one',
    line: 'rollout history deployment/web --revision=1',
    shows: [/revision #1/, /Image:\s+web:1/],
  },
  { does: 'rollout undo', line: 'rollout undo deployment/web', shows: [/rolled back/] },
  { does: 'rollout status of the third', ...rolledOut },
  {
    does: 'its image is the first',
    line: `get deploy web ${jsonpath('.spec.template.spec.containers[0].image')}`,
    shows: [/^web:1$/],
  },
  { does: 'history moves on', line: 'rollout history deployment/web', shows: [/^2 +second$/m, /^3 +<none>$/m] },
  { does: 'rollout undo to one', line: 'rollout undo deployment/web --to-revision=2', shows: [/rolled back/] },
  { does: 'rollout status of the fourth', ...rolledOut },
  { does: 'rollout pause', line: 'rollout pause deployment/web', shows: [/web paused/] },
  { does: 'rollout pause again', line: 'rollout pause deployment/web', code: 1, shows: [/already paused/] },
  { does: 'set image while paused', line: 'set image deployment/web web=web:3', shows: [/image updated/] },
  { does: 'restart while paused', line: 'rollout restart deployment/web', code: 1, shows: [/can't restart paused/] },
  { does: 'rollout resume', line: 'rollout resume deployment/web', shows: [/web resumed/] },
  { does: 'rollout status of the fifth', ...rolledOut },
  { does: 'rollout restart', line: 'rollout restart deployment/web', shows: [/web restarted/] },
  { does: 'rollout status of the sixth', ...rolledOut },
  { does: 'scale', line: 'scale deployment web --replicas=5', shows: [/web scaled/] },
  {
    does: 'scale from another size',
    line: 'scale deployment web --replicas=9 --current-replicas=4',
    code: 1,
    shows: [/Expected replicas to be 4, was 5/],
  },
  { does: 'wait', line: 'wait deployment/web --for=condition=Available --timeout=30s', shows: [/condition met/] },
  { does: 'rollout status of five', ...rolledOut },
  {
    does: 'describe',
    line: 'describe deployment web',
    shows: [
      /Replicas: +5 desired \| 5 updated \| 5 total \| 5 available \| 0 unavailable/,
      /RollingUpdateStrategy: +25% max unavailable, 25% max surge/,
      /Progressing +True +NewReplicaSetAvailable/,
      /NewReplicaSet: +web-\w+ \(5\/5 replicas created\)/,
      /ScalingReplicaSet .*deployment-controller +Scaled up replica set web-\w+ from 0 to 3/,
    ],
  },
  {
    does: 'describe a replica set',
    line: 'describe rs',
    shows: [/Controlled By: +Deployment\/web/, /5 current \/ 5 desired/],
  },
  { does: 'get all', line: 'get all', shows: [/deployment.apps\/web /, /replicaset.apps\/web-/, /pod\/web-/] },
  {
    does: 'refuse another selector',
    line: 'patch deployment web --type=merge -p {"spec":{"selector":{"matchLabels":{"a":"b"}}}}',
    code: 1,
    shows: [/spec\.selector: Invalid value: .*: field is immutable/],
  },
  {
    does: 'delete',
    line: 'delete deployment,service web',
    shows: [/deployment.apps "web" deleted/, /service "web" deleted/],
  },
  { does: 'nothing is left', line: 'wait pod,rs -l app=web --for=delete --timeout=30s', shows: [/^/] },
];

describe.each(kubectlVersions)('kubectl %s', (version) => {
  const namespace = `workloads-${version.replace('.', '-')}`;
  let kubectl: Kubectl;

  beforeAll(async () => {
    kubectl = await kubectlOf(cluster.kubeconfig, version);
    await kubectl('create', 'namespace', namespace);
  });
  afterAll(() => kubectl('delete', 'namespace', namespace));

  it.each(steps)('$does', async ({ line, code = 0, shows }) => {
    const outcome = await kubectl.run(['-n', namespace, ...line.split(' ')]);
    const text = outcome.stdout + outcome.stderr;
    for (const expected of shows) expect(text).toMatch(expected);
    expect(outcome.code, text).toBe(code);
  });

  it('rolls the example without a gap', async () => {
    const inNamespace = (line: string) => kubectl('-n', namespace, ...line.split(' '));
    const read = () => kubectl.json<Deployment>('-n', namespace, 'get', 'deployment', 'page');
    await inNamespace('apply -f examples/rolling/rolling.yaml');
    await inNamespace('rollout status deployment/page --timeout=60s');
    await inNamespace('set image deployment/page page=berth/hello:none');
    const least = { available: 4 };
    const watch = eventually('the rollout is over', async () => {
      const { metadata, status } = await read();
      least.available = Math.min(least.available, status.availableReplicas ?? 0);
      return status.observedGeneration === metadata.generation && status.updatedReplicas === 4 && status.replicas === 4;
    });
    await Promise.all([watch, inNamespace('rollout status deployment/page --timeout=60s')]);
    expect(least.available).toBe(4);
    await inNamespace('delete -f examples/rolling/rolling.yaml');
  });
});

describe('drain', () => {
  let kubectl: Kubectl;
  const pods = async () => (await kubectl.json<ObjectList<Pod>>('get', 'pods', '-l', 'app=page')).items;
  const on = async (node: string) => (await pods()).filter(({ spec }) => spec.nodeName === node).length;

  beforeAll(async () => {
    kubectl = await cluster.kubectl();
    await kubectl('apply', '-f', 'examples/rolling/rolling.yaml');
    await kubectl('rollout', 'status', 'deployment/page', '--timeout=60s');
    await eventually('the budget gives one', async () => {
      const { status } = await kubectl.json<PodDisruptionBudget>('get', 'pdb', 'page');
      return status.disruptionsAllowed === 1;
    });
  });

  it('takes pods as the budget gives them, and never fewer than it keeps are left', async () => {
    const sets = await kubectl.json<ObjectList<ReplicaSet>>('get', 'rs', '-l', 'app=page');
    expect(sets.items.map(({ spec }) => spec.replicas)).toEqual([4]);
    expect([await on('node-1'), await on('node-2')]).toEqual([2, 2]);
    const out = await kubectl('drain', 'node-1', '--timeout=60s');
    expect(out.match(/^pod\/page-\S+ evicted$/gm)).toHaveLength(2);
    expect(await on('node-1')).toBe(0);
    await kubectl('uncordon', 'node-1');
  });

  it('gives up when the budget gives nothing', async () => {
    await kubectl('patch', 'pdb', 'page', '-p', '{"spec":{"minAvailable":4}}');
    await eventually('the budget gives nothing', async () => {
      const { metadata, status } = await kubectl.json<PodDisruptionBudget>('get', 'pdb', 'page');
      return status.observedGeneration === metadata.generation && status.disruptionsAllowed === 0;
    });
    const before = (await pods()).map(({ metadata }) => metadata.name);
    const { code, stderr } = await kubectl.run(['drain', 'node-2', '--timeout=6s']);
    expect(code).toBe(1);
    expect(stderr).toContain("will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.");
    expect((await pods()).map(({ metadata }) => metadata.name)).toEqual(before);
    await kubectl('uncordon', 'node-2');
    await kubectl('delete', '-f', 'examples/rolling/rolling.yaml');
  });
});

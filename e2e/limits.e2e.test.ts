// What bounds and orders pods, from kubectl to what comes of it: quotas, priorities and preemption, security levels,
// tolerations, pod templates. On simulated nodes, as no container's inside is looked at.
import type { Node, ObjectList, Pod } from '@berth/objects';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './harness/cluster.ts';
import { type Kubectl, kubectl as kubectlOf, kubectlVersions } from './harness/kubectl.ts';
import { eventually } from './harness/programs.ts';

const ports = ['--api-port', '16443', '--dashboard-port', '17070'];
const cluster = new Cluster({ flags: ['--runtime', 'simulated', '--no-sample', ...ports] });

beforeAll(() => cluster.start());
afterAll(() => cluster.discard());

interface Step {
  readonly does: string;
  /** The words of the command line, separated by spaces. */
  readonly line: string;
  readonly stdin?: string;
  /** What must stand in the output; each expression once. */
  readonly shows: readonly RegExp[];
  readonly code?: number;
}

const podOf = (name: string, spec: object) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'web:1' }], ...spec },
  });
const asking = (cpu: string) => ({
  containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu }, limits: { cpu } } }],
});
const privileged = { containers: [{ name: 'main', image: 'web:1', securityContext: { privileged: true } }] };
const template = JSON.stringify({
  apiVersion: 'v1',
  kind: 'PodTemplate',
  metadata: { name: 'tpl' },
  template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } },
});

/** In this order: each begins with what the one before left. */
const steps: readonly Step[] = [
  {
    does: 'api-resources',
    line: 'api-resources',
    shows: [
      /^resourcequotas +quota +v1 +true +ResourceQuota$/m,
      /^podtemplates +v1 +true +PodTemplate$/m,
      /^priorityclasses +pc +scheduling\.k8s\.io\/v1 +false +PriorityClass$/m,
    ],
  },
  {
    does: 'explain',
    line: 'explain quota.spec.scopeSelector.matchExpressions',
    shows: [/KIND: +ResourceQuota/, /scopeName\t<string>/],
  },
  {
    does: 'create quota',
    line: 'create quota q --hard=pods=2,requests.cpu=1500m,limits.cpu=4,count/configmaps=3',
    shows: [/^resourcequota\/q created$/m],
  },
  {
    does: 'get quota, when it has been counted',
    line: 'wait --for=jsonpath={.status.used.pods}=0 quota/q --timeout=30s',
    shows: [/condition met/],
  },
  {
    does: 'get quota',
    line: 'get quota',
    shows: [
      /^NAME +REQUEST +LIMIT +AGE$/m,
      /^q +count\/configmaps: 1\/3, pods: 0\/2, requests\.cpu: 0\/1500m +limits\.cpu: 0\/4 +\S+$/m,
    ],
  },
  {
    does: 'create a pod that says nothing of what it needs',
    line: 'create -f -',
    stdin: podOf('silent', {}),
    shows: [
      /\(Forbidden\): error when creating "STDIN": pods "silent" is forbidden: failed quota: q: must specify limits\.cpu for: main; requests\.cpu for: main/,
    ],
    code: 1,
  },
  { does: 'create a pod', line: 'create -f -', stdin: podOf('a', asking('1')), shows: [/^pod\/a created$/m] },
  {
    does: 'create too large a pod',
    line: 'create -f -',
    stdin: podOf('b', asking('600m')),
    shows: [
      /pods "b" is forbidden: exceeded quota: q, requested: requests\.cpu=600m, used: requests\.cpu=1, limited: requests\.cpu=1500m/,
    ],
    code: 1,
  },
  {
    does: 'describe quota',
    line: 'describe quota q',
    shows: [/^Resource +Used +Hard$/m, /^pods +1 +2$/m, /^requests\.cpu +1 +1500m$/m],
  },
  {
    does: 'describe namespace',
    line: 'describe ns NAMESPACE',
    shows: [/Resource Quotas/, /limits\.cpu +1 +4/],
  },
  { does: 'delete the pod', line: 'delete pod a', shows: [/pod "a" deleted/] },
  {
    does: 'create another in its place',
    line: 'create -f -',
    stdin: podOf('b', asking('1500m')),
    shows: [/^pod\/b created$/m],
  },
  { does: 'delete quota', line: 'delete quota/q pod/b', shows: [/resourcequota "q" deleted/] },
  { does: 'run', line: 'run plain --image=web:1', shows: [/^pod\/plain created$/m] },
  {
    does: 'describe pod: how long it stays where it is',
    line: 'describe pod plain',
    shows: [
      /^Tolerations: +node\.kubernetes\.io\/not-ready:NoExecute op=Exists for 300s$/m,
      /node\.kubernetes\.io\/unreachable:NoExecute op=Exists for 300s/,
    ],
  },
  {
    does: 'create a pod of no such class',
    line: 'create -f -',
    stdin: podOf('nobody', { priorityClassName: 'none' }),
    shows: [/pods "nobody" is forbidden: no PriorityClass with name none was found/],
    code: 1,
  },
  { does: 'create a pod template', line: 'create -f -', stdin: template, shows: [/^podtemplate\/tpl created$/m] },
  {
    does: 'get pod templates',
    line: 'get podtemplates',
    shows: [/^NAME +CONTAINERS +IMAGES +POD LABELS$/m, /^tpl +main +web:1 +app=web$/m],
  },
  {
    does: 'warn of a level',
    line: 'label ns NAMESPACE pod-security.kubernetes.io/warn=restricted',
    shows: [/^namespace\/\S+ labeled$/m],
  },
  {
    does: 'create a deployment that violates it',
    line: 'create deployment loose --image=web:1 --replicas=0',
    shows: [
      /Warning: would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "web" must set securityContext\.allowPrivilegeEscalation=false\)/,
      /deployment\.apps\/loose created/,
    ],
  },
  {
    does: 'enforce a level that a pod violates',
    line: 'label ns NAMESPACE pod-security.kubernetes.io/enforce=restricted',
    shows: [
      /Warning: existing pods in namespace "\S+" violate the new PodSecurity enforce level "restricted:latest"/,
      /Warning: plain: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile/,
    ],
  },
  {
    does: 'create a pod that violates it',
    line: 'create -f -',
    stdin: podOf('loose', privileged),
    shows: [
      /pods "loose" is forbidden: violates PodSecurity "restricted:latest": privileged \(container "main" must not set/,
    ],
    code: 1,
  },
  {
    does: 'label with a level that there is not',
    line: 'label --overwrite ns NAMESPACE pod-security.kubernetes.io/enforce=strict',
    shows: [/Invalid value: "strict": must be one of privileged, baseline, restricted/],
    code: 1,
  },
];

describe.each(kubectlVersions)('kubectl %s', (version) => {
  const namespace = `limits-${version.replace('.', '-')}`;
  let kubectl: Kubectl;
  beforeAll(async () => {
    kubectl = await kubectlOf(cluster.kubeconfig, version);
    await kubectl('create', 'namespace', namespace);
    // It comes a moment later, and is counted.
    await eventually('its authority', async () =>
      (await kubectl('get', 'cm', '-n', namespace)).includes('kube-root-ca'),
    );
  });

  it.each(steps)('$does', async ({ line, stdin, shows, code = 0 }) => {
    const args = line
      .replace('NAMESPACE', namespace)
      .replace(/^describe ns$/, `describe ns ${namespace}`)
      .split(' ');
    const outcome = await kubectl.run([...args, '-n', namespace], { input: stdin });
    const output = outcome.stdout + outcome.stderr;
    for (const expected of shows) expect(output).toMatch(expected);
    expect(outcome.code).toBe(code);
  });

  it('create priorityclass, and the pods of it that come before others', async () => {
    const name = `high-${version.replace('.', '-')}`;
    const create = ['create', 'priorityclass', name, '--value=1000', '--description=first'];
    expect(await kubectl(...create)).toContain(`priorityclass.scheduling.k8s.io/${name} created`);
    const shown = await kubectl('get', 'pc');
    expect(shown).toMatch(/^NAME +VALUE +GLOBAL-DEFAULT +AGE +PREEMPTIONPOLICY$/m);
    expect(shown).toMatch(new RegExp(`^${name} +1000 +false +\\S+ +PreemptLowerPriority$`, 'm'));
    expect(shown).toMatch(/^system-node-critical +2000001000 +false/m);
    const { items } = await kubectl.json<ObjectList<Node>>('get', 'nodes');
    const cpu = `${Math.max(...items.map(({ status }) => Number(status.allocatable?.cpu)))}`;
    const low = items.map((_, index) => `low-${index}-${version}`);
    for (const pod of low) await kubectl.run(['create', '-f', '-'], { input: podOf(pod, asking(cpu)) });
    for (const pod of low) await kubectl('wait', '--for=condition=Ready', `pod/${pod}`, '--timeout=30s');
    await kubectl.run(['create', '-f', '-'], { input: podOf(name, { ...asking(cpu), priorityClassName: name }) });
    await kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s');
    const left = (await kubectl.json<ObjectList<Pod>>('get', 'pods')).items.filter(({ metadata }) =>
      low.includes(metadata.name),
    );
    expect(left).toHaveLength(low.length - 1);
    expect(await kubectl('get', 'events')).toMatch(
      /Normal +Preempted +pod\/low-\d-\S+ +Preempted by pod \S+ on node \S+/,
    );
    expect(await kubectl('describe', 'pod', name)).toMatch(new RegExp(`^Priority Class Name: +${name}$`, 'm'));
    await kubectl('delete', 'pods', '--all');
  });
});

it('pods leave a node that fell silent as soon as each says, and say why', async () => {
  const kubectl = await kubectlOf(cluster.kubeconfig);
  const tolerations = ['not-ready', 'unreachable'].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 1,
  }));
  const on = { nodeName: 'node-2', terminationGracePeriodSeconds: 30 };
  await kubectl.run(['create', '-f', '-'], { input: podOf('impatient', { ...on, tolerations }) });
  await kubectl.run(['create', '-f', '-'], { input: podOf('patient', on) });
  await kubectl('wait', '--for=condition=Ready', 'pod/impatient', 'pod/patient', '--timeout=30s');
  await cluster.kill('node-2');
  const gone = await eventually(
    'the impatient pod goes',
    async () => {
      const pod = await kubectl.json<Pod>('get', 'pod', 'impatient');
      return pod.metadata.deletionTimestamp !== undefined && pod;
    },
    120_000,
  );
  expect(await kubectl('get', 'node', 'node-2')).toMatch(/^node-2 +NotReady /m);
  const condition = gone.status.conditions?.find(({ type }) => type === 'DisruptionTarget');
  expect(condition).toMatchObject({ status: 'True', reason: 'DeletionByTaintManager' });
  expect(await kubectl('get', 'events')).toMatch(/TaintManagerEviction +pod\/impatient +Marking for deletion Pod/);
  expect(await kubectl('describe', 'node', 'node-2')).toMatch(
    /^Taints: +node\.kubernetes\.io\/unreachable:NoExecute\s+node\.kubernetes\.io\/unreachable:NoSchedule$/m,
  );
  const patient = await kubectl.json<Pod>('get', 'pod', 'patient');
  expect(patient.metadata.deletionTimestamp).toBeUndefined();
  expect(patient.status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False' }));
}, 180_000);

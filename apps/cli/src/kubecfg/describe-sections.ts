// Owns what `kubecfg describe` says of an object by its kind alone, without asking for any other.
import {
  type Container,
  type ContainerStatus,
  type Endpoints,
  type KubeObject,
  type Node,
  nodes,
  type Pod,
  pods,
  type ReplicationController,
  replicationControllers,
  type Service,
  services,
} from '@berth/objects';
import { stringify } from 'yaml';
import { colour } from './colour.ts';
import { renderTable } from './table.ts';

export function sectionsOf(object: KubeObject): string[] {
  switch (object.kind) {
    case pods.kind:
      return podSections(object as Pod);
    case nodes.kind:
      return nodeSections(object as Node);
    case services.kind:
      return serviceSections(object as Service);
    case replicationControllers.kind:
      return controllerSections(object as ReplicationController);
    default:
      return plainSections(object);
  }
}

function podSections({ spec, status }: Pod): string[] {
  const statuses = new Map(
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map((each) => [each.name, each]),
  );
  return [
    line('Node', spec.nodeName ?? '<none>'),
    line('Status', [status.phase, status.reason, status.message].filter(Boolean).join(': ')),
    line('Address', status.podIP ?? '<none>'),
    ...(spec.initContainers ? ['Init containers:'] : []),
    ...(spec.initContainers ?? []).flatMap((container) => containerLines(container, statuses.get(container.name))),
    'Containers:',
    ...spec.containers.flatMap((container) => containerLines(container, statuses.get(container.name))),
    ...conditionLines(status.conditions),
  ];
}

function containerLines(container: Container, status: ContainerStatus | undefined): string[] {
  const { requests, limits } = container.resources ?? {};
  const rows: [string, string][] = [
    ['Image', container.image ?? ''],
    ['Ports', portsText(container)],
    ['State', stateText(status?.state)],
    ['Last state', stateText(status?.lastState)],
    ['Ready', String(status?.ready ?? false)],
    ['Restarts', String(status?.restartCount ?? 0)],
    ['Requests', mapText(requests)],
    ['Limits', mapText(limits)],
  ];
  return [`  ${colour.bold(container.name)}`, ...rows.map(([name, text]) => `    ${line(name, text)}`)];
}

function stateText(state: ContainerStatus['state']): string {
  if (state?.running) return colour.green(`Running since ${state.running.startedAt}`);
  if (state?.waiting)
    return colour.yellow([`Waiting: ${state.waiting.reason}`, state.waiting.message].filter(Boolean).join(': '));
  if (!state?.terminated) return '<none>';
  const { reason, exitCode, finishedAt } = state.terminated;
  const text = `Terminated: ${reason ?? 'ended'} (exit code ${exitCode}) at ${finishedAt}`;
  return exitCode === 0 ? text : colour.red(text);
}

function nodeSections({ spec, status }: Node): string[] {
  const info = status.nodeInfo;
  return [
    line('Addresses', (status.addresses ?? []).map(({ type, address }) => `${type}=${address}`).join(', ')),
    line('Pod subnet', spec.podCIDR ?? '<none>'),
    line('Schedulable', spec.unschedulable ? colour.yellow('no') : 'yes'),
    line('Taints', spec.taints?.map(({ key, effect }) => `${key}:${effect}`).join(', ') || '<none>'),
    line('Capacity', mapText(status.capacity)),
    line('Runtime', info?.containerRuntimeVersion ?? ''),
    line('System', [info?.osImage, info?.kernelVersion].filter(Boolean).join(', ')),
    ...conditionLines(status.conditions),
  ];
}

function serviceSections({ spec }: Service): string[] {
  const ports = spec.ports?.map(
    ({ port, targetPort, nodePort, protocol, name }) =>
      `${name ? `${name} ` : ''}${port} → ${targetPort}/${protocol}${nodePort ? `, node port ${nodePort}` : ''}`,
  );
  return [
    line('Type', spec.type ?? ''),
    line('Address', spec.clusterIP ?? '<none>'),
    line('Selector', mapText(spec.selector)),
    line('Ports', ports?.join('; ') || '<none>'),
  ];
}

function controllerSections({ spec, status }: ReplicationController): string[] {
  const ready = `${status.readyReplicas ?? 0} ready`;
  const enough = (status.readyReplicas ?? 0) === spec.replicas;
  return [
    line('Selector', mapText(spec.selector)),
    line('Replicas', `${spec.replicas} wanted, ${status.replicas} there, ${enough ? ready : colour.yellow(ready)}`),
    ...conditionLines(status.conditions),
    'Containers:',
    ...(spec.template?.spec?.containers.flatMap(templateLines) ?? []),
  ];
}

function templateLines(container: Container): string[] {
  const rows: [string, string][] = [
    ['Image', container.image ?? ''],
    ['Ports', portsText(container)],
    ['Requests', mapText(container.resources?.requests)],
    ['Limits', mapText(container.resources?.limits)],
  ];
  return [`  ${colour.bold(container.name)}`, ...rows.map(([name, text]) => `    ${line(name, text)}`)];
}

function portsText({ ports }: Container): string {
  const texts = ports?.map(
    ({ containerPort, protocol, name }) => `${containerPort}/${protocol ?? 'TCP'}${name ? ` (${name})` : ''}`,
  );
  return texts?.join(', ') || '<none>';
}

/** Where a service leads: `10.244.0.2:8080 (hello-x4x2z)`. */
export function endpointLines(endpoints: Endpoints | undefined): string[] {
  const addresses = (endpoints?.subsets ?? []).flatMap(({ ports, addresses = [], notReadyAddresses = [] }) =>
    (ports ?? []).flatMap(({ port }) => [
      ...addresses.map(({ ip, targetRef }) => `${ip}:${port} (${targetRef?.name ?? 'no pod'})`),
      ...notReadyAddresses.map(({ ip, targetRef }) =>
        colour.yellow(`${ip}:${port} (${targetRef?.name ?? 'no pod'}, not ready)`),
      ),
    ]),
  );
  return addresses.length > 0 ? ['Leads to:', ...addresses.map((address) => `  ${address}`)] : ['Leads to: <none>'];
}

/** Everything that the object says beyond its metadata, as YAML. A Secret's values stay out of it. */
function plainSections(object: KubeObject): string[] {
  const { apiVersion: _v, kind, metadata: _m, ...rest } = object as KubeObject & { data?: Record<string, string> };
  const shown = kind === 'Secret' ? { ...rest, data: sizes(rest.data) } : rest;
  return Object.keys(shown).length > 0 ? [stringify(shown).trimEnd()] : [];
}

function sizes(data: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, `${Buffer.byteLength(value, 'base64')} bytes`]),
  );
}

type Conditions = readonly {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}[];

function conditionLines(conditions: Conditions = []): string[] {
  if (conditions.length === 0) return [];
  const rows = conditions.map(({ type, status, reason, message }) => [
    type,
    status === wantedOf(type) ? status : colour.yellow(status),
    [reason, message].filter(Boolean).join(': '),
  ]);
  return ['Conditions:', indented(renderTable(['TYPE', 'STATUS', 'REASON'], rows))];
}

/** What a condition says when all is well. */
function wantedOf(type: string): 'True' | 'False' {
  return /Pressure$|Unavailable$|Failure$/.test(type) ? 'False' : 'True';
}

export function line(name: string, text: string): string {
  return `${colour.dim(`${name}:`.padEnd(15))} ${text}`;
}

export function mapText(map: Readonly<Record<string, string>> = {}): string {
  return (
    Object.entries(map)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ') || '<none>'
  );
}

export function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}

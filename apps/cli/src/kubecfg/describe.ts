// Owns `kubecfg describe`: an object for people, with what happened to it.
import { systemClock } from '@berth/host';
import {
  type Container,
  type ContainerStatus,
  type Event,
  events,
  humanDuration,
  type KubeObject,
  type Node,
  nodes,
  type Pod,
  pods,
  type Service,
  services,
} from '@berth/objects';
import type { Command } from 'commander';
import pc from 'picocolors';
import { stringify } from 'yaml';
import { objectsOf } from './selection.ts';
import { type Session, withSession } from './session.ts';
import { renderTable } from './table.ts';
import { parseTargets } from './targets.ts';

export function addDescribe(program: Command): void {
  program
    .command('describe <type> [names...]')
    .description('show an object with its events: kubecfg describe pod hello-x4x2z')
    .option('-l, --selector <selector>', 'all objects of the type with these labels')
    .action((type: string, names: string[], options: { selector?: string }, command: Command) =>
      withSession(command, (session) => describe(session, [type, ...names], options)),
    );
}

async function describe(session: Session, words: readonly string[], options: { selector?: string }): Promise<void> {
  const texts: string[] = [];
  for (const target of parseTargets(words)) {
    for (const object of await objectsOf(session, target, options)) texts.push(await describeObject(session, object));
  }
  console.log(texts.join('\n\n\n'));
}

async function describeObject(session: Session, object: KubeObject): Promise<string> {
  const happened = await eventsOf(session, object);
  return [...headOf(object), ...sectionsOf(object), ...eventSection(happened)].join('\n');
}

function headOf({ kind, metadata }: KubeObject): string[] {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  return [
    line('Name', pc.bold(metadata.name)),
    line('Kind', kind),
    ...(metadata.namespace ? [line('Namespace', metadata.namespace)] : []),
    line('Created', `${humanDuration(systemClock.now() - Date.parse(metadata.creationTimestamp))} ago`),
    ...(metadata.deletionTimestamp ? [line('Terminating', `since ${metadata.deletionTimestamp}`)] : []),
    line('Labels', mapText(metadata.labels)),
    ...(owner ? [line('Controlled by', `${owner.kind}/${owner.name}`)] : []),
  ];
}

function sectionsOf(object: KubeObject): string[] {
  switch (object.kind) {
    case pods.kind:
      return podSections(object as Pod);
    case nodes.kind:
      return nodeSections(object as Node);
    case services.kind:
      return serviceSections(object as Service);
    default:
      return plainSections(object);
  }
}

function podSections({ spec, status }: Pod): string[] {
  const statuses = new Map(status.containerStatuses?.map((container) => [container.name, container]));
  return [
    line('Node', spec.nodeName ?? '<none>'),
    line('Status', [status.phase, status.reason, status.message].filter(Boolean).join(': ')),
    line('Address', status.podIP ?? '<none>'),
    'Containers:',
    ...spec.containers.flatMap((container) => containerLines(container, statuses.get(container.name))),
    ...conditionLines(status.conditions),
  ];
}

function containerLines(container: Container, status: ContainerStatus | undefined): string[] {
  const { requests, limits } = container.resources ?? {};
  const ports = container.ports?.map(
    ({ containerPort, protocol, name }) => `${containerPort}/${protocol ?? 'TCP'}${name ? ` (${name})` : ''}`,
  );
  const rows: [string, string][] = [
    ['Image', container.image ?? ''],
    ['Ports', ports?.join(', ') || '<none>'],
    ['State', stateText(status?.state)],
    ['Last state', stateText(status?.lastState)],
    ['Ready', String(status?.ready ?? false)],
    ['Restarts', String(status?.restartCount ?? 0)],
    ['Requests', mapText(requests)],
    ['Limits', mapText(limits)],
  ];
  return [`  ${pc.bold(container.name)}`, ...rows.map(([name, text]) => `    ${line(name, text)}`)];
}

function stateText(state: ContainerStatus['state']): string {
  if (state?.running) return pc.green(`Running since ${state.running.startedAt}`);
  if (state?.waiting)
    return pc.yellow([`Waiting: ${state.waiting.reason}`, state.waiting.message].filter(Boolean).join(': '));
  if (!state?.terminated) return '<none>';
  const { reason, exitCode, finishedAt } = state.terminated;
  const text = `Terminated: ${reason ?? 'ended'} (exit code ${exitCode}) at ${finishedAt}`;
  return exitCode === 0 ? text : pc.red(text);
}

function nodeSections({ spec, status }: Node): string[] {
  const info = status.nodeInfo;
  return [
    line('Addresses', (status.addresses ?? []).map(({ type, address }) => `${type}=${address}`).join(', ')),
    line('Pod subnet', spec.podCIDR ?? '<none>'),
    line('Schedulable', spec.unschedulable ? pc.yellow('no') : 'yes'),
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
    status,
    [reason, message].filter(Boolean).join(': '),
  ]);
  return ['Conditions:', indented(renderTable(['TYPE', 'STATUS', 'REASON'], rows))];
}

async function eventsOf({ client }: Session, { kind, metadata }: KubeObject): Promise<readonly Event[]> {
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${metadata.name}`;
  const { items } = await client.list(events, { namespace: metadata.namespace, fieldSelector });
  return [...items].sort((a, b) => lastSeen(a) - lastSeen(b));
}

function eventSection(happened: readonly Event[]): string[] {
  if (happened.length === 0) return ['Events: <none>'];
  const rows = happened.map((event) => [
    event.type === 'Warning' ? pc.red('Warning') : (event.type ?? ''),
    event.reason ?? '',
    `${humanDuration(systemClock.now() - lastSeen(event))}${(event.count ?? 1) > 1 ? ` (×${event.count})` : ''}`,
    event.source?.component ?? event.reportingComponent ?? '',
    event.message ?? '',
  ]);
  return ['Events:', indented(renderTable(['TYPE', 'REASON', 'AGE', 'FROM', 'MESSAGE'], rows))];
}

function lastSeen({ lastTimestamp, eventTime, metadata }: Event): number {
  return Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp);
}

function line(name: string, text: string): string {
  return `${`${name}:`.padEnd(15)} ${text}`;
}

function mapText(map: Readonly<Record<string, string>> = {}): string {
  return (
    Object.entries(map)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ') || '<none>'
  );
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}

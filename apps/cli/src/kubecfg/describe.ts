// Owns `kubecfg describe`: an object for people, with what belongs to it and what happened to it.
import { systemClock } from '@berth/host';
import {
  type Event,
  endpoints,
  events,
  humanDuration,
  type KubeObject,
  nodes,
  type Pod,
  pods,
  replicationControllers,
  services,
} from '@berth/objects';
import type { Command } from 'commander';
import { colour } from './colour.ts';
import { endpointLines, indented, line, mapText, sectionsOf } from './describe-sections.ts';
import { examples } from './help.ts';
import { named } from './kinds.ts';
import { objectsOf } from './selection.ts';
import { type Session, withSession } from './session.ts';
import { objectTable, renderTable } from './table.ts';
import { kindCalled, parseTargets } from './targets.ts';

export function addDescribe(program: Command): void {
  examples(program.command('describe <type> [names...]').description('show an object, and what happened to it'), [
    'kubecfg describe pod hello-x4x2z',
    'kubecfg describe nodes',
  ])
    .option('-l, --selector <selector>', 'all objects of the type with these labels')
    .action((type: string, names: string[], options: { selector?: string }, command: Command) =>
      withSession(command, (session) => describe(session, [type, ...names], options)),
    );
}

async function describe(session: Session, words: readonly string[], options: { selector?: string }): Promise<void> {
  const texts: string[] = [];
  for (const target of await named(session, (known) => parseTargets(words, known))) {
    for (const object of await objectsOf(session, target, options)) texts.push(await describeObject(session, object));
  }
  console.log(texts.join('\n\n\n'));
}

async function describeObject(session: Session, object: KubeObject): Promise<string> {
  const happened = await eventsOf(session, object);
  const related = await relatedSection(session, object);
  return [...headOf(object), ...sectionsOf(object), ...related, ...eventSection(happened)].join('\n');
}

function headOf({ kind, metadata }: KubeObject): string[] {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  return [
    line('Name', colour.bold(metadata.name)),
    line('Kind', kind),
    ...(metadata.namespace ? [line('Namespace', metadata.namespace)] : []),
    line('Created', `${humanDuration(systemClock.now() - Date.parse(metadata.creationTimestamp))} ago`),
    ...(metadata.deletionTimestamp ? [line('Terminating', `since ${metadata.deletionTimestamp}`)] : []),
    line('Labels', mapText(metadata.labels)),
    ...(owner ? [line('Controlled by', `${owner.kind}/${owner.name}`)] : []),
  ];
}

async function eventsOf({ client }: Session, { kind, metadata }: KubeObject): Promise<readonly Event[]> {
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${metadata.name}`;
  const { items } = await client.list(events, { namespace: metadata.namespace, fieldSelector });
  return [...items].sort((a, b) => lastSeen(a) - lastSeen(b));
}

function eventSection(happened: readonly Event[]): string[] {
  if (happened.length === 0) return ['Events: <none>'];
  const rows = happened.map((event) => [
    event.type === 'Warning' ? colour.red('Warning') : (event.type ?? ''),
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

/** The pods that belong to it: a controller's, a node's; where a service leads. */
async function relatedSection({ client }: Session, object: KubeObject): Promise<string[]> {
  const { namespace, name, uid } = object.metadata;
  switch (object.kind) {
    case nodes.kind:
      return podsSection((await client.list(pods, { fieldSelector: `spec.nodeName=${name}` })).items, true);
    case replicationControllers.kind: {
      const { items } = await client.list(pods, { namespace });
      return podsSection(items.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid)));
    }
    case services.kind: {
      const { items } = await client.list(endpoints, { namespace, fieldSelector: `metadata.name=${name}` });
      return endpointLines(items[0]);
    }
    default:
      return [];
  }
}

function podsSection(items: readonly Pod[], withNamespace = false): string[] {
  if (items.length === 0) return ['Pods: <none>'];
  const options = { withNamespace, wide: false, withLabels: false, withKind: false, now: systemClock.now() };
  return ['Pods:', indented(objectTable(kindCalled('pods'), items, options))];
}

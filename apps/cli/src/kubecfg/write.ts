// Owns the commands that write manifests: create, apply and delete.
import { isReason, type KubeObject, type New } from '@berth/objects';
import { type Command, Option } from 'commander';
import { type Manifest, readManifests } from './manifests.ts';
import { done } from './output.ts';
import { objectsOf } from './selection.ts';
import { type Session, withSession } from './session.ts';
import { parseTargets, UsageError } from './targets.ts';
import { threeWayPatch } from './three-way.ts';

/** kubectl's own annotation, so that either program may go on where the other stopped. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

interface FileOptions {
  readonly filename?: string[];
}

const filename = () => new Option('-f, --filename <files...>', 'files, directories, or - for standard input');
const needed = () => filename().makeOptionMandatory();

export function addWriteCommands(program: Command): void {
  program
    .command('create')
    .description('create what manifests describe: kubecfg create -f pod.yaml')
    .addOption(needed())
    .action(({ filename: files }: Required<FileOptions>, command: Command) =>
      withSession(command, (session) => eachManifest(session, files, create)),
    );
  program
    .command('apply')
    .description('create what is missing and change what differs: kubecfg apply -f examples/guestbook')
    .addOption(needed())
    .action(({ filename: files }: Required<FileOptions>, command: Command) =>
      withSession(command, (session) => eachManifest(session, files, apply)),
    );
  program
    .command('delete [type] [names...]')
    .description(
      'delete objects: kubecfg delete pod hello-x4x2z, kubecfg delete pods -l app=web, kubecfg delete -f x.yaml',
    )
    .addOption(filename())
    .option('-l, --selector <selector>', 'all objects with these labels')
    .option('--all', 'all objects of the type in the namespace')
    .option('--grace-period <seconds>', 'how long the containers may take to end', Number)
    .action((type: string | undefined, names: string[], options: DeleteOptions, command: Command) =>
      withSession(command, (session) => remove(session, type ? [type, ...names] : [], options)),
    );
}

/** Goes on after a document that fails, and fails at the end. */
async function eachManifest(
  session: Session,
  files: readonly string[],
  act: (session: Session, manifest: Manifest) => Promise<void>,
): Promise<void> {
  let failures = 0;
  for (const manifest of readManifests(files)) {
    try {
      await act(session, manifest);
    } catch (error) {
      failures++;
      console.error(`kubecfg: ${manifest.source}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (failures > 0) process.exitCode = 1;
}

function namespaceOf(session: Session, { kind, object }: Manifest): string | undefined {
  return kind.resource.namespaced ? (object.metadata.namespace ?? session.namespace) : undefined;
}

async function create(session: Session, manifest: Manifest): Promise<void> {
  const { kind, object } = manifest;
  done(await session.client.create(kind.resource, object, { namespace: namespaceOf(session, manifest) }), 'created');
}

async function apply(session: Session, manifest: Manifest): Promise<void> {
  const { kind, source } = manifest;
  const { name } = manifest.object.metadata;
  if (!name) throw new UsageError(`${source}: metadata.name must be set; generateName works with create alone`);
  const namespace = namespaceOf(session, manifest);
  const object = annotated({ ...manifest.object, metadata: { ...manifest.object.metadata, namespace } });
  const live = await session.client.get(kind.resource, { namespace, name }).catch((error: unknown) => {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  });
  if (!live) return done(await session.client.create(kind.resource, object, { namespace }), 'created');
  const body = threeWayPatch(lastAppliedTo(live), live, object);
  if (!body) return done(live, 'unchanged');
  const patch = { type: 'application/merge-patch+json', body } as const;
  done(await session.client.patch(kind.resource, { namespace, name }, patch), 'configured');
}

function annotated(object: New<KubeObject>): New<KubeObject> {
  const { [lastApplied]: _, ...annotations } = object.metadata.annotations ?? {};
  const clean = { ...object, metadata: { ...object.metadata, annotations } };
  const text = `${JSON.stringify(clean)}\n`;
  return { ...clean, metadata: { ...clean.metadata, annotations: { ...annotations, [lastApplied]: text } } };
}

function lastAppliedTo(live: KubeObject): unknown {
  const text = live.metadata.annotations?.[lastApplied];
  return text ? JSON.parse(text) : undefined;
}

interface DeleteOptions extends FileOptions {
  readonly selector?: string;
  readonly all?: boolean;
  readonly gracePeriod?: number;
}

async function remove(session: Session, words: readonly string[], options: DeleteOptions): Promise<void> {
  const objects = options.filename
    ? manifestObjects(session, options.filename)
    : await selected(session, words, options);
  const graceful = options.gracePeriod === undefined ? {} : { gracePeriodSeconds: options.gracePeriod };
  for (const { kind, namespace, name } of objects) {
    await session.client.delete(kind.resource, { namespace, name }, graceful);
    console.log(`${kind.resource.singular} "${name}" deleted`);
  }
}

function manifestObjects(session: Session, files: readonly string[]) {
  return readManifests(files).map((manifest) => ({
    kind: manifest.kind,
    namespace: namespaceOf(session, manifest),
    name: manifest.object.metadata.name ?? '',
  }));
}

async function selected(session: Session, words: readonly string[], options: DeleteOptions) {
  const targets = parseTargets(words);
  const everything = targets.some(({ names }) => names.length === 0);
  if (everything && !options.selector && !options.all) throw new UsageError('give names, -l SELECTOR or --all');
  const found = await Promise.all(targets.map((target) => objectsOf(session, target, options)));
  return targets.flatMap(({ kind }, index) =>
    found[index]!.map(({ metadata }) => ({ kind, namespace: metadata.namespace, name: metadata.name })),
  );
}

// Owns `kubecfg delete`: objects by name, by labels, all of a type, or those that manifests name; and the wait for them.
import { isReason, type KubeObject } from '@berth/objects';
import { type Command, Option } from 'commander';
import { wholeNumber } from './arguments.ts';
import { failed } from './failure.ts';
import { examples } from './help.ts';
import { named } from './kinds.ts';
import { filesOption, namespaceOf, readManifests } from './manifests.ts';
import { typeName } from './output.ts';
import { type Session, withSession } from './session.ts';
import { type KnownKind, parseTargets, UsageError } from './targets.ts';

interface DeleteOptions {
  readonly filename?: string[];
  readonly selector?: string;
  readonly all?: boolean;
  readonly gracePeriod?: number;
  readonly ignoreNotFound?: boolean;
  readonly wait: boolean;
  readonly cascade: keyof typeof propagationOf;
}

/** What becomes of the objects that a deleted one owns, such as a controller's pods; in kubectl's words. */
const propagationOf = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

interface Doomed {
  readonly kind: KnownKind;
  readonly namespace: string | undefined;
  readonly name: string;
}

export function addDelete(program: Command): void {
  examples(program.command('delete [type] [names...]').description('delete objects, and wait until they are gone'), [
    'kubecfg delete pod hello-x4x2z',
    'kubecfg delete pods,services -l app=web',
    'kubecfg delete -f examples/guestbook',
  ])
    .addOption(filesOption())
    .option('-l, --selector <selector>', 'all objects with these labels')
    .option('--all', 'all objects of the type in the namespace')
    .option('--grace-period <seconds>', 'how long the containers may take to end', wholeNumber)
    .option('--ignore-not-found', 'what is not there is no failure')
    .addOption(
      new Option('--cascade <how>', 'what becomes of what the object owns, such as a controller’s pods')
        .choices(Object.keys(propagationOf))
        .default('background'),
    )
    .option('--no-wait', 'do not wait until they are gone')
    .action((type: string | undefined, names: string[], options: DeleteOptions, command: Command) =>
      withSession(command, (session) => remove(session, type ? [type, ...names] : [], options)),
    );
}

async function remove(session: Session, words: readonly string[], options: DeleteOptions): Promise<void> {
  if (options.filename && words.length > 0) throw new UsageError('give a type or -f, not both');
  const objects = options.filename
    ? await manifestObjects(session, options.filename)
    : await selected(session, words, options);
  if (objects.length === 0) console.error('No resources found');
  const how = {
    propagationPolicy: propagationOf[options.cascade],
    ...(options.gracePeriod === undefined ? {} : { gracePeriodSeconds: options.gracePeriod }),
  };
  await Promise.all(
    objects.map(async ({ kind, namespace, name }) => {
      try {
        const left = await session.client.delete(kind.resource, { namespace, name }, how);
        if (options.wait) await gone(session, { kind, namespace, name }, left.metadata?.uid);
        console.log(`${typeName(kind.resource)} "${name}" ${options.wait ? 'deleted' : 'is being deleted'}`);
      } catch (error) {
        if (!(options.ignoreNotFound && isReason(error, 'NotFound'))) failed(error);
      }
    }),
  );
}

/** Until the object is not there any more, or another one has its name. */
async function gone({ client }: Session, { kind, namespace, name }: Doomed, uid: string | undefined): Promise<void> {
  const done = new AbortController();
  const query = { namespace, fieldSelector: `metadata.name=${name}` };
  const list = await client.list(kind.resource, query);
  const isIt = (object: KubeObject) => uid === undefined || object.metadata.uid === uid;
  if (!list.items.some(isIt)) return;
  const options = { ...query, resourceVersion: list.metadata.resourceVersion, signal: done.signal };
  for await (const events of client.watch(kind.resource, options)) {
    if (!events.some(({ type, object }) => type === 'DELETED' && isIt(object))) continue;
    done.abort();
    return;
  }
}

async function manifestObjects(session: Session, files: readonly string[]): Promise<readonly Doomed[]> {
  const manifests = await readManifests(session, files);
  return manifests.map((manifest) => ({
    kind: manifest.kind,
    namespace: namespaceOf(session, manifest),
    name: manifest.object.metadata.name ?? '',
  }));
}

async function selected(
  session: Session,
  words: readonly string[],
  { selector, all }: DeleteOptions,
): Promise<readonly Doomed[]> {
  const targets = await named(session, (known) => parseTargets(words, known));
  const found = targets.map(async ({ kind, names }) => {
    const namespace = kind.resource.namespaced ? session.namespace : undefined;
    if (names.length > 0) {
      if (selector || all) throw new UsageError('give names, a selector or --all: one of them');
      return names.map((name) => ({ kind, namespace, name }));
    }
    if (!selector && !all) throw new UsageError('give names, -l SELECTOR or --all');
    const { items } = await session.client.list(kind.resource, { namespace, labelSelector: selector });
    return items.map(({ metadata }) => ({ kind, namespace: metadata.namespace, name: metadata.name }));
  });
  return (await Promise.all(found)).flat();
}

// Owns the commands that change one thing of an object: scale and label.
import type { KubeObject } from '@berth/objects';
import type { Command } from 'commander';
import { wholeNumber } from './arguments.ts';
import { failed } from './failure.ts';
import { examples } from './help.ts';
import { named } from './kinds.ts';
import { done, nameLine } from './output.ts';
import { objectsOf } from './selection.ts';
import { type Session, withSession } from './session.ts';
import { type KnownKind, parseObject, parseTargets, UsageError } from './targets.ts';

export function addChangeCommands(program: Command): void {
  examples(program.command('scale <object...>').description('set how many pods a replication controller keeps'), [
    'kubecfg scale rc/hello --replicas 8',
  ])
    .requiredOption('--replicas <n>', 'how many', wholeNumber)
    .option('--current-replicas <n>', 'only if there are so many now', wholeNumber)
    .action((words: string[], options: ScaleOptions, command: Command) =>
      withSession(command, (session) => scale(session, words, options)),
    );
  examples(program.command('label <object...>').description('set and remove labels'), [
    'kubecfg label pod hello-x4x2z tier=front canary-   sets tier, removes canary',
    'kubecfg label pods -l app=web tier=back --overwrite',
  ])
    .option('--overwrite', 'replace the values of labels that exist')
    .option('-l, --selector <selector>', 'all objects of the type with these labels')
    .action((words: string[], options: LabelOptions, command: Command) =>
      withSession(command, (session) => label(session, words, options)),
    );
}

interface ScaleOptions {
  readonly replicas: number;
  readonly currentReplicas?: number;
}

async function scale(session: Session, words: readonly string[], options: ScaleOptions): Promise<void> {
  const { kind, name } = await named(session, (known) => parseObject(words, 'replicationcontroller', known));
  const target = { namespace: session.namespace, name };
  const current = await session.client.getScale(kind.resource, target);
  const { currentReplicas, replicas } = options;
  if (currentReplicas !== undefined && current.spec.replicas !== currentReplicas) {
    throw new Error(`expected ${currentReplicas} replicas, but ${name} has ${current.spec.replicas ?? 0}`);
  }
  // The resourceVersion goes along only where the old count matters: else the last one who scales wins.
  const { resourceVersion, ...loose } = current.metadata;
  const metadata = currentReplicas === undefined ? loose : { ...loose, resourceVersion };
  await session.client.updateScale(kind.resource, target, {
    ...current,
    metadata: metadata as KubeObject['metadata'],
    spec: { replicas },
  });
  console.log(`${kind.resource.singular}/${name} scaled`);
}

interface LabelOptions {
  readonly overwrite?: boolean;
  readonly selector?: string;
}

async function label(session: Session, words: readonly string[], options: LabelOptions): Promise<void> {
  const changes = new Map<string, string | null>();
  const objects: string[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals > 0) changes.set(word.slice(0, equals), word.slice(equals + 1));
    else if (word.endsWith('-') && word.length > 1) changes.set(word.slice(0, -1), null);
    else objects.push(word);
  }
  if (changes.size === 0) throw new UsageError('give labels: KEY=VALUE sets one, KEY- removes it');
  const targets = await named(session, (known) => parseTargets(objects, known));
  if (!options.selector && targets.some(({ names }) => names.length === 0))
    throw new UsageError('give names, or -l SELECTOR');
  for (const target of targets) {
    for (const object of await objectsOf(session, target, options)) {
      try {
        await relabel(session, object, { changes, overwrite: options.overwrite ?? false, kind: target.kind });
      } catch (error) {
        failed(error, nameLine(object));
      }
    }
  }
}

interface Relabelling {
  readonly kind: KnownKind;
  /** By label; null removes it. */
  readonly changes: ReadonlyMap<string, string | null>;
  readonly overwrite: boolean;
}

async function relabel({ client }: Session, object: KubeObject, relabelling: Relabelling): Promise<void> {
  const { kind, changes, overwrite } = relabelling;
  const { namespace, name, resourceVersion, labels } = object.metadata;
  const taken = [...changes].find(([key, value]) => value !== null && ![undefined, value].includes(labels?.[key]));
  if (taken && !overwrite) {
    const [key] = taken;
    throw new Error(`'${key}' already has a value (${labels?.[key]}), and --overwrite is not given`);
  }
  const body = { metadata: { labels: Object.fromEntries(changes), resourceVersion } };
  const patch = { type: 'application/merge-patch+json', body } as const;
  done(await client.patch(kind.resource, { namespace, name }, patch), 'labeled');
}

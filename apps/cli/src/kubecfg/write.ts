// Owns the commands that write manifests: create and apply.
import { isReason, type KubeObject, type New } from '@berth/objects';
import type { Command } from 'commander';
import { addDelete } from './delete.ts';
import { failed } from './failure.ts';
import { examples } from './help.ts';
import { filesOption, type Manifest, namespaceOf, readManifests } from './manifests.ts';
import { done } from './output.ts';
import { type Session, withSession } from './session.ts';
import { UsageError } from './targets.ts';
import { threeWayPatch } from './three-way.ts';

/** kubectl's own annotation, so that either program may go on where the other stopped. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

interface FileOptions {
  readonly filename: string[];
}

export function addWriteCommands(program: Command): void {
  examples(program.command('create').description('create what manifests describe'), ['kubecfg create -f pod.yaml'])
    .addOption(filesOption().makeOptionMandatory())
    .action(({ filename: files }: FileOptions, command: Command) =>
      withSession(command, (session) => eachManifest(session, files, create)),
    );
  examples(program.command('apply').description('create what is missing, and change what differs from manifests'), [
    'kubecfg apply -f examples/guestbook',
    'generate-manifests | kubecfg apply -f -',
  ])
    .addOption(filesOption().makeOptionMandatory())
    .action(({ filename: files }: FileOptions, command: Command) =>
      withSession(command, (session) => eachManifest(session, files, apply)),
    );
  addDelete(program);
}

/** Goes on after a document that fails, and fails at the end. */
async function eachManifest(
  session: Session,
  files: readonly string[],
  act: (session: Session, manifest: Manifest) => Promise<void>,
): Promise<void> {
  for (const manifest of await readManifests(session, files)) {
    try {
      await act(session, manifest);
    } catch (error) {
      failed(error, manifest.source);
    }
  }
}

async function create(session: Session, manifest: Manifest): Promise<void> {
  const { kind, object } = manifest;
  done(await session.client.create(kind.resource, object, { namespace: namespaceOf(session, manifest) }), 'created');
}

async function apply(session: Session, manifest: Manifest): Promise<void> {
  const { kind } = manifest;
  const { name } = manifest.object.metadata;
  if (!name) throw new UsageError('metadata.name must be set; generateName works with create alone');
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
  const text = `${JSON.stringify(sorted(clean))}\n`;
  return { ...clean, metadata: { ...clean.metadata, annotations: { ...annotations, [lastApplied]: text } } };
}

/** Keys in order, as kubectl writes them: the same manifest applied by the other program is then unchanged. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

function lastAppliedTo(live: KubeObject): unknown {
  const text = live.metadata.annotations?.[lastApplied];
  return text ? JSON.parse(text) : undefined;
}
